"""What an installation tells everybody: entries of its notices log (docs/spec/notices.md).

The rules are:
- an entry is canonical JSON of one kind, with that kind's members and no other; one encoding for one value;
- a kind that is not known here is no error: it belongs to the log's tree like every entry.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from civium.errors import Refused
from civium.formats import canonical
from civium.formats.envelope import CHANNELS
from civium.formats.export import REASONS

LARGEST_NOTICE = 65_535  # bytes: what an entry bundle's length can say (tiles.py)
MOST_RANGES = 1_024  # of two numbers below 2**53 each: at most 38 kB
CAUSES = tuple(REASONS[number] for number in (1, 2, 3))
CLOSING_CAUSES = ("store-behind", "store-forked")
_NAME = "notice v1"
_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JURISDICTION = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_ORIGIN = re.compile(r"[!-*,-~]{1,300}")


@dataclass(frozen=True)
class ManifestNotice:
    """A manifest is in force from now on."""

    collection: bytes
    sequence: int
    sha256: bytes
    on: date


@dataclass(frozen=True)
class HandOver:
    """A log was given to its authority, all generations of it."""

    collection: bytes
    jurisdiction: str
    channel: str
    on: date


@dataclass(frozen=True)
class Destruction:
    """Envelopes of a log were destroyed: first and last index of each range, ascending and apart."""

    collection: bytes
    origin: str
    cause: str
    ranges: tuple[tuple[int, int], ...]
    on: date

    @property
    def count(self) -> int:
        """Number of indices."""
        return sum(last - first + 1 for first, last in self.ranges)


@dataclass(frozen=True)
class Successor:
    """A log is closed; what was signed and nothing continues, what is left, and the log that goes on."""

    cause: str
    origin: str
    signed_size: int
    signed_root: bytes
    stored_size: int
    stored_root: bytes
    successor: str
    on: date


Notice = ManifestNotice | HandOver | Destruction | Successor


def encode(notice: Notice) -> bytes:
    """Give the one encoding of a notice."""
    raw = canonical.encode({"civium": _NAME, "on": notice.on.isoformat(), **_members(notice)})
    assert parse(raw) == notice, "a notice that cannot be read back"
    return raw


def parse(raw: bytes) -> Notice | None:
    """Give the notice of an entry, None if its kind is not known here. Raises Refused `notice-malformed`."""
    try:
        value = canonical.parse(raw, limit=LARGEST_NOTICE)
        return _notice_of(value)
    except (Refused, KeyError, TypeError, ValueError, AttributeError):
        raise Refused("notice-malformed") from None


def destructions(
    collection: bytes, origin: str, cause: str, ranges: Sequence[tuple[int, int]], on: date
) -> Iterator[Destruction]:
    """Give the notices of one log and cause: one, or more where there are too many ranges."""
    for start in range(0, len(ranges), MOST_RANGES):
        yield Destruction(collection, origin, cause, tuple(ranges[start : start + MOST_RANGES]), on)


def _members(notice: Notice) -> dict[str, Any]:
    if isinstance(notice, ManifestNotice):
        named = {"collection": notice.collection.hex(), "sequence": notice.sequence, "sha256": notice.sha256.hex()}
        return {"kind": "manifest", **named}
    if isinstance(notice, HandOver):
        place = {"jurisdiction": notice.jurisdiction, "channel": notice.channel}
        return {"kind": "hand-over", "collection": notice.collection.hex(), **place}
    if isinstance(notice, Destruction):
        what = {"cause": notice.cause, "count": notice.count, "ranges": [list(one) for one in notice.ranges]}
        return {"kind": "destruction", "collection": notice.collection.hex(), "origin": notice.origin, **what}
    return {
        "kind": "successor",
        "cause": notice.cause,
        "origin": notice.origin,
        "signed_size": notice.signed_size,
        "signed_root": base64.b64encode(notice.signed_root).decode(),
        "stored_size": notice.stored_size,
        "stored_root": base64.b64encode(notice.stored_root).decode(),
        "successor": notice.successor,
    }


def _notice_of(value: dict[str, Any]) -> Notice | None:
    if value.pop("civium") != _NAME:
        raise ValueError
    read = _READERS.get(value.pop("kind"))
    if read is None:
        return None
    notice = read(value, date.fromisoformat(_checked(_DAY, value.pop("on"))))
    if value:
        raise ValueError
    return notice


def _manifest_of(value: dict[str, Any], on: date) -> ManifestNotice:
    collection = _matching(_ID, value.pop("collection"))
    return ManifestNotice(collection, _number(value.pop("sequence"), 1), _matching(_HASH, value.pop("sha256")), on)


def _hand_over_of(value: dict[str, Any], on: date) -> HandOver:
    jurisdiction = _checked(_JURISDICTION, value.pop("jurisdiction"))
    return HandOver(_matching(_ID, value.pop("collection")), jurisdiction, _one_of(tuple(CHANNELS), value.pop("channel")), on)


def _destruction_of(value: dict[str, Any], on: date) -> Destruction:
    ranges = tuple((_number(first), _number(last)) for first, last in value.pop("ranges"))
    if not 1 <= len(ranges) <= MOST_RANGES:
        raise ValueError
    before = -2
    for first, last in ranges:
        # At least one index between two ranges: otherwise they are one.
        if not before + 1 < first <= last:
            raise ValueError
        before = last
    collection, origin = _matching(_ID, value.pop("collection")), _checked(_ORIGIN, value.pop("origin"))
    notice = Destruction(collection, origin, _one_of(CAUSES, value.pop("cause")), ranges, on)
    if value.pop("count") != notice.count:
        raise ValueError
    return notice


def _successor_of(value: dict[str, Any], on: date) -> Successor:
    cause = _one_of(CLOSING_CAUSES, value.pop("cause"))
    origin, successor = _checked(_ORIGIN, value.pop("origin")), _checked(_ORIGIN, value.pop("successor"))
    signed = _number(value.pop("signed_size")), _root(value.pop("signed_root"))
    stored = _number(value.pop("stored_size")), _root(value.pop("stored_root"))
    if (stored[0] < signed[0]) != (cause == "store-behind") or origin == successor:
        raise ValueError
    return Successor(cause, origin, *signed, *stored, successor, on)


_READERS: dict[str, Callable[[dict[str, Any], date], Notice]] = {
    "manifest": _manifest_of,
    "hand-over": _hand_over_of,
    "destruction": _destruction_of,
    "successor": _successor_of,
}


def _checked(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError
    return text


def _matching(pattern: re.Pattern[str], text: str) -> bytes:
    return bytes.fromhex(_checked(pattern, text))


def _one_of(members: tuple[str, ...], text: str) -> str:
    if text not in members:
        raise ValueError
    return text


def _number(value: Any, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError
    return value


def _root(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) != 32:
        raise ValueError
    return raw
