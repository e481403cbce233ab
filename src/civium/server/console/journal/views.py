"""The journal's screens: look, take away, check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from civium.errors import Untrusted
from civium.formats import canonical
from civium.server.console import frame
from civium.server.console.downloads import download
from civium.server.console.journal import reading
from civium.server.console.journal.acts import ACTS, other_facts, said
from civium.server.console.journal.reading import Filters
from civium.server.console.permissions import Permission
from civium.server.console.sentences import sentence
from civium.server.initiatives.journal import check_journal, read_journal
from civium.server.supporters.spreadsheets import csv_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, HttpResponseBase

    from civium.server.console.screens import ConsoleRequest

_TEMPLATE = "console/journal/journal.html"
_LONGEST_KEY = 18
HEADS = ("number", "at", "act", "what", "persons", "facts", "sha256")


def journal(request: ConsoleRequest) -> HttpResponse:
    """The newest entries, or those that are looked for."""
    return frame.page(request, _TEMPLATE, _context(request))


def check(request: ConsoleRequest) -> HttpResponse:
    """Compute the whole chain again, of all initiatives, and say what came of it."""
    try:
        number = check_journal()
    except Untrusted as error:
        return frame.page(
            request, _TEMPLATE, {**_context(request), "broken": sentence(error, frame.words_of(request))}, status=500
        )
    return frame.page(request, _TEMPLATE, {**_context(request), "whole": number})


def as_csv(request: ConsoleRequest) -> HttpResponseBase:
    """The entries as a table."""
    _ = frame.words_of(request)

    def rows() -> Iterator[tuple[str, ...]]:
        for entry in read_journal(request.initiative):
            facts = json.dumps(entry["facts"], ensure_ascii=False, sort_keys=True)
            what = said(_, entry["act"], entry["facts"])
            yield str(entry["number"]), entry["at"], entry["act"], what, ", ".join(entry["persons"]), facts, entry["sha256"]

    return download(request, csv_lines(HEADS, rows()), _file_name(request, "csv"), "text/csv; charset=utf-8")


def as_lines(request: ConsoleRequest) -> HttpResponseBase:
    """The entries as they are hashed, one JSON object a line."""
    lines = (canonical.encode(entry) + b"\n" for entry in read_journal(request.initiative))
    return download(request, lines, _file_name(request, "jsonl"), "application/x-ndjson")


def _context(request: ConsoleRequest) -> dict[str, Any]:
    _ = frame.words_of(request)
    filters = Filters(*(request.GET.get(name, "")[:48] for name in ("act", "month", "person")))
    before = request.GET.get("before", "")
    is_place = before.isascii() and before.isdigit() and len(before) <= _LONGEST_KEY
    found = reading.look(request.initiative, filters, int(before) if is_place else None)
    prefix = "" if request.initiative is not None else "installation-"
    return {
        "entries": [(entry, said(_, entry.act, entry.facts), other_facts(_, entry.act, entry.facts)) for entry in found.entries],
        "older": found.older,
        "is_newest": not is_place,
        "filters": filters,
        "acts": sorted((_(name), act) for act, (name, _sentence) in ACTS.items()),
        "months": reading.months(request.initiative, now=request.now),
        "names": reading.persons(request.initiative),
        "may_export": request.may(Permission.EXPORT_JOURNAL),
        "here": frame.path_of(request, f"{prefix}journal"),
        "to_check": frame.path_of(request, f"{prefix}journal-check"),
        "csv": frame.path_of(request, f"{prefix}journal-csv"),
        "lines": frame.path_of(request, f"{prefix}journal-lines"),
        "whole": None,
        "broken": "",
    }


def _file_name(request: ConsoleRequest, ending: str) -> str:
    whose = request.initiative.slug if request.initiative is not None else "installation"
    return f"journal-{whose}.{ending}"
