"""Statements that are nearly another's: found by what both would share if a hand had slipped, given to a person in groups.

The rules are (feature A5):
- nothing here strikes anybody: the statements of a group wait whole, whichever came first; somebody who enters another's number
  with one sign changed, or the other's name turned round, before them, has made work for an officer, no more;
- no statement is compared with all others: each leaves a few traces, keyed hashes of what stays the same under one slip, and
  only statements with one trace in common are looked at; the slip itself is found by leaving out one sign after the other;
- so time grows with the number of statements (and their sorting), and no group is held but as row numbers;
- hashes are HMACs under a key of this very verification, made from the authority's secret; with each stands at most eight signs, the
  rest of the number or the date, in this process's memory, never in a file;
- groups are numbered by their first row: the same file gives the same groups, whatever the key.

What is looked for: same names with a number in which one sign differs or two neighbours are exchanged; same date of birth with the
same names in another order, spelling or script; same names and address with a date of birth likewise slipped. Not looked for: a
letter mistyped in a name, a second first name left out.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from civium.authority.near_repeats_latin import turned
from civium.authority.plausibility_places import ADDRESS_SHARED, BURST, address_of, find_bursts, find_crowds, street_of
from civium.formats.identity_key import fold_name, fold_number
from civium.law.rules import Form

NUMBER_LEFT, NUMBER_RIGHT, NUMBER_MIDDLE, SPELLING, BIRTH, ADDRESS, STREET = range(7)
KINDS = 7
# 64 bits: in a million statements two that share nothing meet by chance once in some ten million verifications.
_KEY = _REST = 8
_ROW = 4
_SIZE = _KEY + _REST + _ROW
# Numbers are of 5 to 16 signs in all States; halves fit the rest.
_SHORTEST_NUMBER, _LONGEST_NUMBER = 5, 16


def traces_of(form: Form, fields: Mapping[str, str], received_on: date, secret: bytes) -> list[tuple[int, bytes]]:
    """Give the traces of one statement: (kind, key and rest). Fields that the form does not ask leave none."""
    asked = {field: fields.get(field, "") for field in form.fields}
    first, family = asked.get("full_first_names", ""), asked.get("family_names", "")
    born = asked.get("date_of_birth", "")
    found: list[tuple[int, bytes]] = []

    def leave(kind: int, parts: Iterable[str], rest: bytes) -> None:
        found.append((kind, hmac.digest(secret, "\0".join((str(kind), *parts)).encode(), "sha256")[:_KEY] + rest.ljust(_REST)))

    person = hmac.digest(secret, "\0".join(("person", fold_name(first), fold_name(family), born)).encode(), "sha256")
    street = street_of(form, fields)
    address = address_of(street, fields)
    for names in turned(first, family):
        _leave_number(leave, names, born, asked)
        _leave_birth(leave, names, born, person, address)
    if address:
        leave(ADDRESS, (address,), person[:_REST])
        leave(STREET, (street,), received_on.toordinal().to_bytes(4, "big") + person[:4])
    return found


_Leave = Callable[[int, Iterable[str], bytes], None]


def _leave_number(leave: _Leave, names: str, born: str, asked: Mapping[str, str]) -> None:
    """Leave what is the same if one half of the number has a slip, and what is if the two signs at its middle are exchanged."""
    number = with_zeros(asked.get("id_number", ""))
    if not _SHORTEST_NUMBER <= len(number) <= _LONGEST_NUMBER:
        return
    middle = len(number) // 2
    left, right = number[:middle], number[middle:]
    who = (names, born, asked.get("id_type", ""), str(len(number)))
    leave(NUMBER_LEFT, (*who, left), right.encode())
    leave(NUMBER_RIGHT, (*who, right), left.encode())
    pair = number[middle - 1 : middle + 1]
    leave(NUMBER_MIDDLE, (*who, left[:-1], "".join(sorted(pair)), right[1:]), pair.encode())


def with_zeros(number: str) -> str:
    """Give a number as `fold_number` does, but with its leading zeros: a slip beside one must not shorten it."""
    return fold_number(f"1{number}")[1:]


def _leave_birth(leave: _Leave, names: str, born: str, person: bytes, address: str) -> None:
    """Leave names with date of birth, and names with address: where the form asks no number these tell who it is."""
    if not born:
        return
    leave(SPELLING, (names, born), person[:_REST])
    digits = born.replace("-", "").encode()
    if address and len(digits) == _REST:
        leave(BIRTH, (names, address), digits)


def encode_traces(row: int, traces: Iterable[tuple[int, bytes]], kinds: tuple[bytearray, ...]) -> None:
    """Add a row's traces to the bytes of each kind."""
    for kind, trace in traces:
        kinds[kind].extend(trace[:_KEY] + row.to_bytes(_ROW, "big") + trace[_KEY:])


def no_traces() -> tuple[bytearray, ...]:
    """Give the bytes of each kind before the first trace."""
    return tuple(bytearray() for _ in range(KINDS))


