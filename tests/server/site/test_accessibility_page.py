"""The accessibility statement says what the last audit found, and not more."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from lxml import html

from civium.server.site import accessibility_page, languages
from civium.server.site.accessibility_page import Audited, audited, parse
from civium.server.site.words import words
from tests.server.site import made

CLEAN = Audited(
    on=date(2026, 11, 22),
    views=1200,
    faulty_views=0,
    languages=24,
    by_keyboard=3,
    axe="4.14.1",
    chromium="156",
    faults={},
)


def _said(evidence: Audited, code: str = "en") -> str:
    page = accessibility_page.render(words(code), (made.initiative(),), is_demonstration=True, evidence=evidence)
    return " ".join(str(html.fromstring(page).xpath("string(//main)")).split())


def test_without_a_fault_but_without_people_it_is_partial() -> None:
    said = _said(CLEAN)
    assert "comply partially with" in said
    assert "still to come" in said
    assert "on 22 November 2026" in said
    assert "1,200 pages and screens in 24 languages" in said
    assert "In 3 languages it also signed with the keyboard alone" in said


def test_tested_by_people_and_without_a_fault_it_is_full() -> None:
    said = _said(dataclasses.replace(CLEAN, tested_by_people_on=date(2027, 2, 1)))
    assert "comply fully with" in said
    assert "People with disabilities tested these pages on 1 February 2027." in said
    assert "still to come" not in said


def test_every_fault_is_told_by_its_criterion() -> None:
    found = dataclasses.replace(
        CLEAN, faults={"1.4.10": 3, "2.4.7": 1}, faulty_views=4, tested_by_people_on=date(2027, 2, 1), by_keyboard=1
    )
    said = _said(found)
    assert "comply partially with" in said
    assert "WCAG 1.4.10: 3 faults found" in said
    assert "WCAG 2.4.7: one fault found" in said
    assert "found no fault" not in said
    assert "In one language it also signed" in said


def test_without_a_whole_audit_nothing_is_claimed() -> None:
    said = _said(dataclasses.replace(CLEAN, views=0, languages=0, by_keyboard=0))
    assert "found no fault" not in said
    assert "A program looked" not in said
    assert "How this statement was made" not in said
    assert "do not comply yet" in said


def test_where_most_views_have_a_fault_it_does_not_comply() -> None:
    assert "do not comply yet" in _said(dataclasses.replace(CLEAN, faults={"1.4.3": 700}, faulty_views=700))


@pytest.mark.parametrize("code", languages.CODES)
def test_it_is_there_in_every_language_with_model_and_contact(code: str) -> None:
    said = _said(CLEAN, code)
    assert "2018/1523" in said
    assert "2016/2102" in said
    assert "operator@night-trains.example" in said


def test_the_evidence_of_this_version_is_of_a_whole_audit() -> None:
    assert parse(accessibility_page.AUDITED.read_bytes()) == audited()
    assert audited().languages == len(languages.CODES)
    assert audited().by_keyboard >= 3
    assert audited().views >= len(languages.CODES) * 20
