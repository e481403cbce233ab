"""The verifier keys of all public logs, for witnesses and monitors (docs/spec/cosignature.md)."""

from __future__ import annotations

from pathlib import Path

from civium.formats import checkpoint, note
from civium.server.publishing import log_keys
from civium.server.publishing.public_log import Snapshot


def verifier_keys(snapshot: Snapshot, keys_folder: Path) -> str:
    """Give one line for each log. Blocks: it reads keys. Raises Misconfigured if one is missing."""
    public_keys: dict[bytes, bytes] = {}
    lines = []
    for published in snapshot.logs.values():
        collection = published.log.collection if published.log else b""
        if collection not in public_keys:
            load = log_keys.load_log_key(keys_folder, collection) if collection else log_keys.load_notices_key(keys_folder)
            public_keys[collection] = log_keys.public_bytes(load)
        origin = checkpoint.parse(published.checkpoint)[0].origin
        lines.append(f"{note.verifier_key(origin, public_keys[collection])}\n")
    return "".join(sorted(lines))
