"""What a verification has found, in numbers alone: everything that a report tells, gathered in one pass over the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from civium.authority.decisions import Journal
from civium.authority.grounds import GROUP_GROUNDS, mask_of
from civium.authority.judging import FOR_DECISION
from civium.authority.policy import from_table, judge_of
from civium.authority.sampling.record import Record, read_record
from civium.authority.settling import SettledRow, Tally, settle, tally_of
from civium.authority.verification import read_verdicts
from civium.authority.working_file import WorkingFile


@dataclass(frozen=True)
class GroupCount:
    """The groups of one kind: how many, how many statements in them, and in how many somebody still has to decide.

    `asking`: the groups that ask for a decision at all; two equal statements of one person need none.
    """

    groups: int = 0
    statements: int = 0
    asking: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Findings:
    """A verification as it stands. Nothing of a signatory is in it."""

    facts: Mapping[str, Any]
    tally: Tally
    groups: Mapping[str, GroupCount]
    journal: Journal
    verdicts_hash: str
    made_on: date

    @property
    def sample(self) -> Record:
        """What the journal says of the sample."""
        return read_record(self.journal.entries)


def findings_of(verdicts: WorkingFile, journal: Journal, *, made_on: date) -> Findings:
    """Give what a verdicts file and its decision journal say."""
    strikes = judge_of(from_table(verdicts.facts["policy"])).strikes
    counted = _Counted()
    tally = tally_of(counted.passing(settle(read_verdicts(verdicts), journal.decisions)), strikes)
    return Findings(verdicts.facts, tally, counted.groups(), journal, verdicts.head_hash(), made_on)


@dataclass
class _Counted:
    """Groups met so far, by kind: their numbers only."""

    met: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in GROUP_GROUNDS})
    asking: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in GROUP_GROUNDS})
    waiting: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in GROUP_GROUNDS})
    statements: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GROUP_GROUNDS, 0))

    def passing(self, rows: Iterable[SettledRow]) -> Iterator[SettledRow]:
        """Give the rows on, counted."""
        masks = {kind: mask_of(codes) for kind, codes in GROUP_GROUNDS.items()}
        for settled in rows:
            row = settled.row
            for kind, number in zip(GROUP_GROUNDS, (row.group, row.near, row.place), strict=True):
                if number:
                    self.met[kind].add(number)
                    self.statements[kind] += 1
                    if row.grounds & masks[kind]:
                        self.asking[kind].add(number)
                        if settled.verdict == FOR_DECISION:
                            self.waiting[kind].add(number)
            yield settled

    def groups(self) -> dict[str, GroupCount]:
        """Give what was counted."""
        return {
            kind: GroupCount(len(self.met[kind]), self.statements[kind], len(self.asking[kind]), len(self.waiting[kind]))
            for kind in GROUP_GROUNDS
        }
