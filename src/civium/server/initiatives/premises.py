"""What acts on a live collection work with: the store, the log keys, the host's name and the browser's bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from civium.server.config import Config
from civium.server.publishing.signed_heads import SignedHeads, check_not_behind
from civium.server.publishing.signing import HeadSigner, notices_origin
from civium.server.store.opening import open_store
from civium.server.store.protocol import Store


@dataclass(frozen=True)
class Premises:
    """Where collections live: passed to every act that touches one."""

    store: Store
    keys_folder: Path
    signer: HeadSigner
    host: str
    bundle: Mapping[str, bytes]  # name of a script -> SHA-256 of the file that is served
    tokens_socket: Path | None = None  # None: the keys of duplicate tokens lie in `keys_folder`

    @property
    def root(self) -> Path:
        """The installation's folder."""
        return self.keys_folder.parent


@contextmanager
def open_premises(config: Config, bundle: Mapping[str, bytes], *, is_to_act: bool = True) -> Iterator[Premises]:
    """Open the store for an act, beside the process that receives. Raises Misconfigured `store-missing`, `store-older`, `store-behind` ...

    Whoever only looks does not ask whether the store continues every signed head: that reads every log's edge again.
    """
    store = open_store(config)
    try:
        signed = SignedHeads(config.signed_heads_path)
        try:
            if is_to_act:
                check_not_behind(store, signed, notices=notices_origin(config.host))
            signer = HeadSigner(config.keys_folder, signed)
            yield Premises(store, config.keys_folder, signer, config.host, bundle, config.tokens_socket)
        finally:
            signed.close()
    finally:
        store.close()
