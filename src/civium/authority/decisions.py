"""What persons decided about statements, those above all that wait for it: a journal that only grows, each line bound to the one before.

The rules are:
- one line of canonical JSON for each decision; `previous` is the SHA-256 of the line before, so that anyone can see whether a line was taken out;
- `seal` is HMAC-SHA256 over the line without it, under a key made from the authority's seed: nobody else can change or add a line;
- that lines are missing at the end shows in the certificate alone, which names the last one;
- the first line names the verdicts file: decisions about one export cannot be carried to another;
- a later line about the same statement replaces the earlier one, which stays readable;
- an act that is no decision about a statement (a sample is planned, drawn, compared, estimated) has a line of its own kind, `act` and `told`;
- what waits for a decision and what the machine accepted can be decided; what a certain ground or the policy strikes cannot, and
  what nobody can read cannot be accepted;
- a reason is the officer's own sentence; the journal is kept like the other papers of the verification.
"""

from __future__ import annotations

import hmac
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from civium.authority.grounds import NEVER_ACCEPTED
from civium.authority.judging import FOR_DECISION
from civium.authority.settling import ACCEPT, DECIDABLE, STRIKE
from civium.authority.verification import VerdictRow, may_be_named, starts_of
from civium.errors import Refused, Untrusted
from civium.formats import canonical

if sys.platform != "win32":
    import fcntl

NAME = "decision journal v1"
LONGEST_REASON, LONGEST_NAME = 500, 200
# An estimate with 24 strata takes some 9,000 bytes.
_LARGEST_LINE = 16_384
_FIRST = {"civium", "verdicts", "on"}
_DECISION = {"identifier", "decision", "reason", "on", "by", "previous"}
_ENTRY = {"act", "told", "on", "by", "previous"}
# Version 8 for a statement of a log; another for one that was read from a file of the Commission's software.
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True)
class Decision:
    """One person's decision about one statement."""

    identifier: str
    decision: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """One act that is no decision about a statement, and what it tells of itself."""

    act: str
    told: dict[str, Any]


@dataclass(frozen=True)
class Journal:
    """What a journal says: the decision that holds for each identifier, the number of lines, the hash of the last, the other acts."""

    decisions: Mapping[str, str]
    lines: int
    last_hash: str
    entries: tuple[Entry, ...] = ()


def read_journal(path: Path, verdicts: str, key: bytes) -> Journal:
    """Give what the journal of a verdicts file (named by its head's hash) says; an absent journal is an empty one.

    `key` is `keys.journal_key`.

    Raises Untrusted `journal-altered`, Refused `journal-foreign`.
    """
    decisions: dict[str, str] = {}
    entries: list[Entry] = []
    previous, count = "", 0
    for count, (line, hashed) in enumerate(_read_lines(path, verdicts, key), start=1):
        previous = hashed
        if "act" in line:
            entries.append(Entry(line["act"], line["told"]))
        elif count > 1:
            decisions[line["identifier"]] = line["decision"]
    return Journal(decisions, count, previous, tuple(entries))


def read_decided(path: Path, verdicts: str, key: bytes) -> list[dict[str, str]]:
    """Give the lines of decisions in their order, also those that a later one replaced: identifier, decision, reason, by, on.

    Raises what `read_journal` raises.
    """
    lines = (line for line, _ in _read_lines(path, verdicts, key))
    return [{name: line[name] for name in sorted(_DECISION - {"previous"})} for line in lines if "identifier" in line]


def _read_lines(path: Path, verdicts: str, key: bytes) -> Iterator[tuple[dict[str, Any], str]]:
    """Give each line with the hash of its bytes; of an absent journal none."""
    previous = ""
    for count, raw in enumerate(path.read_bytes().splitlines(keepends=True) if path.exists() else [], start=1):
        line = _parse_line(raw, previous, count, key)
        if count == 1 and line["verdicts"] != verdicts:
            raise Refused("journal-foreign")
        previous = sha256(raw).hexdigest()
        yield line, previous


def _parse_line(raw: bytes, previous: str, count: int, key: bytes) -> dict[str, Any]:
    try:
        line: dict[str, Any] = canonical.parse(raw.removesuffix(b"\n"), limit=_LARGEST_LINE)
        sealed = hmac.compare_digest(bytes.fromhex(line.pop("seal")), _seal(line, key))
        is_named = set(line) in ([_FIRST] if count == 1 else [_DECISION, _ENTRY])
        is_right = sealed and is_named and raw.endswith(b"\n") and line.get("previous", "") == previous
    except (Refused, KeyError, TypeError, ValueError, AttributeError):
        raise Untrusted("journal-altered") from None
    if not is_right:
        raise Untrusted("journal-altered")
    return line


def _seal(line: dict[str, Any], key: bytes) -> bytes:
    return hmac.digest(key, canonical.encode(line), "sha256")


def _encode_line(line: dict[str, Any], key: bytes) -> bytes:
    encoded = canonical.encode({**line, "seal": _seal(line, key).hex()}) + b"\n"
    assert len(encoded) <= _LARGEST_LINE
    return encoded


