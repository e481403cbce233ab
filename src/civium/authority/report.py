"""What came out, in numbers: as lines for a terminal and as JSON. Nothing of a signatory is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from civium.authority.grounds import BITS, GROUNDS
from civium.authority.reading.origin import SENDERS_WORD, is_read, origin_rows
from civium.authority.settling import DECIDED, Tally
from civium.formats.export import REASONS

NAME = "verification report v1"
_REASON_SENTENCES = {
    "erased-by-signatory": "destroyed by the signatory with the erasure code",
    "destroyed-by-organisers": "destroyed by the organisers",
    "destroyed-by-law": "destroyed by law",
    "outside-selection": "withheld: outside the selection that was exported",
}


def numbers_of(tally: Tally) -> dict[str, Any]:
    """Give the numbers of a tally; they add up: entries = not in the file + accepted + struck + for decision."""
    return {
        "entries": tally.entries,
        "not_in_the_file": {reason: tally.gone[reason] for reason in REASONS.values() if tally.gone[reason]},
        "opened": tally.opened,
        "accepted": tally.accepted,
        "struck": tally.struck,
        "repeats": tally.repeats,
        "for_decision": tally.undecided,
        "accepted_by_decision": tally.accepted_by_decision,
        "struck_by_decision": tally.struck_by_decision,
        "struck_by_first_ground": in_order(tally.struck_grounds),
        "grounds": in_order(tally.grounds),
        "grounds_confirmed_by_signatories": in_order(tally.confirmed),
        "grounds_undecided": in_order(tally.undecided_grounds),
        "days": {day.isoformat(): dict(sorted(counts.items())) for day, counts in sorted(tally.days.items())},
    }


def report_of(
    facts: dict[str, Any], tally: Tally, journal_hash: str, estimate: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Give the report as a value for a JSON file, with the sample's estimate where there is one."""
    about = {
        name: facts[name] for name in ("registration", "jurisdiction", "channel", "deployment", "procedure", "export", "policy")
    }
    sample = {"sample": dict(estimate)} if estimate else {}
    if is_read(facts):
        about["read"] = facts["read"]
    return {"civium": NAME, **about, "decision_journal_sha256": journal_hash, **numbers_of(tally), **sample}


def report_lines(facts: dict[str, Any], tally: Tally) -> list[str]:
    """Give the report as lines a person can read aloud."""
    lines = [f"{facts['registration']}, {facts['jurisdiction']}, {facts['channel']}"]
    if facts["deployment"] == "demonstration":
        lines.append("demonstration: nothing counts")
    if is_read(facts):
        lines += [f"{name}: {value}" for name, value in origin_rows(facts)] + [SENDERS_WORD]
    lines += ["", _line("statements in the files" if is_read(facts) else "entries in the log", tally.entries)]
    lines += [_line(f"  not in the file: {reason}", tally.gone[reason]) for reason in REASONS.values() if tally.gone[reason]]
    lines.append(_line("read" if is_read(facts) else "opened", tally.opened))
    lines.append(_line("  accepted", tally.accepted))
    lines.append(_line("  struck", tally.struck))
    if tally.repeats:
        lines.append(_line("    repeats", tally.repeats))
    lines += [_line(f"    {_title(code)}", count) for code, count in in_order(tally.struck_grounds).items()]
    lines.append(_line("  for decision", tally.undecided))
    lines += [_line(f"    {code}", count) for code, count in in_order(tally.undecided_grounds).items()]
    listed = {code: count for code, count in in_order(tally.grounds).items() if code not in ("repeat",)}
    if listed:
        lines += ["", "every ground, also where it is only listed (confirmed by the signatory when warned)"]
        lines += [_ground_line(code, count, tally.confirmed[code]) for code, count in listed.items()]
    return lines


def german_lines(tally: Tally) -> list[str]:
    """Give `german_rows` as lines."""
    return ["", "struck, by section 4 EBIG"] + [f"{count:>10,}  {item}" for item, count in german_rows(tally)]


def german_rows(tally: Tally) -> list[tuple[str, int]]:
    """Give the struck statements by the German list (EBIG, section 4), in this project's words; a person's decisions stand apart."""
    counts: Counter[str] = Counter()
    for code, count in tally.struck_grounds.items():
        counts[_title(code) if code == DECIDED else GROUNDS[code].ebig or GROUNDS[code].sentence] += count
    counts[GROUNDS["repeat"].ebig] += tally.repeats
    return [(item, count) for item, count in sorted(counts.items()) if count]


def sum_rows(tally: Tally, first: str) -> tuple[tuple[str, str], ...]:
    """Give the rows whose numbers add up: entries less those gone, struck, repeated and undecided are the accepted. `first` names the entries."""
    parts = [*gone_parts(tally), *struck_parts(tally)]
    assert tally.entries - sum(count for _, count in parts) == tally.accepted, "the rows add up"
    rows = ((first, tally.entries), *((name, -count) for name, count in parts), ("Accepted", tally.accepted))
    return tuple((name, minus(count)) for name, count in rows)


def gone_parts(tally: Tally) -> list[tuple[str, int]]:
    """Give the entries without an envelope by reason, each with its name."""
    return [(f"less: {reason_sentence(reason)}", tally.gone[reason]) for reason in REASONS.values() if tally.gone[reason]]


def struck_parts(tally: Tally) -> list[tuple[str, int]]:
    """Give what is taken off the opened statements until the accepted are left, each with its name."""
    rows = []
    for code, count in sorted(tally.struck_grounds.items()):
        sentence = "struck by a person's decision" if code == DECIDED else f"struck: {GROUNDS[code].sentence}"
        rows.append((f"less: {sentence}", count))
    rows.append((f"less: {GROUNDS['repeat'].sentence}", tally.repeats))
    if tally.undecided:
        rows.append(("less: waiting for a person", tally.undecided))
    return rows


def minus(count: int) -> str:
    """Give a number with the minus sign of print."""
    return f"{count:,}".replace("-", "−")


def reason_sentence(reason: str) -> str:
    """Say why an entry's envelope is not in the file."""
    return _REASON_SENTENCES[reason]


def _title(code: str) -> str:
    return "by a person's decision" if code == DECIDED else code


def _ground_line(code: str, count: int, confirmed: int) -> str:
    told = f"({confirmed:,})" if confirmed else ""
    return f"{_line('  ' + code, count)} {told:<8}{GROUNDS[code].sentence}"


def _line(name: str, number: int) -> str:
    return f"{name:<42}{number:>10,}"


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Give the counts of grounds in the order of the list, without those that are zero."""
    order = [*BITS, DECIDED]
    return {code: counts[code] for code in sorted(counts, key=order.index) if counts[code]}
