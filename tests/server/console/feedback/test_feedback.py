"""Feedback on screen: shares with a chart and a table, comments page by page, nobody's."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from lxml import html

from civium.server.supporters import feedback
from civium.server.supporters.models import Feedback
from tests.server.console.conftest import BrowserOf, Installation
from tests.server.initiatives.place import NOW

PAGE = "/console/initiatives/night-trains/feedback/"


def _tree(answer: Any) -> html.HtmlElement:
    return html.document_fromstring(answer.content.decode())


def test_the_empty_place_teaches(installation: Installation, browser_of: BrowserOf) -> None:
    answer = browser_of("member", installation.demonstration).get(PAGE)
    assert "Nobody has said anything yet" in answer.content.decode()


def test_shares_are_drawn_and_told(installation: Installation, browser_of: BrowserOf) -> None:
    for grade, times in (("bad", 1), ("fine", 2), ("good", 5)):
        for _ in range(times):
            feedback.give_feedback(installation.demonstration, grade, "", "en", now=NOW)
    feedback.give_feedback(installation.petition, "bad", "another initiative's", "en", now=NOW)
    tree = _tree(browser_of("auditor", installation.demonstration).get(PAGE))
    cells = [[cell.text_content() for cell in row] for row in tree.xpath("//table//tbody/tr")]
    assert [row[:2] for row in cells] == [["Good", "5"], ["Fine", "2"], ["Fair", "0"], ["Bad", "1"]]
    assert tree.xpath("//figure//svg/@aria-label") == ["How it was to sign: Good 62 %, Fine 25 %, Fair 0 %, Bad 12 %"]
    assert [width for width in tree.xpath("//figure//rect/@width") if width != "100%"] == ["62.5%", "25.0%", "0.0%", "12.5%"]
    assert tree.xpath("//@style") == []
    assert "another initiative" not in tree.text_content()


def test_comments_are_paged_and_carry_no_identifier(installation: Installation, browser_of: BrowserOf) -> None:
    for number in range(30):
        feedback.give_feedback(installation.demonstration, "fair" if number % 3 else "good", f"Comment {number}.", "en", now=NOW)
    browser = browser_of("member", installation.demonstration)
    first, second = browser.get(PAGE).content.decode(), browser.get(f"{PAGE}?page=2").content.decode()
    found = [re.findall(r"Comment \d+\.", page) for page in (first, second)]
    assert [len(one) for one in found] == [25, 5]
    assert len(set(found[0] + found[1])) == 30
    assert "Older comments" in first
    assert "Older comments" not in second
    of_grade = browser.get(f"{PAGE}?grade=good").content.decode()
    assert len(re.findall(r"Comment \d+\.", of_grade)) == 10
    for key in Feedback.objects.values_list("pk", flat=True):
        assert str(key) not in first + second
    for odd in ("?page=0", "?page=x", "?page=99999999", "?page=-1", "?grade=best"):
        assert browser.get(PAGE + odd).status_code == 200


def test_what_strangers_wrote_is_text(installation: Installation, browser_of: BrowserOf) -> None:
    feedback.give_feedback(installation.demonstration, "bad", '=HYPERLINK("http://x")\n<script>alert(1)</script>', "en", now=NOW)
    browser = browser_of("member", installation.demonstration)
    assert "<script>alert" not in browser.get(PAGE).content.decode()
    answer = browser.get(f"{PAGE}feedback.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="feedback-night-trains.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.content.decode(), newline=""))
    assert row == {
        "day": "2026-11-21",
        "grade": "bad",
        "language": "en",
        "comment": '\'=HYPERLINK("http://x")\n<script>alert(1)</script>',
    }