class Groups:
    """Rows that belong together, directly or through others."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def join(self, rows: Iterable[int]) -> None:
        """Put rows into one group, with all that any of them belongs to."""
        tops = {self._top(row) for row in rows}
        first = min(tops)
        for top in tops:
            self._above[top] = first

    def numbered(self) -> dict[int, int]:
        """Give row -> number of its group, from 1, in the order of the groups' first rows."""
        numbers: dict[int, int] = {}
        # The top of a group is its first row: it comes before all others of the group.
        return {row: numbers.setdefault(self._top(row), len(numbers) + 1) for row in sorted(self._above)}

    def _top(self, row: int) -> int:
        while (above := self._above.setdefault(row, row)) != row:
            self._above[row] = self._above[above]
            row = above
        return row


def blocks_of(traces: bytearray) -> Iterator[list[tuple[bytes, int]]]:
    """Give the (rest, row) of each key that several traces share, rows in the order of the log; the traces are used up."""
    entries = [bytes(traces[at : at + _SIZE]) for at in range(0, len(traces), _SIZE)]
    traces.clear()
    entries.sort()
    for _, members in groupby(entries, key=lambda entry: entry[:_KEY]):
        block = [(entry[-_REST:], int.from_bytes(entry[_KEY:-_REST], "big")) for entry in members]
        if len(block) > 1:
            yield block


def find_near_repeats(kinds: tuple[bytearray, ...], groups: Groups, add: Callable[[int, str], None]) -> None:
    """Join the rows that are nearly each other's, and add the ground of each. The traces are used up."""
    for kind, slipped, ground in (
        (NUMBER_LEFT, one_slip, "near-repeat-number"),
        (NUMBER_RIGHT, one_slip, "near-repeat-number"),
        (NUMBER_MIDDLE, _any_difference, "near-repeat-number"),
        (SPELLING, _any_difference, "near-repeat-spelling"),
        (BIRTH, date_slip, "near-repeat-birth-date"),
    ):
        for block in blocks_of(kinds[kind]):
            if len({rest for rest, _ in block}) == 1:
                continue  # the same to the last sign: a repeat, no near-repeat
            for rows in slipped(block):
                groups.join(rows)
                for row in rows:
                    add(row, ground)


def find_places(
    kinds: tuple[bytearray, ...], groups: Groups, add: Callable[[int, str], None], thresholds: Mapping[str, int]
) -> None:
    """Join the rows of one address that many share, and of one street within a short run of the log. The traces are used up."""
    for block in blocks_of(kinds[ADDRESS]):
        if len(block) >= thresholds[ADDRESS_SHARED]:
            _add_all(find_crowds(((row, rest) for rest, row in block), thresholds[ADDRESS_SHARED]), ADDRESS_SHARED, groups, add)
    for block in blocks_of(kinds[STREET]):
        if len(block) >= thresholds[BURST]:
            for rows in find_bursts(((row, int.from_bytes(rest[:4], "big"), rest[4:]) for rest, row in block), thresholds[BURST]):
                _add_all(rows, BURST, groups, add)


def _add_all(rows: list[int], ground: str, groups: Groups, add: Callable[[int, str], None]) -> None:
    if rows:
        groups.join(rows)
    for row in rows:
        add(row, ground)


def _any_difference(block: list[tuple[bytes, int]]) -> Iterator[list[int]]:
    yield [row for _, row in block]


def one_slip(block: list[tuple[bytes, int]]) -> Iterator[list[int]]:
    """Give the rows whose rests are the same but for one sign, or for two neighbours that stand the other way round."""
    longest = max(len(rest.rstrip()) for rest, _ in block)
    for at in range(longest):
        yield from _sharing(block, _without(at))
    for at in range(longest - 1):
        yield from _sharing(block, _exchanged(at))


def _without(at: int) -> Callable[[bytes], bytes]:
    return lambda rest: rest[:at] + rest[at + 1 :]


def _exchanged(at: int) -> Callable[[bytes], bytes]:
    return lambda rest: rest[:at] + bytes(sorted(rest[at : at + 2])) + rest[at + 2 :]


def date_slip(block: list[tuple[bytes, int]]) -> Iterator[list[int]]:
    """Give the rows whose dates (yyyymmdd) are one slip apart, or have day and month exchanged."""
    yield from one_slip(block)
    yield from _sharing(block, lambda rest: rest[:4] + b"".join(sorted((rest[4:6], rest[6:8]))))


def _sharing(block: list[tuple[bytes, int]], blurred: Callable[[bytes], bytes]) -> Iterator[list[int]]:
    """Give the rows of each blurred rest that several different rests share."""
    alike: dict[bytes, list[tuple[bytes, int]]] = {}
    for rest, row in block:
        alike.setdefault(blurred(rest), []).append((rest, row))
    for members in alike.values():
        if len({rest for rest, _ in members}) > 1:
            yield [row for _, row in members]
