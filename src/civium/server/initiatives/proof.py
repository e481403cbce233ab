"""The proof that all statements of an initiative were destroyed: as values for a page or a PDF, and as plain text to keep.

The rules are:
- it says what was read back, log by log, and what is not here and must be destroyed elsewhere;
- it names no signatory and no identifier: logs, numbers, hashes, days, and who decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from civium.law.periods import brussels_date
from civium.server.initiatives.models import Destruction

_GROUNDS = {"by-hand": "ordered by the persons named here", "by-date": "the last day on which the law lets statements be kept"}
_REASONS = {
    "destroyed-by-law": "destroyed now",
    "destroyed-by-organisers": "destroyed before, one by one",
    "erased-by-signatory": "taken back before by their signatories",
}
_TOKEN_KEYS = {
    "destroyed": "Keys of the duplicate tokens: destroyed.",
    "elsewhere": "Keys of the duplicate tokens: kept by a token service of its own; its keeper destroys them with `civium tokens destroy`.",
    "none-here": "Keys of the duplicate tokens: none were here.",
}


@dataclass(frozen=True)
class Line:
    """One statement of the proof: what it is of, and what it says."""

    name: str
    value: str


@dataclass(frozen=True)
class LogLine:
    """One log as it was read back."""

    origin: str
    jurisdiction: str
    channel: str
    entries: int
    reasons: tuple[tuple[str, int], ...]
    root: str


@dataclass(frozen=True)
class Proof:
    """All of it."""

    title: str
    lines: tuple[Line, ...]
    logs: tuple[LogLine, ...]
    files: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


def proof_of(destroyed: Destruction) -> Proof:
    """Give the proof of a destruction that is done."""
    assert destroyed.finished_at is not None, "what is not done has no proof"
    initiative, facts = destroyed.initiative, destroyed.facts
    lines = (
        Line("Initiative", f"{initiative.registration}, {initiative.slug}"),
        Line("Ordered on", brussels_date(destroyed.ordered_at).isoformat()),
        Line("Done on", brussels_date(destroyed.finished_at).isoformat()),
        Line("Ground", _GROUNDS[destroyed.ground]),
        Line(
            "Rule",
            f"{destroyed.article} of Regulation (EU) 2019/788" if destroyed.article.startswith("Art.") else destroyed.article,
        ),
        Line("Last day allowed", destroyed.due_on.isoformat() if destroyed.due_on else "none was set"),
        Line("Decided by", ", ".join(destroyed.persons)),
        Line("Entries in all logs", str(sum(log["entries"] for log in facts["logs"]))),
    )
    return Proof(
        "Proof of destruction",
        lines,
        tuple(_log(log) for log in facts["logs"]),
        tuple((one["file_name"], one["sha256"]) for one in facts["exports"]),
        tuple(_remarks(facts)),
    )


def as_text(proof: Proof) -> str:
    """Give the proof as plain text."""
    return "\n".join(_text(proof)) + "\n"


def _text(proof: Proof) -> Iterator[str]:
    yield proof.title.upper()
    yield ""
    for line in proof.lines:
        yield f"{line.name}: {line.value}"
    for log in proof.logs:
        yield ""
        yield f"Log {log.origin}"
        yield f"  {log.jurisdiction}, {log.channel}: {log.entries} entries; no envelope was found when the log was read back"
        for name, number in log.reasons:
            yield f"  {number} {name}"
        yield f"  root of the tree of leaf records: {log.root}"
    if proof.files:
        yield ""
        yield "Files that were made of these statements (SHA-256):"
        for name, digest in proof.files:
            yield f"  {digest}  {name}"
    yield ""
    yield from proof.remarks


def _log(log: dict[str, Any]) -> LogLine:
    reasons = tuple((_REASONS[reason], number) for reason, number in log["reasons"].items())
    return LogLine(log["origin"], log["jurisdiction"], log["channel"], log["entries"], reasons, log["root"])


def _remarks(facts: dict[str, Any]) -> Iterator[str]:
    yield f"Files that lay on this installation: {facts['files']}, destroyed. Copies that were taken away are destroyed by whoever has them."
    yield _TOKEN_KEYS[facts["token_keys"]]
    supporters = facts["supporters"]
    if "kept_until" in supporters:
        yield f"Addresses and feedback are no statements of support: destroyed by {supporters['kept_until']} (Art. 19(8))."
    else:
        yield (
            f"Addresses and feedback: destroyed ({supporters['subscriptions']} addresses, {supporters['unconfirmed']} unconfirmed, "
            f"{supporters['feedback']} opinions)."
        )
    yield "Backups made before still hold sealed statements until they are replaced: whoever keeps them destroys them."
    yield "Leaf records, the numbers in public and the journal stay; nobody can be known from them."
