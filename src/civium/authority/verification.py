"""Verifying: what was opened gets a verdict for every row, by the policy confirmed before the opening (Art. 12(4)).

`verify` performs steps (1) to (6):
(1) each row is judged by itself, on all cores (`judging.py`), and leaves its traces for comparing (`near_repeats.py`);
(2) rows that claim one identity are grouped; differing names or addresses get the ground that sends the group to a person (`repeats.py`);
(3) near-repeats are grouped, and (4) addresses that many share; (5) tokens that disagree with the text are remarked;
(6) each row's verdict follows from its grounds, and is sealed into the verdicts file in the order of the log.
Which of several accepted statements of one person counts is said by `settling.py`, last, from this file and the decisions.

    row of the verdicts file = u8 verdict ‖ u64 grounds ‖ u64 confirmed ‖ u32 group ‖ u16 person in the group
                             ‖ u32 near group ‖ u32 place group ‖ leaf record (69) ‖ u8 reason
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from civium.authority import policy as policies
from civium.authority import working_file
from civium.authority.crew import in_order
from civium.authority.grounds import GROUP_GROUNDS
from civium.authority.judging import ACCEPTED, FOR_DECISION, GONE, Rules, judge_read, read_statement, verdict_of
from civium.authority.keys import working_key
from civium.authority.near_repeats import Groups, encode_traces, find_near_repeats, find_places, no_traces, traces_of
from civium.authority.plausibility_places import THRESHOLDS
from civium.authority.policy import judge_of
from civium.authority.repeats import Judgements, encode_judgement, find_repeats, remark_likeness, remark_tokens
from civium.authority.rows import OpenedRow, day_of, decode_rows, identifier_of
from civium.authority.working_file import WorkingFile
from civium.errors import Refused
from civium.formats.export import REASONS
from civium.law.procedure import jurisdiction_of, load_procedure

KIND = "verdicts-2"
_ROW = struct.Struct(">BQQIHII69sB")
_REASON_NUMBERS = {name: number for number, name in REASONS.items()}
_LARGEST_PERSON = 0xFFFF
# The seventh byte of an identifier holds its version (RFC 9562): up to there it is as in the leaf record.
_START = 6
_TRACES_OF = b"civium traces for comparing v1"
_NAME_OF = b"civium name of verdicts v1"


@dataclass(frozen=True)
class _Places:
    """row -> its group; of an identity, the person in it too."""

    identities: dict[int, tuple[int, int]]
    near: dict[int, int]
    places: dict[int, int]


class VerdictRow(NamedTuple):
    """One row's verdict with its grounds, before repeats are settled. A tuple: a million are read several times in one verification.

    `group`, `near` and `place` are 0 where nobody else claims its identity, is nearly the same, or shares its address with many.
    """

    verdict: int
    grounds: int
    confirmed: int
    group: int
    person: int
    leaf: bytes
    reason: str
    near: int = 0
    place: int = 0

    def __repr__(self) -> str:
        """Tell nothing of a statement."""
        return "<VerdictRow>"

    @property
    def labels(self) -> tuple[str, ...]:
        """What its groups are called, on the screen and when one is asked for."""
        return tuple(
            f"{name}-{number}" for name, number in zip(GROUP_GROUNDS, (self.group, self.near, self.place), strict=True) if number
        )

    @property
    def received_on(self) -> date:
        """The Annex III DATE."""
        return day_of(self.leaf)

    @property
    def identifier(self) -> str:
        """What organisers and authorities call the statement."""
        return str(identifier_of(self.leaf))


def rules_of(facts: dict[str, Any]) -> Rules:
    """Give the rules that a working file's statements are judged by, from its facts."""
    confirmed = policies.from_table(facts["policy"])
    return Rules(
        procedure=load_procedure(facts["procedure"]),
        jurisdiction=facts["jurisdiction"],
        opens_on=date.fromisoformat(facts["opens_on"]),
        closes_on=date.fromisoformat(facts["closes_on"]),
        judge=judge_of(confirmed),
        thresholds={code: confirmed.threshold(code) for code in THRESHOLDS},
    )