def append_decisions(path: Path, verdicts: str, decisions: Iterable[Decision], *, key: bytes, by: str, on: date) -> Journal:
    """Write decisions at the end of the journal, all or none, and give what it says then.

    Raises Refused `decisions-malformed` for a name that is none, and what `read_journal` raises.
    """
    told = [{"identifier": one.identifier, "decision": one.decision, "reason": one.reason} for one in decisions]
    return _append_lines(path, verdicts, told, key=key, by=by, on=on)


def append_entries(path: Path, verdicts: str, entries: Iterable[Entry], *, key: bytes, by: str, on: date) -> Journal:
    """Write other acts at the end of the journal, all or none, and give what it says then. Raises what `append_decisions` raises."""
    return _append_lines(path, verdicts, [{"act": one.act, "told": one.told} for one in entries], key=key, by=by, on=on)


def _append_lines(path: Path, verdicts: str, told: Iterable[dict[str, Any]], *, key: bytes, by: str, on: date) -> Journal:
    if not _is_line(by, LONGEST_NAME):
        raise Refused("decisions-malformed")
    with _alone(path):
        _append_after(path, verdicts, told, key=key, by=by, on=on)
    return read_journal(path, verdicts, key)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no other process add lines meanwhile: two that follow one line would look like tampering for ever. Windows has no such lock."""
    with path.open("ab") as stream:
        path.chmod(0o600)
        if sys.platform != "win32":
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _append_after(path: Path, verdicts: str, told: Iterable[dict[str, Any]], *, key: bytes, by: str, on: date) -> None:
    journal = read_journal(path, verdicts, key)
    lines = []
    previous = journal.last_hash
    if not journal.lines:
        lines.append(_encode_line({"civium": NAME, "verdicts": verdicts, "on": on.isoformat()}, key))
        previous = sha256(lines[0]).hexdigest()
    for one in told:
        lines.append(_encode_line({**one, "by": by, "on": on.isoformat(), "previous": previous}, key))
        previous = sha256(lines[-1]).hexdigest()
    _append(path, b"".join(lines))


def _append(path: Path, raw: bytes) -> None:
    size = path.stat().st_size
    with path.open("ab") as stream:
        try:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            # A full disk must not leave half a line, which would look like tampering.
            os.truncate(path, size)
            raise


def parse_list(told: Any) -> list[Decision]:
    """Give the decisions of a decisions file: a list of {"identifier", "decision", "reason"}. Raises Refused `decisions-malformed`."""
    try:
        decisions = [Decision(entry["identifier"], entry["decision"], entry["reason"]) for entry in told]
        is_right = all(map(_is_decision, decisions))
    except (KeyError, TypeError, AttributeError):
        raise Refused("decisions-malformed") from None
    if not is_right:
        raise Refused("decisions-malformed")
    return decisions


def _is_decision(decision: Decision) -> bool:
    is_named = _IDENTIFIER.fullmatch(decision.identifier) is not None
    return is_named and decision.decision in (ACCEPT, STRIKE) and _is_line(decision.reason, LONGEST_REASON)


def _is_line(text: str, longest: int) -> bool:
    return 0 < len(text.strip()) <= longest and text.isprintable()


def check_decisions(rows: Iterable[VerdictRow], decisions: Iterable[Decision]) -> None:
    """Refuse decisions that cannot be: Refused `decision-unknown` (no such statement), `decision-not-open`, `decision-impossible`."""
    asked = {decision.identifier: decision.decision for decision in decisions}
    starts = starts_of(asked)
    for row in rows:
        if not may_be_named(row, starts):
            continue
        decision = asked.pop(row.identifier, "")
        if decision and row.verdict not in DECIDABLE:
            raise Refused("decision-not-open")
        if decision == ACCEPT and row.grounds & NEVER_ACCEPTED:
            raise Refused("decision-impossible")
    if asked:
        raise Refused("decision-unknown", unknown=len(asked))


def waiting_in(
    rows: Iterable[VerdictRow], label: str, grounds: int, decides: int, decision: str, decided: Mapping[str, str]
) -> list[str]:
    """Give the identifiers of the undecided statements of one group that one decision about it would settle.

    `grounds`: those for which a group of this kind waits (bits); to accept, no other of theirs may ask for a decision.
    Raises Refused `group-unknown` if no statement is in it.
    """
    members = [row for row in rows if label in row.labels]
    if not members:
        raise Refused("group-unknown")
    return [
        row.identifier
        for row in members
        if row.verdict == FOR_DECISION
        and (decision == STRIKE or not row.grounds & decides & ~grounds)
        and row.identifier not in decided
    ]


def waiting_for(rows: Iterable[VerdictRow], ground: int, decides: int, decision: str, decided: Mapping[str, str]) -> list[str]:
    """Give the identifiers of the undecided statements that one decision about this ground (a bit) would settle.

    To strike it is enough that they have the ground; to accept, it must be the only one of theirs that asks for a decision.
    """
    return [
        row.identifier
        for row in rows
        if row.verdict == FOR_DECISION
        and row.grounds & ground
        and (decision == STRIKE or row.grounds & decides == ground)
        and row.identifier not in decided
    ]
