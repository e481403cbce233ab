"""Our own open data: initiatives, counts and days as JSON and CSV (docs/spec/read-api.md).

The rules are:
- JSON members have one form each; dates are ISO 8601 civil dates, jurisdictions the procedure's own codes;
- CSV follows RFC 4180: a header, commas, CRLF; figures and codes only, nothing a spreadsheet could take for a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.law.progress import thresholds
from civium.server.open_data.numbers import ALL, Counts, Series
from civium.server.site.shown import Burst, Initiative, Organiser, Text

_TEXT_PARTS = ("lead", "annex", "treaties", "additional_information", "draft_act", "language_note")


def counts_json(counts: Counts) -> bytes:
    """Give counts as they stand in docs/spec/http.md."""
    return msgspec.json.encode({"received": counts.received, "goal": counts.goal, "jurisdictions": counts.jurisdictions})


def counts_csv(counts: Counts) -> bytes:
    """Give counts as a table: a row for each jurisdiction with its threshold, the last for all with the goal."""
    rows: list[Sequence[object]] = [
        (code, received, counts.thresholds.get(code, "")) for code, received in sorted(counts.jurisdictions.items())
    ]
    return _table(("jurisdiction", "received", "threshold"), [*rows, (ALL, counts.received, counts.goal)])


def series_json(collection: str, series: Series) -> bytes:
    """Give the series by column: as many figures for each jurisdiction as there are days."""
    days = [day.isoformat() for day in series.days]
    entries = {ALL: series.all_entries, **series.entries}
    return msgspec.json.encode({"collection": collection, "days": days, "entries": entries, "destroyed": series.destroyed})


def series_csv(series: Series) -> bytes:
    """Give the series as a table: a row for each day, a column for all and one for each jurisdiction."""
    columns = (series.all_entries, *series.entries.values())
    rows = ((day.isoformat(), *(column[place] for column in columns)) for place, day in enumerate(series.days))
    return _table(("day", ALL, *series.entries), rows)


def initiatives_json(initiatives: Iterable[Initiative]) -> bytes:
    """Give all public initiatives in short."""
    return msgspec.json.encode({"initiatives": [_in_short(one) for one in initiatives]})


def initiative_json(initiative: Initiative) -> bytes:
    """Give one public initiative whole: what its pages show, apart from the numbers."""
    procedure = load_procedure(initiative.procedure)
    collection = initiative.collection
    return msgspec.json.encode(
        _in_short(initiative)
        | {
            "texts": {language: _text(text) for language, text in initiative.texts.items()},
            "organisers": [_organiser(one) for one in initiative.organisers],
            "website": initiative.website,
            "register_url": initiative.register_url,
            "central_url": initiative.central_url,
            "thresholds": thresholds_of(initiative),
            "jurisdictions_needed": procedure.goal.jurisdictions,
            "signing_languages": list(collection.languages) if collection else [],
            "logs": {key.jurisdiction: key.log_origin for key in collection.keys if key.log_origin} if collection else {},
            "bursts": [_burst(one) for one in initiative.bursts],
        }
    )


def thresholds_of(initiative: Initiative) -> dict[str, int]:
    """Give each jurisdiction's threshold; empty where the day of registration has none."""
    try:
        return dict(thresholds(load_procedure(initiative.procedure), initiative.registered_on))
    except Refused:
        return {}


def _in_short(initiative: Initiative) -> dict[str, Any]:
    collection = initiative.collection.identifier if initiative.collection else None
    links = {"page": f"/i/{initiative.slug}", "initiative": f"/api/initiatives/{initiative.slug}"}
    if collection:
        links |= {"counts": f"/api/collections/{collection}/counts", "series": f"/api/collections/{collection}/series"}
    return {
        "slug": initiative.slug,
        "procedure": initiative.procedure,
        "deployment": initiative.deployment,
        "state": initiative.state,
        "registration": initiative.registration,
        "registered_on": initiative.registered_on.isoformat(),
        "opens_on": initiative.opens_on.isoformat(),
        "closes_on": initiative.closes_on.isoformat(),
        "goal": initiative.goal,
        "original_language": initiative.original_language,
        "titles": {language: text.title for language, text in initiative.texts.items()},
        "collection": collection,
        "links": links,
    }


def _text(text: Text) -> dict[str, str]:
    parts = {name: getattr(text, name) for name in _TEXT_PARTS}
    return {"title": text.title, "objectives": text.objectives} | {name: part for name, part in parts.items() if part}


def _burst(burst: Burst) -> dict[str, str | int]:
    return {
        "log": burst.log,
        "jurisdiction": burst.jurisdiction,
        "first_index": burst.first_index,
        "last_index": burst.last_index,
        "day": burst.day.isoformat(),
        "decision": burst.decision,
        "reason": burst.reason,
    }


def _organiser(organiser: Organiser) -> dict[str, str | None]:
    return {"role": organiser.role, "name": organiser.name, "country": organiser.country, "email": organiser.email}


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Give a table whose cells are codes, days and figures: none needs quotes."""
    return "".join(",".join(map(str, row)) + "\r\n" for row in (header, *rows)).encode("ascii")
