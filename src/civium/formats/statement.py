"""One statement of support in clear, and its padding (docs/spec/statement.md).

The rules are:
- it exists in the signatory's browser and in the authority's process; `assist`, `authority` and `rehearsal` alone may name this module;
- one encoding for one statement: fields and confirmations sorted, nothing empty, nothing twice, nothing trailing;
- padded to 2,048 bytes, so that length tells nothing; longer ones to 4,096.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from civium.errors import Refused
from civium.formats.binary import Reader, bytes8, bytes16
from civium.formats.envelope import PADDED_SIZES
from civium.law.numbers import trim

VERSION = 1
TOKEN_SIZE = 64  # RFC 9497, ristretto255-SHA512: Nh
LONGEST_VALUE = 1024  # bytes; four times the longest name seen in any register, and still inside the padding
LONGEST_STATEMENT = PADDED_SIZES[-1] - 2

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_RULES = re.compile(r"[0-9A-Za-z.-]{1,32}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HINT = re.compile(r"[a-z][a-z0-9-]{0,39}")
_DECLARATION, _PRIVACY = 1, 2
# Control characters, and what is invisible where a person would look for it, and not what anybody typed.
_FORBIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True, repr=False)
class Statement:
    """What one signatory stated: fields as typed, the two ticks, confirmed hints."""

    language: str
    rules: str
    declaration: bool
    privacy_read: bool
    identity_key_version: int
    token: bytes
    fields: Mapping[str, str]
    confirmations: frozenset[tuple[str, str]]


def encode(statement: Statement) -> bytes:
    """Give the canonical bytes. Raises Refused `statement-malformed` or `statement-too-long`."""
    fields = sorted(statement.fields.items())
    confirmations = sorted(statement.confirmations)
    if not is_well_formed(statement) or len(fields) > 0xFF or len(confirmations) > 0xFF:
        raise Refused("statement-malformed")
    ticks = _DECLARATION * statement.declaration + _PRIVACY * statement.privacy_read
    pieces = [
        bytes((VERSION,)),
        bytes8(statement.language.encode()),
        bytes8(statement.rules.encode()),
        bytes((ticks, statement.identity_key_version)),
        bytes8(statement.token),
        bytes((len(fields),)),
    ]
    pieces += [bytes8(name.encode()) + bytes16(value.encode()) for name, value in fields]
    pieces.append(bytes((len(confirmations),)))
    pieces += [bytes8(name.encode()) + bytes8(hint.encode()) for name, hint in confirmations]
    encoded = b"".join(pieces)
    if len(encoded) > LONGEST_STATEMENT:
        raise Refused("statement-too-long", longest=LONGEST_STATEMENT)
    return encoded


def pad(encoded: bytes) -> bytes:
    """Give the plaintext that is sealed: `u16 length ‖ statement ‖ zeros`, 2,048 or 4,096 bytes long."""
    size = next((size for size in PADDED_SIZES if len(encoded) + 2 <= size), None)
    if size is None:
        raise Refused("statement-too-long", longest=LONGEST_STATEMENT)
    return bytes16(encoded).ljust(size, b"\0")


def parse(plaintext: bytes) -> Statement:
    """Give the statement of a padded plaintext. Raises Refused `statement-malformed` for anything but the one encoding."""
    reader = Reader(_unpad(plaintext), "statement-malformed")
    if reader.u8() != VERSION:
        raise reader.refused()
    language, rules = _text(reader, reader.bytes8()), _text(reader, reader.bytes8())
    ticks, identity_key_version = reader.u8(), reader.u8()
    if ticks > _DECLARATION + _PRIVACY:
        raise reader.refused()
    token = reader.bytes8()
    fields = [(_text(reader, reader.bytes8()), _text(reader, reader.bytes16())) for _ in range(reader.u8())]
    confirmations = [(_text(reader, reader.bytes8()), _text(reader, reader.bytes8())) for _ in range(reader.u8())]
    reader.check_end()
    names = [name for name, _ in fields]
    if any(a >= b for a, b in itertools.pairwise(names)):
        raise reader.refused()
    if any(a >= b for a, b in itertools.pairwise(confirmations)):
        raise reader.refused()
    statement = Statement(
        language=language,
        rules=rules,
        declaration=bool(ticks & _DECLARATION),
        privacy_read=bool(ticks & _PRIVACY),
        identity_key_version=identity_key_version,
        token=token,
        fields=MappingProxyType(dict(fields)),
        confirmations=frozenset(confirmations),
    )
    if not is_well_formed(statement):
        raise reader.refused()
    return statement


def is_well_formed(statement: Statement) -> bool:
    """Tell whether every part has the form the page demands (not whether the law is content with it)."""
    token_size = 0 if statement.identity_key_version == 0 else TOKEN_SIZE
    return (
        len(statement.language) <= 16
        and _LANGUAGE.fullmatch(statement.language) is not None
        and _RULES.fullmatch(statement.rules) is not None
        and 0 <= statement.identity_key_version <= 0xFF
        and len(statement.token) == token_size
        and all(_FIELD.fullmatch(name) and is_value(value) for name, value in statement.fields.items())
        and all(_FIELD.fullmatch(name) and _HINT.fullmatch(hint) for name, hint in statement.confirmations)
    )


def is_value(value: str) -> bool:
    """Tell whether this can stand in a field: NFC, trimmed, not empty, no control character, at most 1,024 bytes of UTF-8."""
    if not value or _FORBIDDEN.search(value) is not None:
        return False
    try:
        size = len(value.encode())
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return size <= LONGEST_VALUE and trim(value) == value


def _text(reader: Reader, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise reader.refused() from None


def _unpad(plaintext: bytes) -> bytes:
    reader = Reader(plaintext, "statement-malformed")
    if len(plaintext) not in PADDED_SIZES:
        raise reader.refused()
    encoded = reader.bytes16()
    if pad(encoded) != plaintext:
        raise reader.refused()
    return encoded
