"""How it was to sign: shares of the four grades, and the comments, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.server.console import frame
from civium.server.console.downloads import download
from civium.server.supporters import feedback as given_feedback
from civium.server.supporters.spreadsheets import csv_lines

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from civium.server.console.screens import ConsoleRequest
    from civium.server.site.words import Words

_LARGEST_PAGE = 100_000
_ROW, _TOP = 40, 8  # pixels of the chart


@dataclass(frozen=True)
class Row:
    """One grade: its word, how often it was given, its share, and where its bar stands."""

    name: str
    word: str
    number: int
    share: float
    top: int


def feedback(request: ConsoleRequest) -> HttpResponse:
    """The shares and one page of comments."""
    initiative = request.initiative
    assert initiative is not None, "a screen of an initiative"
    _ = frame.words_of(request)
    grades = given_feedback.grades(initiative)
    grade = request.GET.get("grade", "")
    grade = grade if grade in grades else ""
    typed = request.GET.get("page", "1")
    number = min(int(typed), _LARGEST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 1
    comments = given_feedback.comments_page(initiative, grade, max(number, 1))
    rows = _rows(_, grades)
    context = {
        "rows": rows,
        "total": sum(grades.values()),
        "chart_height": _TOP + _ROW * len(rows),
        "story": _story(_, rows),
        "words": dict(_words(_)),
        "grade": grade,
        "comments": comments.comments,
        "number": comments.number,
        "has_more": comments.has_more,
    }
    return frame.page(request, "console/feedback/feedback.html", context)


def as_csv(request: ConsoleRequest) -> HttpResponseBase:
    """Every grade with its comment, its language and its day."""
    initiative = request.initiative
    assert initiative is not None, "a screen of an initiative"
    names = {number: name for name, number in given_feedback.GRADES.items()}
    rows = ((str(one.given_on), names[one.grade], one.language, one.comment) for one in given_feedback.comments(initiative))
    lines = csv_lines(("day", "grade", "language", "comment"), rows)
    return download(request, lines, f"feedback-{initiative.slug}.csv", "text/csv; charset=utf-8")


def _words(_: Words) -> tuple[tuple[str, str], ...]:
    return (("bad", _("Bad")), ("fair", _("Fair")), ("fine", _("Fine")), ("good", _("Good")))


def _rows(_: Words, grades: dict[str, int]) -> list[Row]:
    """Best first."""
    total = sum(grades.values())
    ordered = reversed(_words(_))
    return [
        Row(name, word, grades[name], grades[name] / total if total else 0.0, _TOP + _ROW * at)
        for at, (name, word) in enumerate(ordered)
    ]


def _story(_: Words, rows: list[Row]) -> str:
    shares = ", ".join(f"{row.word} {round(100 * row.share)} %" for row in rows)
    return _("How it was to sign: %(shares)s", shares=shares)
