"""Everything a collection promises: keys, texts, rules, logs, period (docs/spec/manifest.md)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.errors import Refused, Untrusted
from civium.formats import canonical, note
from civium.formats.envelope import CHANNELS, SUITES

LARGEST_MANIFEST = 65535
_NAME = "manifest v1"
_HASH = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{32}")
_JURISDICTION = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_LANGUAGE = re.compile(r"(?=.{2,16}\Z)[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_RULES = re.compile(r"[0-9A-Za-z.-]{1,32}")
_ORIGIN = re.compile(r"[!-*,-~]{1,300}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()./_-]{0,63}")
_DEPLOYMENTS = ("demonstration", "procedure", "central", "companion", "individual")


@dataclass(frozen=True)
class KeyEntry:
    """One authority key as the manifest names it: key id, suite, SHA-256 of the public key."""

    key_id: bytes
    suite: str
    sha256: bytes


@dataclass(frozen=True)
class Manifest:
    """The promises of one collection at one moment; hashes are 32 bytes, keys are listed with the one to seal to first."""

    collection: bytes
    sequence: int
    previous: bytes
    deployment: str
    procedure: str
    registration: str
    registered_on: date
    opens_on: date
    closes_on: date
    rules_version: str
    rules_sha256: bytes
    log_key: bytes
    texts: Mapping[str, bytes] = field(default_factory=dict)
    wording: Mapping[str, bytes] = field(default_factory=dict)
    bundle: Mapping[str, bytes] = field(default_factory=dict)
    keys: Mapping[str, Sequence[KeyEntry]] = field(default_factory=dict)
    logs: Mapping[str, str] = field(default_factory=dict)
    token_key: bytes = b""

    def origin(self, jurisdiction: str, channel: str) -> str:
        """Give the origin of the log for a jurisdiction and channel. Raises Refused `unknown-jurisdiction`."""
        try:
            return self.logs[f"{jurisdiction}/{channel}"]
        except KeyError:
            raise Refused("unknown-jurisdiction") from None


def encode(manifest: Manifest) -> bytes:
    """Give the canonical bytes of a manifest."""
    raw = canonical.encode(
        {
            "civium": _NAME,
            "collection": manifest.collection.hex(),
            "sequence": manifest.sequence,
            "previous": manifest.previous.hex(),
            "deployment": manifest.deployment,
            "procedure": manifest.procedure,
            "registration": manifest.registration,
            "registered_on": manifest.registered_on.isoformat(),
            "opens_on": manifest.opens_on.isoformat(),
            "closes_on": manifest.closes_on.isoformat(),
            "rules": {"version": manifest.rules_version, "sha256": manifest.rules_sha256.hex()},
            "texts": _hex(manifest.texts),
            "wording": _hex(manifest.wording),
            "bundle": _hex(manifest.bundle),
            "keys": {
                jurisdiction: [{"key_id": key.key_id.hex(), "suite": key.suite, "sha256": key.sha256.hex()} for key in keys]
                for jurisdiction, keys in manifest.keys.items()
            },
            "log_key": base64.b64encode(manifest.log_key).decode(),
            "logs": dict(manifest.logs),
            "token_key": base64.b64encode(manifest.token_key).decode(),
        }
    )
    assert parse(raw) == manifest, "a manifest that cannot be read back"
    return raw


def parse(raw: bytes) -> Manifest:
    """Give the manifest of its canonical bytes. Raises Refused `manifest-malformed`."""
    try:
        return _manifest_of(canonical.parse(raw, limit=LARGEST_MANIFEST))
    except (Refused, KeyError, TypeError, ValueError, AttributeError):
        raise Refused("manifest-malformed") from None


def manifest_hash(raw: bytes) -> bytes:
    """Give SHA-256 of a manifest's bytes: what envelopes pin."""
    return sha256(raw).digest()


def key_name(host: str, collection: bytes) -> str:
    """Give the name under which a collection's log key signs its manifests."""
    return f"{host}/{collection.hex()}"


def sign(raw: bytes, host: str, key: Ed25519PrivateKey) -> str:
    """Give the signed note over a manifest."""
    manifest = parse(raw)
    return note.sign(_signed_text(manifest, raw), key_name(host, manifest.collection), key)


def check_signature(raw: bytes, signature: str, public_key: bytes) -> Manifest:
    """Give the manifest if this key signed it. Raises Refused (malformed), Untrusted `manifest-signature`."""
    manifest = parse(raw)
    signed = note.parse(signature)
    names = [line.name for line in signed.signatures if line.name.endswith(f"/{manifest.collection.hex()}")]
    if signed.text != _signed_text(manifest, raw) or not names:
        raise Untrusted("manifest-signature")
    try:
        note.check_signature(signed, names[0], public_key)
    except Untrusted:
        raise Untrusted("manifest-signature") from None
    return manifest


