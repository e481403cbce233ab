"""The last word on each row: decisions applied, and then, of each person's accepted statements, the earliest one counts.

The rules are (features A5):
- repeats are judged last: a statement that is struck or undecided takes nobody's place, the next one stands in;
- when an undecided one is accepted later, the earliest accepted counts again: the number of persons is the same;
- inside a group whose names differ a person has decided which ones count; even so, of statements with the same name one counts;
- a person may strike what the machine accepted: only who looks into the register sees that nobody lives at an address. What a
  certain ground or the confirmed policy strikes stays struck (Art. 12(4), Annex III); of several accepted ones of one person
  the officer chooses another by striking the one that counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from civium.authority.grounds import BITS, codes_of
from civium.authority.judging import ACCEPTED, FOR_DECISION, GONE, STRUCK, VERDICTS
from civium.authority.rows import day_of
from civium.authority.verification import VerdictRow, may_be_named, starts_of

ACCEPT, STRIKE = "accept", "strike"
DECIDABLE = (FOR_DECISION, ACCEPTED)
_REPEAT = BITS["repeat"]
DECIDED = "decided"


class SettledRow(NamedTuple):
    """One row with its last word: verdict, grounds, and whether a person decided it."""

    row: VerdictRow
    verdict: int
    grounds: int
    is_decided: bool

    def __repr__(self) -> str:
        """Tell nothing of a statement."""
        return "<SettledRow>"


@dataclass
class Tally:
    """The numbers of one export: every row is in exactly one place, so they add up."""

    entries: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    struck_by_decision: int = 0
    accepted_by_decision: int = 0
    grounds: Counter[str] = field(default_factory=Counter)
    struck_grounds: Counter[str] = field(default_factory=Counter)
    undecided_grounds: Counter[str] = field(default_factory=Counter)
    confirmed: Counter[str] = field(default_factory=Counter)
    days: dict[date, Counter[str]] = field(default_factory=dict)

    @property
    def opened(self) -> int:
        """The entries that are in the file with their envelopes."""
        return self.entries - self.gone.total()

    @property
    def accepted(self) -> int:
        """The statements that count."""
        return self.verdicts["accepted"]

    @property
    def struck(self) -> int:
        """The statements that do not count, repeats among them."""
        return self.verdicts["struck"]

    @property
    def undecided(self) -> int:
        """The statements that wait for a person."""
        return self.verdicts["for-decision"]


def settle(rows: Iterable[VerdictRow], decisions: Mapping[str, str]) -> Iterator[SettledRow]:
    """Give each row's last word, in the order of the log. `decisions`: identifier -> accept or strike."""
    counted: set[tuple[int, int]] = set()
    starts = starts_of(decisions)
    for row in rows:
        verdict, grounds, decided = row.verdict, row.grounds, False
        if (
            verdict in DECIDABLE
            and starts
            and may_be_named(row, starts)
            and (decision := decisions.get(row.identifier)) is not None
        ):
            verdict, decided = (ACCEPTED if decision == ACCEPT else STRUCK), True
        if verdict == ACCEPTED and row.group:
            place = (row.group, row.person)
            if place in counted:
                verdict, grounds = STRUCK, grounds | _REPEAT
            counted.add(place)
        yield SettledRow(row, verdict, grounds, decided)


def tally_of(rows: Iterable[SettledRow], strikes: int) -> Tally:
    """Give the numbers over all rows. `strikes`: the grounds that strike, of which a struck statement is counted under its first."""
    # Most rows are alike in all that is counted: each kind is looked at once.
    kinds = Counter(_kind_of(settled) for settled in rows)
    tally = Tally()
    for kind, times in kinds.items():
        tally.entries += times
        if kind.verdict == GONE:
            tally.gone[kind.reason] += times
        else:
            _count(tally, kind, times, strikes)
    return tally


class _Kind(NamedTuple):
    """What is counted of a row; rows that are alike in this are one kind."""

    verdict: int
    grounds: int
    confirmed: int
    is_decided: bool
    reason: str
    # A leaf record begins with its version and day.
    start_of_leaf: bytes


def _kind_of(settled: SettledRow) -> _Kind:
    row, verdict, grounds, is_decided = settled
    return _Kind(verdict, grounds, row.confirmed, is_decided, row.reason, row.leaf[:5])


def _count(tally: Tally, kind: _Kind, times: int, strikes: int) -> None:
    name, codes = VERDICTS[kind.verdict], tuple(codes_of(kind.grounds))
    is_repeat = bool(kind.grounds & _REPEAT)
    tally.verdicts[name] += times
    tally.days.setdefault(day_of(kind.start_of_leaf), Counter())[name] += times
    _add(tally.grounds, codes, times)
    _add(tally.confirmed, codes_of(kind.confirmed), times)
    tally.repeats += is_repeat * times
    if kind.verdict == STRUCK and not is_repeat:
        tally.struck_grounds[DECIDED if kind.is_decided else next(codes_of(kind.grounds & strikes))] += times
    if kind.verdict == FOR_DECISION:
        _add(tally.undecided_grounds, codes, times)
    tally.struck_by_decision += (kind.is_decided and kind.verdict == STRUCK and not is_repeat) * times
    tally.accepted_by_decision += (kind.is_decided and kind.verdict == ACCEPTED) * times


def _add(counts: Counter[str], codes: Iterable[str], times: int) -> None:
    for code in codes:
        counts[code] += times
