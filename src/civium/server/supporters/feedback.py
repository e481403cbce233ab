"""The act of saying how it was to sign, and what comes of it for the organisers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.initiatives.models import Initiative
from civium.server.supporters.models import LONGEST_COMMENT, Feedback

GRADES = {"bad": 1, "fair": 2, "fine": 3, "good": 4}
COMMENTS_A_PAGE = 25


@dataclass(frozen=True, repr=False)
class Comment:
    """What somebody wrote, on which day, with which grade. Whose it is, nobody knows."""

    day: date
    grade: str
    language: str
    text: str


@dataclass(frozen=True, repr=False)
class CommentsPage:
    """One page of comments."""

    comments: tuple[Comment, ...]
    number: int
    has_more: bool


def give_feedback(initiative: Initiative, grade: str, comment: str, language: str, *, now: datetime) -> None:
    """Keep a grade and a comment, with the day and nothing else. Raises Refused `grade-missing`, `comment-too-long`."""
    if grade not in GRADES:
        raise Refused("grade-missing")
    written = _clean(comment)
    if len(written) > LONGEST_COMMENT:
        raise Refused("comment-too-long", longest=LONGEST_COMMENT)
    Feedback.objects.create(
        initiative=initiative, grade=GRADES[grade], comment=written, language=language, given_on=brussels_date(now)
    )


def grades(initiative: Initiative) -> dict[str, int]:
    """Give how often each grade was given, from bad to good."""
    counted = Feedback.objects.filter(initiative=initiative).values_list("grade").annotate(Count("pk"))
    by_number = dict(counted)
    return {name: by_number.get(number, 0) for name, number in GRADES.items()}


def comments(initiative: Initiative) -> Iterator[Feedback]:
    """Give what was written, newest day first; within a day in no order."""
    yield from Feedback.objects.filter(initiative=initiative).order_by("-given_on", "pk").iterator(chunk_size=1000)


def comments_page(initiative: Initiative, grade: str, number: int) -> CommentsPage:
    """Give one page of what was written, newest day first; of one grade where it is named. The first page is 1."""
    found = Feedback.objects.filter(initiative=initiative).exclude(comment="").order_by("-given_on", "-pk")
    if grade:
        found = found.filter(grade=GRADES[grade])
    start = (number - 1) * COMMENTS_A_PAGE
    rows = list(found[start : start + COMMENTS_A_PAGE + 1])
    names = {value: name for name, value in GRADES.items()}
    shown = tuple(Comment(one.given_on, names[one.grade], one.language, one.comment) for one in rows[:COMMENTS_A_PAGE])
    return CommentsPage(shown, number, len(rows) > COMMENTS_A_PAGE)


def _clean(comment: str) -> str:
    text = unicodedata.normalize("NFC", comment.replace("\r\n", "\n")).strip()
    return "".join(character for character in text if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs"))
