"""What organisers ask the holder of a key about one data subject's statement, in a signed file (docs/spec/data-request.md)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.errors import Refused, Untrusted
from civium.formats import canonical, note

NAME: Final = "data request v1"
LARGEST_FILE: Final = 16_384  # a hundred logs of one jurisdiction, and the signature
KINDS: Final = ("access", "rectification", "erasure", "restriction", "objection", "other")
_JURISDICTION = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")


@dataclass(frozen=True, repr=False)
class DataRequest:
    """One request: what is asked, until when, and among which logs. Without an identifier the person's particulars come by letter."""

    number: int
    kind: str
    received_on: date
    due_on: date
    deployment: str
    registration: str
    collection: bytes
    jurisdiction: str
    logs: tuple[str, ...]
    identifier: UUID | None = None


def sign(asked: DataRequest, key: Ed25519PrivateKey) -> bytes:
    """Give the file, signed with the log's key under the first log's origin."""
    value = _value_of(asked)
    signed = note.sign(_text(value, asked.logs[0]), asked.logs[0], key)
    return canonical.encode({**value, "signature": signed})


def parse(raw: bytes) -> tuple[DataRequest, str]:
    """Give the request and its signed note, not checked yet. Raises Refused `data-request-malformed`."""
    try:
        value = canonical.parse(raw, limit=LARGEST_FILE)
        signed = value.pop("signature")
        asked = _asked(value)
        is_canonical = canonical.encode({**_value_of(asked), "signature": signed}) == raw
    except (Refused, KeyError, TypeError, ValueError, AttributeError):
        raise Refused("data-request-malformed") from None
    if not is_canonical or not isinstance(signed, str):
        raise Refused("data-request-malformed")
    return asked, signed


def check(asked: DataRequest, signed: str, public_key: bytes) -> None:
    """Check that the log's key signed this request. Raises Untrusted `data-request-not-signed`, `note-not-signed`, `note-signature`."""
    origin = asked.logs[0]
    try:
        told = note.parse(signed)
    except Refused:
        raise Untrusted("data-request-not-signed") from None
    if told.text != _text(_value_of(asked), origin):
        raise Untrusted("data-request-not-signed")
    note.check_signature(told, origin, public_key)


def _text(value: dict[str, Any], origin: str) -> str:
    digest = base64.b64encode(sha256(canonical.encode(value)).digest()).decode()
    return f"civium {NAME}\n{origin}\n{digest}\n"


def _value_of(asked: DataRequest) -> dict[str, Any]:
    return {
        "civium": NAME,
        "number": asked.number,
        "kind": asked.kind,
        "received_on": asked.received_on.isoformat(),
        "due_on": asked.due_on.isoformat(),
        "deployment": asked.deployment,
        "registration": asked.registration,
        "collection": asked.collection.hex(),
        "jurisdiction": asked.jurisdiction,
        "logs": list(asked.logs),
        "identifier": str(asked.identifier) if asked.identifier else "",
    }


def _asked(value: dict[str, Any]) -> DataRequest:
    asked = DataRequest(
        number=value["number"],
        kind=value["kind"],
        received_on=date.fromisoformat(value["received_on"]),
        due_on=date.fromisoformat(value["due_on"]),
        deployment=value["deployment"],
        registration=value["registration"],
        collection=bytes.fromhex(value["collection"]),
        jurisdiction=value["jurisdiction"],
        logs=tuple(value["logs"]),
        identifier=UUID(value["identifier"]) if value["identifier"] else None,
    )
    texts = (asked.deployment, asked.registration, *asked.logs)
    is_number = isinstance(asked.number, int) and not isinstance(asked.number, bool) and asked.number > 0
    if not is_number or not asked.logs or not all(isinstance(text, str) and text for text in texts):
        raise ValueError
    if asked.kind not in KINDS or len(asked.collection) != 16 or not _JURISDICTION.fullmatch(asked.jurisdiction):
        raise ValueError
    return asked
