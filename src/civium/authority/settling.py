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

from civium.authority.grounds import BITS, codes_of
from civium.authority.judging import ACCEPTED, FOR_DECISION, GONE, STRUCK, VERDICTS
from civium.authority.verification import VerdictRow

ACCEPT, STRIKE = "accept", "strike"
DECIDABLE = (FOR_DECISION, ACCEPTED)
_REPEAT = BITS["repeat"]
DECIDED = "decided"


@dataclass(frozen=True, repr=False, slots=True)
class SettledRow:
    """One row with its last word: verdict, grounds, and whether a person decided it."""

    row: VerdictRow
    verdict: int
    grounds: int
    is_decided: bool


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
    for row in rows:
        verdict, decided = row.verdict, False
        if verdict in DECIDABLE and (decision := decisions.get(row.identifier)):
            verdict, decided = (ACCEPTED if decision == ACCEPT else STRUCK), True
        grounds = row.grounds
        if verdict == ACCEPTED and row.group:
            place = (row.group, row.person)
            if place in counted:
                verdict, grounds = STRUCK, grounds | _REPEAT
            counted.add(place)
        yield SettledRow(row, verdict, grounds, decided)


def tally_of(rows: Iterable[SettledRow], strikes: int) -> Tally:
    """Give the numbers over all rows. `strikes`: the grounds that strike, of which a struck statement is counted under its first."""
    tally = Tally()
    for settled in rows:
        tally.entries += 1
        if settled.verdict == GONE:
            tally.gone[settled.row.reason] += 1
        else:
            _count(tally, settled, strikes)
    return tally


def _count(tally: Tally, settled: SettledRow, strikes: int) -> None:
    name, codes = VERDICTS[settled.verdict], tuple(codes_of(settled.grounds))
    is_repeat = bool(settled.grounds & _REPEAT)
    tally.verdicts[name] += 1
    tally.days.setdefault(settled.row.received_on, Counter())[name] += 1
    tally.grounds.update(codes)
    tally.confirmed.update(codes_of(settled.row.confirmed))
    tally.repeats += is_repeat
    if settled.verdict == STRUCK and not is_repeat:
        first = DECIDED if settled.is_decided else next(codes_of(settled.grounds & strikes))
        tally.struck_grounds[first] += 1
    if settled.verdict == FOR_DECISION:
        tally.undecided_grounds.update(codes)
    tally.struck_by_decision += settled.is_decided and settled.verdict == STRUCK and not is_repeat
    tally.accepted_by_decision += settled.is_decided and settled.verdict == ACCEPTED
