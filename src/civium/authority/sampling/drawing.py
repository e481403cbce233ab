"""The draw: which accepted statements are in the sample, found again by anybody who has seed, export and decisions.

The rules are (docs/spec/sampling.md):
- drawn from is what is accepted after the decisions and after repeats: each statement stands for one person;
- nothing is drawn while a statement waits for a decision;
- the order of the log's shuffle decides; of each stratum the first ones in that order are drawn, without return;
- a further draw goes on where the one before ended, so that no statement is drawn twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import chain

from civium.authority.judging import ACCEPTED, FOR_DECISION
from civium.authority.rows import decode_rows
from civium.authority.sampling.selection import drawn_order
from civium.authority.sampling.strata import MOST_STRATA, Strata
from civium.authority.settling import SettledRow
from civium.authority.working_file import WorkingFile
from civium.errors import Refused
from civium.formats import canonical
from civium.formats.statement import parse as parse_statement

_LABEL = b"civium sample population v1"


@dataclass(frozen=True, repr=False)
class Population:
    """What is drawn from: the strata by name with their sizes, and for each index of the log its stratum's place, from 1; 0: none."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    places: bytes

    def digest(self) -> str:
        """Give the hash that names this very population."""
        return sha256(_LABEL + sha256(canonical.encode(list(self.names))).digest() + self.places).hexdigest()


@dataclass(frozen=True)
class SampleRow:
    """One statement of the sample: its number, the phase that drew it, its stratum's place (from 0) and its index in the log."""

    number: int
    phase: int
    stratum: int
    index: int


@dataclass(frozen=True, repr=False)
class SheetRow:
    """What a clerk sees of a statement."""

    number: int
    identifier: str
    stratum: str
    received_on: date
    fields: Mapping[str, str]


def population_of(rows: Iterable[SettledRow], strata: Strata) -> Population:
    """Give what is drawn from. Raises Refused `sample-undecided`, `sample-strata` for more than 24 strata, `sample-nothing`."""
    found: dict[str, int] = {}
    places = bytearray()
    undecided = 0
    for index, settled in enumerate(rows):
        undecided += settled.verdict == FOR_DECISION
        place = found.setdefault(strata.name_of(index, settled), len(found) + 1) if settled.verdict == ACCEPTED else 0
        if place > MOST_STRATA:
            raise Refused("sample-strata", most=MOST_STRATA)
        places.append(place)
    if undecided:
        raise Refused("sample-undecided", undecided=undecided)
    if not found:
        raise Refused("sample-nothing")
    names = sorted(found)
    # Strata stand in the order of their names, not in that of the log.
    order = bytes((0, *(names.index(name) + 1 for name in found))).ljust(256, b"\0")
    ordered = bytes(places).translate(order)
    return Population(tuple(names), tuple(ordered.count(place + 1) for place in range(len(names))), ordered)


def draw(population: Population, key: bytes, phases: Sequence[Sequence[int]]) -> list[SampleRow]:
    """Give the rows of all phases, numbered in the order of the draw. `phases`: for each draw, how many of each stratum."""
    ends = [0] * len(population.names)
    chosen: list[list[SampleRow]] = [[] for _ in phases]
    wanted = [sum(parts) for parts in zip(*phases, strict=True)]
    missing = sum(wanted)
    assert all(part <= size for part, size in zip(wanted, population.sizes, strict=True))
    for index in drawn_order(key, len(population.places)):
        if not missing:
            break
        stratum = population.places[index] - 1
        if stratum >= 0 and ends[stratum] < wanted[stratum]:
            phase = _phase(ends[stratum], [parts[stratum] for parts in phases])
            chosen[phase].append(SampleRow(0, phase + 1, stratum, index))
            ends[stratum] += 1
            missing -= 1
    rows = chain.from_iterable(chosen)
    return [SampleRow(number, row.phase, row.stratum, row.index) for number, row in enumerate(rows, start=1)]


def _phase(taken: int, parts: Sequence[int]) -> int:
    """Give the phase to which the next statement of a stratum belongs, after so many."""
    phase = 0
    while taken >= sum(parts[: phase + 1]):
        phase += 1
    return phase


def read_sampled(opened: WorkingFile, population: Population, rows: Sequence[SampleRow]) -> list[SheetRow]:
    """Give the statements of sample rows in clear, in the order of the rows. Accepted ones can all be read."""
    wanted = {row.index: row for row in rows}
    found = dict(_found(opened, population, wanted))
    return [found[row.number] for row in rows]


def _found(opened: WorkingFile, population: Population, wanted: Mapping[int, SampleRow]) -> Iterator[tuple[int, SheetRow]]:
    index = 0
    for _, packed in opened.chunks():
        for opened_row in decode_rows(packed):
            row = wanted.get(index)
            index += 1
            if row is None:
                continue
            assert opened_row.plaintext is not None, "what cannot be read is never accepted"
            told = parse_statement(opened_row.plaintext)
            name = population.names[row.stratum]
            yield row.number, SheetRow(row.number, str(opened_row.identifier), name, opened_row.received_on, told.fields)
