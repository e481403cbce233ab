"""The proof that all statements of an initiative were destroyed: as values for a page, as plain text and as a PDF to keep.

The rules are:
- it says what was read back, log by log, and what is not here and must be destroyed elsewhere;
- it names no signatory and no identifier: logs, numbers, hashes, days, and who decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.initiatives.models import Destruction, Initiative
from civium.server.initiatives.persons import DEMONSTRATION
from civium.server.typesetting import typeset

_GROUNDS = {"by-hand": "ordered by the persons named here", "by-date": "the last day on which the law lets statements be kept"}
_BY_LAW = "no person: the last day had come"
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
    """All of it; `name` is the initiative's title."""

    title: str
    name: str
    registration: str
    is_demonstration: bool
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
        Line("Rule", _rule(initiative, destroyed.article)),
        Line("Last day allowed", destroyed.due_on.isoformat() if destroyed.due_on else "none was set"),
        Line("Decided by", _BY_LAW if destroyed.ground == "by-date" else ", ".join(destroyed.persons)),
        Line("Entries in all logs", str(sum(log["entries"] for log in facts["logs"]))),
    )
    return Proof(
        "Proof of destruction",
        _title(initiative),
        initiative.registration,
        initiative.deployment == DEMONSTRATION,
        lines,
        tuple(_log(log) for log in facts["logs"]),
        tuple((one["file_name"], one["sha256"]) for one in facts["exports"]),
        tuple(_remarks(initiative, facts)),
    )


def as_text(proof: Proof) -> str:
    """Give the proof as plain text."""
    return "\n".join(_text(proof)) + "\n"


def as_pdf(proof: Proof) -> bytes:
    """Give the proof as a tagged PDF (PDF/UA-1)."""
    told = {
        "title": proof.title,
        "name": proof.name,
        "registration": proof.registration,
        "demonstration": proof.is_demonstration,
        "lines": [[line.name, line.value] for line in proof.lines],
        "logs": [
            {
                "place": log.jurisdiction,
                "channel": log.channel,
                "origin": log.origin,
                "numbers": [["Entries", f"{log.entries:,}"], *([name, f"{number:,}"] for name, number in log.reasons)],
                "root": log.root,
            }
            for log in proof.logs
        ],
        "files": proof.files,
        "remarks": proof.remarks,
    }
    return typeset("civium.server.initiatives", "proof.typ", json.dumps(told, ensure_ascii=False))


def _title(initiative: Initiative) -> str:
    text = initiative.text(initiative.original_language)
    return text.title if text is not None else initiative.slug


def _rule(initiative: Initiative, article: str) -> str:
    """Give the rule with the law it stands in; a demonstration's statements go by no law."""
    if not article:
        return "a demonstration, which counts for nothing"
    basis = load_procedure(initiative.procedure).legal_basis
    if article in basis:
        return basis
    return f"{article} of {basis}" if article.startswith("Art.") else f"{article}, {basis}"


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


def _remarks(initiative: Initiative, facts: dict[str, Any]) -> Iterator[str]:
    yield f"Files that lay on this installation: {facts['files']}, destroyed. Copies that were taken away are destroyed by whoever has them."
    yield _TOKEN_KEYS[facts["token_keys"]]
    if "scans" in facts:  # a proof from before they went with the statements says nothing of them
        number = len(facts["scans"])
        yield f"Scans of signed certificates: {f'{number}, destroyed; the journal names them by SHA-256.' if number else 'none were here.'}"
    supporters = facts["supporters"]
    if "kept_until" in supporters:
        article = article_of_addresses(initiative)
        cited = f" ({article})" if article else ""
        yield f"Addresses and feedback are no statements of support: destroyed by {supporters['kept_until']}{cited}."
    else:
        yield (
            f"Addresses and feedback: destroyed ({supporters['subscriptions']} addresses, {supporters['unconfirmed']} unconfirmed, "
            f"{supporters['feedback']} opinions)."
        )
    yield "Backups made before still hold sealed statements until they are replaced: the operator, who keeps them, destroys them."
    yield "Leaf records, the numbers in public and the journal stay; nobody can be known from them."


def article_of_addresses(initiative: Initiative) -> str:
    """Give the article by which addresses and feedback go; nothing where the procedure's law has none."""
    rule = next((one for one in load_procedure(initiative.procedure).deadlines if one.id == "destroy-emails"), None)
    return rule.article if rule is not None else ""
