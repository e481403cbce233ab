"""What collections promise: manifests as announced, signed and in order; keys to seal to as the manifest names them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from civium.errors import Refused, Untrusted
from civium.formats import manifest
from civium.formats.manifest import LARGEST_MANIFEST, Manifest
from civium.formats.note import LONGEST_NOTE
from civium.monitor.findings import finding
from civium.monitor.following import Watch
from civium.monitor.keeping import KeptManifest

UNNOTICED_SECONDS = 3600  # the notices log moves every ten minutes, and promises to within the hour
_LARGEST_KEYS = 1 << 20


def check_manifests(watch: Watch, announced: Sequence[KeptManifest]) -> list[Manifest]:
    """Give the manifests of a collection as far as they are in order; what is not is told. Those checked before are not asked for again."""
    sound: list[tuple[bytes, str]] = []
    manifests: list[Manifest] = []
    for expected, one in enumerate(announced, start=1):
        name = one.collection.hex()
        if one.sequence != expected:
            watch.report(finding("manifest-missing", name, sequence=expected))
            break
        whole = one if one.raw else _ask_manifest(watch, one)
        if whole is None:
            break
        try:
            manifests = manifest.check_chain([*sound, (whole.raw, whole.signature)])
        except (Untrusted, Refused) as error:
            evidence = {"manifest.json": whole.raw, "signature": whole.signature}
            code = "manifest-unsigned" if error.code in ("manifest-signature", "note-malformed") else "manifest-chain"
            watch.report(finding(code, name, evidence, sequence=one.sequence))
            break
        sound.append((whole.raw, whole.signature))
        if not one.raw:
            watch.keeping.check_off(whole)
    return manifests


def check_in_use(watch: Watch, announced: Sequence[KeptManifest], in_use: bytes) -> None:
    """Report a manifest that a page or a list of keys names and that was never announced, or is not of the chain.

    One that is new is announced when the public log moves next; for an hour it is enough that it is signed and continues the chain.
    """
    if in_use in {one.sha256 for one in announced}:
        return
    collection = announced[-1].collection
    latest = announced[-1]
    found = _ask_manifest(watch, KeptManifest(collection, latest.sequence + 1, in_use))
    if found is None:
        return
    evidence = {"manifest.json": found.raw, "signature": found.signature}
    try:
        manifest.check_chain([*((one.raw, one.signature) for one in announced), (found.raw, found.signature)])
    except (Untrusted, Refused):
        watch.report(finding("manifest-unsigned", collection.hex(), evidence))
        return
    seconds = int(watch.now.timestamp())
    since = watch.keeping.told(f"unnoticed {in_use.hex()}")
    if since is None:
        watch.keeping.tell(f"unnoticed {in_use.hex()}", seconds)
    elif seconds - since > UNNOTICED_SECONDS:
        watch.report(finding("manifest-unnoticed", collection.hex(), evidence))


def check_keys(watch: Watch, announced: Sequence[KeptManifest], manifests: Sequence[Manifest]) -> None:
    """Report a key to seal to that the manifest does not promise: whoever holds its other half could read."""
    collection = announced[-1].collection
    raw = watch.site.find(f"/api/collections/{collection.hex()}/keys", limit=_LARGEST_KEYS)
    try:
        told: Mapping[str, Any] = json.loads(raw or b"")
        offered = {
            code: (key["key_id"], sha256(base64.b64decode(key["public_key"])).digest()) for code, key in told["keys"].items()
        }
        in_use = bytes.fromhex(told["manifest"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        watch.report(finding("keys-missing", collection.hex(), {"keys.json": raw or b""}))
        return
    check_in_use(watch, announced, in_use)
    if in_use != announced[-1].sha256:
        return
    for code, (key_id, hashed) in offered.items():
        promised = [(key.key_id.hex(), key.sha256) for key in manifests[-1].keys.get(code, ())]
        if (key_id, hashed) not in promised:
            watch.report(finding("key-unpromised", f"{collection.hex()} {code}"[:64], {"keys.json": raw or b""}))


def _ask_manifest(watch: Watch, one: KeptManifest) -> KeptManifest | None:
    """Give a manifest with bytes and signature; None, and a finding, if it is not there or another one."""
    name, path = one.collection.hex(), f"/api/collections/{one.collection.hex()}/manifests/{one.sha256.hex()}"
    raw = watch.site.find(path, limit=LARGEST_MANIFEST)
    signature = watch.site.find(f"{path}/signature", limit=LONGEST_NOTE)
    if raw is None or signature is None:
        watch.report(finding("manifest-missing", name, sequence=one.sequence))
        return None
    if manifest.manifest_hash(raw) != one.sha256:
        watch.report(finding("manifest-differs", name, {"manifest.json": raw}, sequence=one.sequence))
        return None
    try:
        return replace(one, raw=raw, signature=signature.decode())
    except UnicodeDecodeError:
        watch.report(finding("manifest-unsigned", name, {"manifest.json": raw, "signature": signature}, sequence=one.sequence))
        return None