def verify(opened: WorkingFile, target: Path, *, processes: int, told: Callable[[int, int], None]) -> None:
    """Write the verdicts file `target` for an opened working file. `told` hears how many rows have been judged.

    Raises Refused `file-exists`, Untrusted `working-file-altered` or `working-file-cut`.
    """
    if target.exists():
        raise Refused("file-exists")
    rules = rules_of(opened.facts)
    judgements, traces = Judgements(), no_traces()
    total = int(opened.facts["export"]["size"])
    told(0, total)
    known = (opened.facts, working_key(opened.key, _TRACES_OF + opened.head))
    for packed, left in in_order(_judge_chunk, _numbered(opened), processes=processes, begin=_begin, told=known):  # (1)
        judgements.extend(packed)
        for kept, more in zip(traces, left, strict=True):
            kept += more
        told(len(judgements), total)
    identities = find_repeats(judgements)  # (2)
    form_numbers = jurisdiction_of(rules.procedure, rules.jurisdiction).numbers
    near, places = Groups(), Groups()
    remark_likeness(judgements, has_several_documents=len(form_numbers) > 1, groups=near)  # (3)
    find_near_repeats(traces, near, judgements.add)
    find_places(traces, places, judgements.add, rules.thresholds)  # (4)
    remark_tokens(judgements)  # (5)
    _write(opened, target, judgements, _Places(identities, near.numbered(), places.numbered()), rules)  # (6)


def _numbered(opened: WorkingFile) -> Iterator[tuple[int, bytes]]:
    """Give each chunk with the number of its first row."""
    first = 0
    for count, chunk in opened.chunks():
        yield first, chunk
        first += count


def _write(opened: WorkingFile, target: Path, judgements: Judgements, places: _Places, rules: Rules) -> None:
    # Verdicts are named by what they are: decisions about them stay theirs if they are made again, and are not taken for another version's.
    judged = hmac.new(working_key(opened.key, _NAME_OF + opened.head), repr(places).encode(), "sha256")
    judged.update(judgements.packed())
    facts = {**opened.facts, "kind": KIND, "opened": opened.head_hash(), "judged": judged.hexdigest()}
    del facts["salt"], facts["key_id"], facts["civium"]
    # An unfinished verdicts file is not taken up: its repeats would have to be searched again anyway.
    with working_file.begin_anew(target, facts, opened.key) as writer:
        index = 0
        for count, chunk in opened.chunks():
            packed = []
            for row in decode_rows(chunk):
                packed.append(_encode_row(row, index, judgements, places, rules))
                index += 1
            writer.append(count, b"".join(packed))
        writer.finish({"rows": index})


def _encode_row(row: OpenedRow, index: int, judgements: Judgements, places: _Places, rules: Rules) -> bytes:
    group, person = places.identities.get(index, (0, 0))
    near, place = places.near.get(index, 0), places.places.get(index, 0)
    grounds = judgements.grounds(index) & ~rules.judge.ignored
    verdict = GONE if row.reason else verdict_of(grounds, rules.judge)
    confirmed, reason = judgements.confirmed(index), _REASON_NUMBERS.get(row.reason, 0)
    return _ROW.pack(verdict, grounds, confirmed, group, min(person, _LARGEST_PERSON), near, place, row.leaf, reason)


def read_verdicts(verdicts: WorkingFile) -> Iterator[VerdictRow]:
    """Give the rows of a verdicts file, in the order of the log."""
    reasons = {0: "", **REASONS}
    for _, chunk in verdicts.chunks():
        for verdict, grounds, confirmed, group, person, near, place, leaf, reason in _ROW.iter_unpack(chunk):
            yield VerdictRow(verdict, grounds, confirmed, group, person, leaf, reasons[reason], near, place)


def starts_of(identifiers: Iterable[str]) -> frozenset[bytes]:
    """Give how the leaf records of these identifiers go on after five bytes: rows whose leaf records do not need not be named in full.

    Raises ValueError for what is no identifier.
    """
    return frozenset(UUID(identifier).bytes[:_START] for identifier in identifiers)


def may_be_named(row: VerdictRow, starts: frozenset[bytes]) -> bool:
    """Say whether a row's identifier can be one of those whose starts these are."""
    return row.leaf[5 : 5 + _START] in starts


class _Bench:
    """What one process needs for all its chunks."""

    rules: Rules
    secret: bytes


def _begin(facts: dict[str, Any], secret: bytes) -> None:
    _Bench.rules, _Bench.secret = rules_of(facts), secret


def _judge_chunk(task: tuple[int, bytes]) -> tuple[bytes, tuple[bytearray, ...]]:
    """Give the judgements of a chunk's rows, and the traces of those that may count."""
    first, chunk = task
    rules, packed, traces = _Bench.rules, [], no_traces()
    for index, row in enumerate(decode_rows(chunk), start=first):
        statement = read_statement(row)
        judgement = judge_read(row, statement, rules)
        packed.append(encode_judgement(judgement))
        if statement is not None and judgement.verdict in (ACCEPTED, FOR_DECISION):
            left = traces_of(rules.form(row.received_on), statement.fields, row.received_on, _Bench.secret)
            encode_traces(index, left, traces)
    return b"".join(packed), traces
