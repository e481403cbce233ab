"""Statements that claim to be one person's, and statements that are nearly so: found by comparing hashes in memory.

The rules are (features A5):
- only statements that no certain ground strikes are compared: an empty or late one takes nobody's place;
- of one identity with one name, the earliest counts that is otherwise accepted; that is said by `settling.py`, last, after the decisions;
- where names or dates of birth differ within one identity, all of it goes to a person, whole: whoever knows a number could
  otherwise send it first with a false name and have the true statement thrown out;
- so does all of it where names, date of birth and postal code are the identity and the rest of the address differs: a false
  street would do the same. It stays one person: of those that are accepted, one counts;
- a duplicate token alone says nothing about a person (a liar can invent one): a disagreement with the text is remarked, no more.

Memory: 82 bytes a row, and while one search runs 61 more: a million statements take some 160 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from civium.authority.grounds import BITS, GROUNDS_SIZE
from civium.authority.judging import ACCEPTED, FOR_DECISION, HASH_SIZE, NOBODY, Judgement
from civium.authority.near_repeats import Groups

_IDENTITY, _PERSON, _ALIKE, _TOKEN = (place * HASH_SIZE for place in range(4))
_TRACES = 4 * HASH_SIZE
# verdict (1), grounds, confirmed, number kind (1), four hashes
_GROUNDS, _CONFIRMED = slice(1, 1 + GROUNDS_SIZE), slice(1 + GROUNDS_SIZE, 1 + 2 * GROUNDS_SIZE)
_KIND = _CONFIRMED.stop
_START = _KIND + 1
_SIZE = _START + _TRACES


def encode_judgement(judgement: Judgement) -> bytes:
    """Give a judgement as bytes of one size."""
    bits = judgement.grounds.to_bytes(GROUNDS_SIZE, "big") + judgement.confirmed.to_bytes(GROUNDS_SIZE, "big")
    return (
        bytes((judgement.verdict,))
        + bits
        + bytes((judgement.number_kind,))
        + judgement.identity
        + judgement.person
        + judgement.alike
        + judgement.token
    )


class Judgements:
    """The judgements of all rows, in the order of the log, packed; grounds are added to them, nothing is taken away."""

    def __init__(self) -> None:
        self._packed = bytearray()

    def __len__(self) -> int:
        return len(self._packed) // _SIZE

    def extend(self, packed: bytes) -> None:
        """Take the next rows' judgements."""
        assert len(packed) % _SIZE == 0
        self._packed += packed

    def packed(self) -> memoryview:
        """Give all of them as they are held."""
        return memoryview(self._packed).toreadonly()

    def grounds(self, row: int) -> int:
        """Give a row's grounds as bits."""
        return int.from_bytes(self._packed[self._part(row, _GROUNDS)], "big")

    def confirmed(self, row: int) -> int:
        """Give those of a row's grounds that its signatory confirmed."""
        return int.from_bytes(self._packed[self._part(row, _CONFIRMED)], "big")

    def verdict(self, row: int) -> int:
        """Give the verdict a row has by itself."""
        return self._packed[row * _SIZE]

    def add(self, row: int, ground: str) -> None:
        """Add a ground to a row."""
        mask = self.grounds(row) | BITS[ground]
        self._packed[self._part(row, _GROUNDS)] = mask.to_bytes(GROUNDS_SIZE, "big")

    @staticmethod
    def _part(row: int, part: slice) -> slice:
        return slice(row * _SIZE + part.start, row * _SIZE + part.stop)

    def number_kind(self, row: int) -> int:
        """Give the place of the row's kind of number in its form's list, from 1; 0 where the form asks none."""
        return self._packed[row * _SIZE + _KIND]

    def trace(self, row: int, place: int) -> bytes:
        """Give one of a row's four hashes."""
        start = row * _SIZE + _START + place
        return bytes(self._packed[start : start + HASH_SIZE])

    def sharing(self, place: int) -> Iterator[list[int]]:
        """Give the rows, in order, of each hash that two or more rows share which may still count."""
        keyed = sorted(
            hashed + row.to_bytes(4, "big")
            for row in range(len(self))
            if self.verdict(row) in (ACCEPTED, FOR_DECISION) and (hashed := self.trace(row, place)) != NOBODY
        )
        for _, members in groupby(keyed, key=lambda entry: entry[:HASH_SIZE]):
            rows = [int.from_bytes(entry[HASH_SIZE:], "big") for entry in members]
            if len(rows) > 1:
                yield rows


def find_repeats(judgements: Judgements) -> dict[int, tuple[int, int]]:
    """Give row -> (group, person in the group) for every identity that several rows claim; rows that differ get their ground."""
    places: dict[int, tuple[int, int]] = {}
    for group, rows in enumerate(judgements.sharing(_IDENTITY), start=1):
        persons: dict[bytes, int] = {}
        # Two names on one number may be two persons; two addresses of one name and date of birth are still one.
        is_by_number = judgements.number_kind(rows[0]) > 0
        for row in rows:
            person = persons.setdefault(judgements.trace(row, _PERSON), len(persons))
            places[row] = (group, person if is_by_number else 0)
        if len(persons) > 1:
            for row in rows:
                judgements.add(row, "repeat-names-differ" if is_by_number else "repeat-address-differs")
    return places


def remark_likeness(judgements: Judgements, *, has_several_documents: bool, groups: Groups | None = None) -> None:
    """Add the grounds of near-repeats: what is shared by statements of different identities; those of one person go into one group."""
    for rows in judgements.sharing(_ALIKE):
        if _differ(judgements, rows, _IDENTITY):
            if groups is not None:
                groups.join(rows)
            for row in rows:
                judgements.add(row, "near-repeat")
    if not has_several_documents:
        return
    for rows in judgements.sharing(_PERSON):
        if len({judgements.number_kind(row) for row in rows}) > 1:
            for row in rows:
                judgements.add(row, "same-name-other-document")


def remark_tokens(judgements: Judgements) -> None:
    """Add the ground where token and text disagree: one identity with several tokens, or one token with several identities."""
    for shared, compared in ((_IDENTITY, _TOKEN), (_TOKEN, _IDENTITY)):
        for rows in judgements.sharing(shared):
            with_token = [row for row in rows if judgements.trace(row, _TOKEN) != NOBODY]
            if _differ(judgements, with_token, compared):
                for row in with_token:
                    judgements.add(row, "token-against-text")


def _differ(judgements: Judgements, rows: list[int], place: int) -> bool:
    return len({judgements.trace(row, place) for row in rows}) > 1
