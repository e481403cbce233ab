"""The token service itself: keys from a folder, evaluations and marks. Whoever holds an instance holds the keys.

The rules are:
- one element is evaluated at a time (RFC 9497, mode 0x01, ristretto255-SHA512), with its proof;
- a challenge pays for one element, whichever process asks (paid.py);
- keys are kept in memory until `forget_destroyed` finds that their files are gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voprf import ristretto

from civium.errors import Refused
from civium.formats.duplicate_token import PROOF_SIZE, key_info, mark
from civium.server.store.protocol import Spent
from civium.server.tokens.keys import TokenKeys, has_token_keys, load_token_keys, make_token_keys
from civium.server.tokens.paid import Paid


@dataclass(frozen=True, repr=False)
class _Loaded:
    evaluator: ristretto.Evaluator
    store_key: bytes


class KeptTokens:
    """The keys of one folder at work. Methods are quick (an evaluation takes some 200 µs) and may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[bytes, _Loaded] = {}
        self._paid = Paid()

    def public_key(self, collection: bytes) -> bytes:
        """Give the public half of a collection's token key; the keys are made if there are none. Raises Misconfigured `token-key-*`."""
        self._loaded[collection] = _load(make_token_keys(self._folder, collection), collection)
        return self._loaded[collection].evaluator.public_key.serialize()

    def evaluate(self, collection: bytes, blinded: bytes, challenge: Spent) -> bytes:
        """Give the evaluated element and its proof; a challenge pays for one element.

        Raises Refused `token-element`, `challenge-spent`, `tokens-unavailable` (no key).
        """
        evaluator = self._of(collection).evaluator
        try:
            element = ristretto.BlindedInput.deserialize(blinded)
        except ValueError:
            raise Refused("token-element") from None
        self._paid.take(challenge, blinded)
        output = evaluator.evaluate(element).serialize()
        # The library puts the proof first; RFC 9497 has the element first.
        return output[PROOF_SIZE:] + output[:PROOF_SIZE]

    def mark(self, collection: bytes, origin: str, token: bytes) -> bytes:
        """Give the mark of a token in a log. Raises Refused `tokens-unavailable` (no key)."""
        return mark(self._of(collection).store_key, collection, origin, token)

    def forget_destroyed(self) -> None:
        """Let go of keys whose files are gone."""
        for collection in list(self._loaded):
            if not has_token_keys(self._folder, collection):
                del self._loaded[collection]

    def _of(self, collection: bytes) -> _Loaded:
        loaded = self._loaded.get(collection)
        if loaded is None:
            keys = load_token_keys(self._folder, collection)
            if keys is None:
                raise Refused("tokens-unavailable")
            loaded = self._loaded[collection] = _load(keys, collection)
        return loaded


def _load(keys: TokenKeys, collection: bytes) -> _Loaded:
    return _Loaded(ristretto.Evaluator.from_seed(keys.seed, key_info(collection)), keys.store_key)
