"""Feedback: a grade, a comment within bounds, a day; nobody's."""

from __future__ import annotations

import pytest

from civium.errors import Refused
from civium.server.initiatives.models import Initiative
from civium.server.supporters import feedback
from civium.server.supporters.models import Feedback
from tests.server.initiatives.place import NOW, TODAY


def test_a_grade_and_a_comment_are_kept_with_the_day(initiative: Initiative) -> None:
    feedback.give_feedback(initiative, "good", "  Quick.\r\nThank you\x00 ", "mt", now=NOW)
    found = Feedback.objects.get()
    assert (found.grade, found.comment, found.language, found.given_on) == (4, "Quick.\nThank you", "mt", TODAY)
    assert feedback.grades(initiative) == {"bad": 0, "fair": 0, "fine": 0, "good": 1}
    assert [one.comment for one in feedback.comments(initiative)] == ["Quick.\nThank you"]


@pytest.mark.parametrize(
    ("grade", "comment", "code"), [("", "", "grade-missing"), ("5", "", "grade-missing"), ("bad", "x" * 1001, "comment-too-long")]
)
def test_what_cannot_be_kept_is_refused(initiative: Initiative, grade: str, comment: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        feedback.give_feedback(initiative, grade, comment, "en", now=NOW)
    assert Feedback.objects.count() == 0


def test_a_thousand_characters_are_kept_whole(initiative: Initiative) -> None:
    feedback.give_feedback(initiative, "bad", "ħ" * 1000, "mt", now=NOW)
    assert len(Feedback.objects.get().comment) == 1000
