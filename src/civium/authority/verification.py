"""Verifying: what was opened gets a verdict for every row, by the policy confirmed before the opening (Art. 12(4)).

`verify` performs steps (1) to (5):
(1) each row is judged by itself, on all cores (`judging.py`);
(2) rows that claim one identity are grouped; differing names or addresses get the ground that sends the group to a person (`repeats.py`);
(3) near-repeats and (4) tokens that disagree with the text are remarked;
(5) each row's verdict follows from its grounds, and is sealed into the verdicts file in the order of the log.
Which of several accepted statements of one person counts is said by `settling.py`, last, from this file and the decisions.

    row of the verdicts file = u8 verdict ‖ u32 grounds ‖ u32 confirmed ‖ u32 group ‖ u16 person in the group ‖ leaf record (69) ‖ u8 reason
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from civium.authority import policy as policies
from civium.authority import working_file
from civium.authority.crew import in_order
from civium.authority.judging import GONE, Rules, judge_row, verdict_of
from civium.authority.placing import unfinished
from civium.authority.policy import judge_of
from civium.authority.repeats import Judgements, encode_judgement, find_repeats, remark_likeness, remark_tokens
from civium.authority.rows import OpenedRow, decode_rows
from civium.authority.working_file import WorkingFile
from civium.errors import Refused
from civium.formats import leaf as leaves
from civium.formats.export import REASONS
from civium.formats.receipt import identifier
from civium.law.procedure import jurisdiction_of, load_procedure

KIND = "verdicts"
_ROW = struct.Struct(">BIIIH69sB")
_REASON_NUMBERS = {name: number for number, name in REASONS.items()}
_LARGEST_PERSON = 0xFFFF


@dataclass(frozen=True, repr=False, slots=True)
class VerdictRow:
    """One row's verdict with its grounds, before repeats are settled; `group` 0 where nobody else claims its identity."""

    verdict: int
    grounds: int
    confirmed: int
    group: int
    person: int
    leaf: bytes
    reason: str

    @property
    def received_on(self) -> date:
        """The Annex III DATE."""
        return leaves.parse(self.leaf).received_on

    @property
    def identifier(self) -> str:
        """What organisers and authorities call the statement."""
        return str(identifier(self.leaf[5:37]))


def rules_of(facts: dict[str, Any]) -> Rules:
    """Give the rules that a working file's statements are judged by, from its facts."""
    confirmed = policies.from_table(facts["policy"])
    return Rules(
        procedure=load_procedure(facts["procedure"]),
        jurisdiction=facts["jurisdiction"],
        opens_on=date.fromisoformat(facts["opens_on"]),
        closes_on=date.fromisoformat(facts["closes_on"]),
        judge=judge_of(confirmed),
    )


def verify(opened: WorkingFile, target: Path, *, processes: int, told: Callable[[int, int], None]) -> None:
    """Write the verdicts file `target` for an opened working file. `told` hears how many rows have been judged.

    Raises Refused `file-exists`, Untrusted `working-file-altered` or `working-file-cut`.
    """
    if target.exists():
        raise Refused("file-exists")
    rules = rules_of(opened.facts)
    judgements = Judgements()
    total = int(opened.facts["export"]["size"])
    told(0, total)
    chunks = (chunk for _, chunk in opened.chunks())
    for packed in in_order(_judge_chunk, chunks, processes=processes, begin=_begin, told=(opened.facts,)):  # (1)
        judgements.extend(packed)
        told(len(judgements), total)
    places = find_repeats(judgements)  # (2)
    form_numbers = jurisdiction_of(rules.procedure, rules.jurisdiction).numbers
    remark_likeness(judgements, has_several_documents=len(form_numbers) > 1)  # (3)
    remark_tokens(judgements)  # (4)
    _write(opened, target, judgements, places, rules)  # (5)


def _write(opened: WorkingFile, target: Path, judgements: Judgements, places: dict[int, tuple[int, int]], rules: Rules) -> None:
    facts = {**opened.facts, "kind": KIND, "opened": opened.head_hash()}
    del facts["salt"], facts["key_id"], facts["civium"]
    # An unfinished verdicts file is not taken up: its repeats would have to be searched again anyway.
    unfinished(target).unlink(missing_ok=True)
    with working_file.begin(target, facts, opened.key) as writer:
        index = 0
        for count, chunk in opened.chunks():
            packed = []
            for row in decode_rows(chunk):
                packed.append(_encode_row(row, index, judgements, places, rules))
                index += 1
            writer.append(count, b"".join(packed))
        writer.finish({"rows": index})


def _encode_row(row: OpenedRow, index: int, judgements: Judgements, places: dict[int, tuple[int, int]], rules: Rules) -> bytes:
    group, person = places.get(index, (0, 0))
    grounds = judgements.grounds(index) & ~rules.judge.ignored
    verdict = GONE if row.reason else verdict_of(grounds, rules.judge)
    confirmed, reason = judgements.confirmed(index), _REASON_NUMBERS.get(row.reason, 0)
    return _ROW.pack(verdict, grounds, confirmed, group, min(person, _LARGEST_PERSON), row.leaf, reason)


def read_verdicts(verdicts: WorkingFile) -> Iterator[VerdictRow]:
    """Give the rows of a verdicts file, in the order of the log."""
    for _, chunk in verdicts.chunks():
        for verdict, grounds, confirmed, group, person, leaf, reason in _ROW.iter_unpack(chunk):
            yield VerdictRow(verdict, grounds, confirmed, group, person, leaf, REASONS.get(reason, ""))


class _Bench:
    """What one process needs for all its chunks."""

    rules: Rules


def _begin(facts: dict[str, Any]) -> None:
    _Bench.rules = rules_of(facts)


def _judge_chunk(chunk: bytes) -> bytes:
    return b"".join(encode_judgement(judge_row(row, _Bench.rules)) for row in decode_rows(chunk))
