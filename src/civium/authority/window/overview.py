"""Where the statements of a class, a ground, a group stand: numbers in memory, so that a page reads the few rows that it shows.

The rules are:
- verdicts come from `settling.settle`, numbers from `settling.tally_of`; here they are only kept, 15 bytes a row and a list for each group;
- no statement is kept: `read_rows` reads those asked for from the encrypted working file, and forgets them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from civium.authority.grounds import GROUP_GROUNDS, mask_of
from civium.authority.judging import FOR_DECISION, VERDICTS, read_statement
from civium.authority.policy import Judge
from civium.authority.rows import decode_rows
from civium.authority.settling import Tally, settle, tally_of
from civium.authority.verification import VerdictRow, read_verdicts
from civium.authority.working_file import WorkingFile
from civium.errors import Refused
from civium.formats.statement import Statement


@dataclass(frozen=True, repr=False)
class Overview:
    """The rows' last words with the decisions as they stand, and their groups by label."""

    verdicts: bytearray
    grounds: array[int]
    groups: Mapping[str, Sequence[int]]
    decides: int
    count: Callable[[], Tally]

    @cached_property
    def tally(self) -> Tally:
        """The numbers, counted when a page first asks for them: a decision about one of a million does not."""
        return self.count()

    @property
    def undecided(self) -> int:
        """How many statements wait for a person."""
        return self.verdicts.count(FOR_DECISION)

    def indices(self, verdict: int, ground: int = 0) -> list[int]:
        """Give the rows of a class, with a ground (a bit) or with any."""
        return [
            index for index, one in enumerate(self.verdicts) if one == verdict and (not ground or self.grounds[index] & ground)
        ]

    def waiting(self, label: str) -> list[int]:
        """Give the rows of a group that wait for a person for the sake of it."""
        mask = mask_of(GROUP_GROUNDS[label.partition("-")[0]]) & self.decides
        return [at for at in self.groups[label] if self.verdicts[at] == FOR_DECISION and self.grounds[at] & mask]

    def open_groups(self) -> list[str]:
        """Give the groups in which somebody waits: first those of one number, then near-repeats, then places."""
        return [label for label in self.groups if self.waiting(label)]

    def open_singles(self) -> list[int]:
        """Give the rows that wait, but for no group."""
        return [at for at in self.indices(FOR_DECISION) if self.grounds[at] & self.alone]

    @property
    def alone(self) -> int:
        """The grounds (bits) for which a statement waits by itself."""
        return self.decides & ~mask_of(code for codes in GROUP_GROUNDS.values() for code in codes)


@dataclass(frozen=True, repr=False)
class ShownRow:
    """One row for a page: its place, its verdict, its statement, None where it cannot be read."""

    index: int
    row: VerdictRow
    verdict: str
    grounds: int
    statement: Statement | None


def overview_of(verdicts: WorkingFile, decisions: Mapping[str, str], judge: Judge) -> Overview:
    """Give the overview of a verdicts file with these decisions."""
    kept, grounds = bytearray(), array("Q")
    groups: dict[str, dict[str, list[int]]] = {kind: defaultdict(list) for kind in GROUP_GROUNDS}

    for index, settled in enumerate(settle(read_verdicts(verdicts), decisions)):
        row = settled.row
        kept.append(settled.verdict)
        grounds.append(settled.grounds)
        if row.group or row.near or row.place:
            for label in row.labels:
                groups[label.partition("-")[0]][label].append(index)
    labels = {label: members for kind in GROUP_GROUNDS for label, members in sorted(groups[kind].items(), key=_number)}
    return Overview(
        kept, grounds, labels, judge.decides, lambda: tally_of(settle(read_verdicts(verdicts), decisions), judge.strikes)
    )


def _number(group: tuple[str, list[int]]) -> int:
    return int(group[0].rpartition("-")[2])


def read_rows(opened: WorkingFile, verdicts: WorkingFile, overview: Overview, indices: Sequence[int]) -> list[ShownRow]:
    """Give some rows in the order of the log. Raises Refused `verdicts-foreign` if the verdicts are of another working file."""
    if verdicts.facts["opened"] != opened.head_hash():
        raise Refused("verdicts-foreign")
    wanted = sorted(set(indices))
    rows = _at(enumerate(read_verdicts(verdicts)), wanted)
    statements = _statements(opened, wanted)
    return [
        ShownRow(index, row, VERDICTS.get(overview.verdicts[index], ""), overview.grounds[index], statements[index])
        for index, row in rows
    ]


def _at(rows: Iterable[tuple[int, VerdictRow]], wanted: Sequence[int]) -> list[tuple[int, VerdictRow]]:
    asked = set(wanted)
    last = wanted[-1] + 1 if wanted else 0
    return [(index, row) for index, row in islice(rows, last) if index in asked]


def _statements(opened: WorkingFile, wanted: Sequence[int]) -> dict[int, Statement | None]:
    """Read the statements of these rows; a chunk that holds none of them is not taken apart."""
    found: dict[int, Statement | None] = {}
    first = 0
    for count, chunk in opened.chunks():
        here = {index for index in wanted if first <= index < first + count}
        if here:
            found |= {index: read_statement(row) for index, row in enumerate(decode_rows(chunk), first) if index in here}
        first += count
        if len(found) == len(wanted):
            break
    return found
