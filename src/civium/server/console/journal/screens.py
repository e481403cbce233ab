"""The screens of the journal: of one initiative for its people, of the whole installation for the operator."""

from __future__ import annotations

from civium.server.console.journal import views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_OF = "initiatives/<slug:slug>/journal/"
_ALL = "journal/"
SCREENS = (
    Screen("journal", _OF, views.journal, Permission.SEE_JOURNAL, place="Journal"),
    Screen("journal-check", f"{_OF}check/", views.check, Permission.SEE_JOURNAL, methods=("POST",)),
    Screen("journal-csv", f"{_OF}journal.csv", views.as_csv, Permission.EXPORT_JOURNAL),
    Screen("journal-lines", f"{_OF}journal.jsonl", views.as_lines, Permission.EXPORT_JOURNAL),
    Screen("installation-journal", _ALL, views.journal, Permission.SEE_JOURNAL, place="Journal"),
    Screen("installation-journal-check", f"{_ALL}check/", views.check, Permission.SEE_JOURNAL, methods=("POST",)),
    Screen("installation-journal-csv", f"{_ALL}journal.csv", views.as_csv, Permission.EXPORT_JOURNAL),
    Screen("installation-journal-lines", f"{_ALL}journal.jsonl", views.as_lines, Permission.EXPORT_JOURNAL),
)