def check_chain(signed: Sequence[tuple[bytes, str]]) -> list[Manifest]:
    """Give the manifests if they are one collection's, from the first on, each signed by the first one's log key.

    What a collection is and when it began never change, and its end comes only nearer (Art. 8(1)).

    Takes (bytes, signature note) in order. Raises Untrusted `manifest-chain` or `manifest-signature`, Refused `manifest-malformed`.
    """
    if not signed:
        raise Untrusted("manifest-chain")
    first = parse(signed[0][0])
    manifests: list[Manifest] = []
    previous = b""
    for sequence, (raw, signature) in enumerate(signed, start=1):
        manifest = check_signature(raw, signature, first.log_key)
        if manifest.sequence != sequence or manifest.previous != previous:
            raise Untrusted("manifest-chain")
        if _kept(manifest) != _kept(first) or (manifests and manifest.closes_on > manifests[-1].closes_on):
            raise Untrusted("manifest-chain")
        manifests.append(manifest)
        previous = manifest_hash(raw)
    return manifests


def _kept(manifest: Manifest) -> tuple[object, ...]:
    """Give what no later manifest of a collection changes."""
    purpose = (manifest.deployment, manifest.procedure, manifest.registration)
    return (manifest.collection, manifest.log_key, *purpose, manifest.registered_on, manifest.opens_on)


def _signed_text(manifest: Manifest, raw: bytes) -> str:
    hashed = base64.b64encode(manifest_hash(raw)).decode()
    return f"civium {_NAME}\n{manifest.collection.hex()}\n{manifest.sequence}\n{hashed}\n"


def _hex(hashes: Mapping[str, bytes]) -> dict[str, str]:
    return {name: value.hex() for name, value in hashes.items()}


def _manifest_of(value: dict[str, Any]) -> Manifest:
    if value.pop("civium") != _NAME:
        raise ValueError
    rules = value.pop("rules")
    manifest = Manifest(
        collection=_matching(_ID, value.pop("collection")),
        sequence=_positive(value.pop("sequence")),
        previous=_matching(re.compile(f"({_HASH.pattern})?"), value.pop("previous")),
        deployment=_one_of(_DEPLOYMENTS, value.pop("deployment")),
        procedure=_word(value.pop("procedure")),
        registration=_word(value.pop("registration")),
        registered_on=_day(value.pop("registered_on")),
        opens_on=_day(value.pop("opens_on")),
        closes_on=_day(value.pop("closes_on")),
        rules_version=_checked(_RULES, rules["version"]),
        rules_sha256=_matching(_HASH, rules["sha256"]),
        log_key=_base64(value.pop("log_key"), (32,)),
        texts=_hashes(value.pop("texts"), _LANGUAGE),
        wording=_hashes(value.pop("wording"), _LANGUAGE),
        bundle=_hashes(value.pop("bundle"), _WORD),
        keys={_checked(_JURISDICTION, code): _key_entries(keys) for code, keys in value.pop("keys").items()},
        logs={_log_name(name): _checked(_ORIGIN, origin) for name, origin in value.pop("logs").items()},
        token_key=_base64(value.pop("token_key"), (0, 32)),
    )
    if value or len(rules) != 2:
        raise ValueError
    return manifest


def _key_entries(values: list[dict[str, str]]) -> tuple[KeyEntry, ...]:
    if not isinstance(values, list):
        raise TypeError
    return tuple(map(_key_entry, values))


def _key_entry(value: dict[str, str]) -> KeyEntry:
    if len(value) != 3:
        raise ValueError
    return KeyEntry(_matching(_ID, value["key_id"]), _one_of(tuple(SUITES), value["suite"]), _matching(_HASH, value["sha256"]))


def _checked(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError
    return text


def _matching(pattern: re.Pattern[str], text: str) -> bytes:
    return bytes.fromhex(_checked(pattern, text))


def _word(text: str) -> str:
    return _checked(_WORD, text)


def _day(text: str) -> date:
    # Python reads other ISO 8601 forms too; one encoding for one value.
    return date.fromisoformat(_checked(_DAY, text))


def _one_of(members: Sequence[str], text: str) -> str:
    if text not in members:
        raise ValueError
    return text


def _positive(number: int) -> int:
    if isinstance(number, bool) or number < 1:
        raise ValueError
    return number


def _base64(text: str, sizes: tuple[int, ...]) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) not in sizes or base64.b64encode(raw).decode() != text:
        raise ValueError
    return raw


def _hashes(values: dict[str, str], pattern: re.Pattern[str]) -> dict[str, bytes]:
    return {_checked(pattern, name): _matching(_HASH, value) for name, value in values.items()}


def _log_name(name: str) -> str:
    jurisdiction, _, channel = name.partition("/")
    _checked(_JURISDICTION, jurisdiction)
    _one_of(tuple(CHANNELS), channel)
    return name
