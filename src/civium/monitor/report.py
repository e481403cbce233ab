"""What a round found, for a person's eyes and for a program's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from civium.monitor.findings import Finding
from civium.monitor.rounds import CollectionReport, Report
from civium.monitor.witnessed import WitnessCount

_COLUMNS = ("log", "entries", "new", "erased", "by organisers", "by law", "received")
_ALIKE = 3
_CAUSES = ("erased-by-signatory", "destroyed-by-organisers", "destroyed-by-law")


def as_lines(told: Mapping[str, Any]) -> list[str]:
    """Give a report, as `as_value` makes it, as lines for a terminal."""
    lines = [f"{told['site']}  {told['at']}"]
    notices = told["notices"]
    lines.append(f"notices log {notices['origin']}: {notices['entries']:,} entries, key {notices['key_words']}")
    if told["is_first"]:
        lines.append("first look: this key is pinned now; compare its words with the operator's by another way")
    for collection in told["collections"]:
        lines += ["", *_collection_lines(collection)]
    if told["witnesses"]:
        lines += ["", *(_witness_line(one, told["at"]) for one in told["witnesses"])]
    lines.append("")
    lines += finding_lines(told["findings"])
    if not any(one["is_wrong"] for one in told["findings"]):
        lines.append("everything matches")
    return lines


def finding_lines(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give findings, as `finding_value` makes them, as lines for a terminal: remarks, what is wrong, how many things that are."""
    wrong = [one for one in findings if one["is_wrong"]]
    lines = [f"remark: {one['sentence']}" for one in findings if not one["is_wrong"]]
    lines += _wrong_lines(wrong)
    return lines + ([f"{len(wrong)} {'thing does' if len(wrong) == 1 else 'things do'} not match"] if wrong else [])


def as_value(report: Report, evidence: Sequence[str]) -> dict[str, Any]:
    """Give a report as JSON's values; `evidence` tells the folder of each finding, or nothing."""
    return {
        "civium": "monitor report v1",
        "site": report.site,
        "at": as_time(report.at),
        "is_first": report.is_first,
        "is_wrong": report.is_wrong,
        "notices": {"origin": report.notices_origin, "entries": report.notices, "key_words": report.notices_key},
        "collections": [_collection_value(one) for one in report.collections],
        "witnesses": [_witness_value(one) for one in report.witnesses],
        "findings": [finding_value(one, place) for one, place in zip(report.findings, evidence, strict=True)],
    }


def as_json(value: Mapping[str, Any]) -> str:
    """Give values as JSON for a program."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def as_time(at: datetime) -> str:
    """Give a moment in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def finding_value(one: Finding, evidence: str) -> dict[str, Any]:
    """Give a finding as JSON's values."""
    told = {"code": one.code, "about": one.about, "facts": dict(one.facts), "sentence": one.sentence}
    return told | {"is_wrong": one.is_wrong, "evidence": evidence}


def _wrong_lines(wrong: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give a line for each thing that does not match; of many alike the first few."""
    lines = []
    for code in dict.fromkeys(one["code"] for one in wrong):
        alike = [one for one in wrong if one["code"] == code]
        for one in alike[:_ALIKE]:
            lines.append(f"wrong: {one['sentence']}")
            if one["evidence"]:
                lines.append(f"       evidence: {one['evidence']}")
        if len(alike) > _ALIKE:
            lines.append(f"wrong: the same in {len(alike) - _ALIKE} more places")
    return lines


def _collection_value(one: CollectionReport) -> dict[str, Any]:
    logs = [
        {
            "origin": log.origin,
            "jurisdiction": log.jurisdiction,
            "channel": log.channel,
            "entries": log.size,
            "new": log.grown,
            "destroyed": {cause: log.destroyed.get(cause, 0) for cause in _CAUSES},
            "received": log.received,
            "is_closed": log.is_closed,
        }
        for log in one.logs
    ]
    return {
        "collection": one.collection,
        "registration": one.registration,
        "deployment": one.deployment,
        "manifests": one.manifests,
        "languages": one.languages,
        "told": one.told,
        "proven": sum(log.received for log in one.logs),
        "logs": logs,
    }


def _witness_value(one: WitnessCount) -> dict[str, Any]:
    latest = as_time(datetime.fromtimestamp(one.latest, UTC)) if one.latest else ""
    return {"name": one.name, "logs": one.logs, "of": one.of, "latest": latest}


def _witness_line(one: Mapping[str, Any], _at: str) -> str:
    latest = f", last at {one['latest']}" if one["latest"] else ""
    return f"witness {one['name']}: cosigned {one['logs']} of {one['of']} logs{latest}"


def _collection_lines(one: Mapping[str, Any]) -> list[str]:
    head = f"{one['registration']} ({one['deployment']})  {one['manifests']} manifests, {one['languages']} languages"
    rows = [_row(log) for log in one["logs"] if log["entries"] or log["is_closed"]]
    empty = sum(not (log["entries"] or log["is_closed"]) for log in one["logs"])
    totals = [sum(log["entries"] for log in one["logs"]), sum(log["new"] for log in one["logs"])]
    totals += [sum(log["destroyed"][cause] for log in one["logs"]) for cause in _CAUSES]
    totals.append(one["proven"])
    rows.append(("together", *(f"{number:,}" for number in totals)))
    widths = [max(len(row[at]) for row in (_COLUMNS, *rows)) for at in range(len(_COLUMNS))]
    lines = [head, _line(_COLUMNS, widths), *(_line(row, widths) for row in rows)]
    if empty:
        lines.append(f"{empty} logs without entries")
    if one["told"] != one["proven"]:
        lines.append(f"the site's live total is {one['told']:,}: the difference becomes public when the log moves next")
    return lines


def _row(log: Mapping[str, Any]) -> tuple[str, ...]:
    name = f"{log['jurisdiction']} {log['channel']}" + (" (closed)" if log["is_closed"] else "")
    numbers = (log["entries"], log["new"], *(log["destroyed"][cause] for cause in _CAUSES), log["received"])
    return (name, *(f"{number:,}" for number in numbers))


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = [
        cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(["", first, *others])
