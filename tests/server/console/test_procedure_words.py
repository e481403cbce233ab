"""Screens of a petition and of a region speak of what those know: no Commission, no million, no Member States, no article of Regulation 2019/788."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from civium.law.procedure import load_procedure
from civium.law.terms import Terms
from civium.server.console import procedure_sentences
from civium.server.console.lifecycle.forms import FORMS
from civium.server.console.procedure_words import ProcedureWords, words_for
from civium.server.console.screens import Screen
from civium.server.console.urls import all_screens
from civium.server.console.words import words
from civium.server.initiatives import handing_over, milestones
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import open_premises
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation
from tests.server.console.lifecycle.going import go_live
from tests.server.initiatives import place

ONLY_THERE = re.compile(
    r"Commission|\bmillion\b|(?<!United )\bStates?\b|Annex [IVX]+|2019/788|LAW-\d|\bT-\d|(?<!GDPR, )\bArt\. ?\d|"
    r"European|organiser account|Treaties|twelve months|21 months"
)
SOURCE = Path(procedure_sentences.__file__).parents[1]
_CAPTURE = re.compile(r"<(?:\w+:)?(\w+)>")
_TERMS = Terms("isle", "isles", "the Assembly", "the Office", 3_000, 2)


@pytest.mark.slow
@pytest.mark.parametrize("procedure", ["petition", "region"])
def test_no_screen_says_what_holds_for_the_citizens_initiative_alone(
    procedure: str, installation: Installation, browser_of: BrowserOf, clock: Clock, tmp_path: Path
) -> None:
    initiative = installation.petition if procedure == "petition" else _region(tmp_path)
    browser = browser_of("representative", initiative)
    found = dict(_said(browser, initiative))
    initiative = go_live(installation, initiative)
    found |= _said(browser, initiative, "live")
    clock.now = place.NOW + timedelta(days=200)
    browser = browser_of("representative", initiative)
    code = next(iter(load_procedure(procedure).jurisdictions))
    delivery = handing_over.Delivery(clock.now.date(), "carrier")
    handing_over.hand_over_elsewhere(initiative, code, "sheets", 50, place.TWO, now=clock.now, delivery=delivery)
    found |= _said(browser, initiative, "handed over")
    with open_premises(installation.config, place.BUNDLE) as premises:
        milestones.withdraw(initiative, premises, place.TWO, on=clock.now.date(), now=clock.now)
    found |= _said(browser, initiative, "withdrawn")
    assert not found, "\n".join(f"{name}: {around}" for name, around in found.items())


def _region(folder: Path) -> Initiative:
    return place.add_initiative(
        folder / "region",
        {"en": {"title": "Quiet roads", "objectives": "We ask for quiet roads."}, "gl": {"title": "A", "objectives": "B."}},
        slug="quiet-roads",
        procedure="region",
        deployment="procedure",
        registration_number="BRA-IP-2026/07",
        registered_on="2026-09-01",
        collection_start_on="2026-10-01",
        collection_end_on="2027-05-31",
        organisers=[{"role": "representative", "name": "Uxía Outeiro", "email": "uxia@estradas.example"}],
    )


def _said(browser: Browser, initiative: Initiative, when: str = "") -> Iterator[tuple[str, list[str]]]:
    """Give the screens on which such a word stands, with the words around it."""
    for name, address in _addresses(initiative):
        answer = browser.get(address)
        if answer.status_code == 303 or not answer["Content-Type"].startswith("text/html"):
            continue
        tree = html.document_fromstring(answer.content.decode())
        for hidden in tree.xpath("//script | //style"):
            hidden.drop_tree()
        labels = [str(one) for one in tree.xpath("//@aria-label | //@alt | //@title | //@data-label | //@placeholder")]
        text = " ".join(" ".join([*tree.itertext(), *labels]).split())
        around = [text[max(0, one.start() - 60) : one.end() + 30] for one in ONLY_THERE.finditer(text)]
        if around:
            yield f"{name} {when}".strip(), around


def _addresses(initiative: Initiative) -> Iterator[tuple[str, str]]:
    for screen in all_screens():
        if "GET" not in screen.methods or not screen.is_of_an_initiative:
            continue
        if screen.name == "act":
            yield from ((f"act {act}", _address(screen, initiative, act)) for act in FORMS)
        elif screen.name in ("setup-text", "setup-share"):
            yield screen.name, _address(screen, initiative, "en")
        elif len(_CAPTURE.findall(screen.path)) == 1:
            yield screen.name, _address(screen, initiative)
    state = next(iter(load_procedure(initiative.procedure).jurisdictions))
    yield "export-anyway", f"/console/initiatives/{initiative.slug}/exports/anyway/?state={state}"


def _address(screen: Screen, initiative: Initiative, other: str = "") -> str:
    return "/console/" + _CAPTURE.sub(lambda found: initiative.slug if found[1] == "slug" else other, screen.path)


def test_a_sentence_that_is_replaced_stands_somewhere_in_the_console() -> None:
    """A sentence that was changed in its place must be changed here, too."""
    files = [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]
    said = {path: re.sub(r'"\s*\n\s*"', "", path.read_text("utf-8")) for path in files if path.stem != "procedure_sentences"}
    missing = [one for one in procedure_sentences.ELSEWHERE if not any(one in text for text in said.values())]
    assert missing == []


def test_what_replaces_it_holds_elsewhere() -> None:
    for sentence in procedure_sentences.ELSEWHERE.values():
        assert not ONLY_THERE.search(sentence.replace("{", "").replace("}", "")), sentence


def test_citations_places_and_the_recipient_are_the_procedures_own() -> None:
    said = ProcedureWords(words("en"), _TERMS)
    assert said("State") == "Isle"
    assert (
        said("A State without a key. All States, each State's letter") == "An isle without a key. All isles, each isle's letter"
    )
    assert (
        said("The Commission answers. Tell the Commission (LAW-45, Art. 7(1), 9(2)).")
        == "The Assembly answers. Tell the Assembly."
    )
    assert said("One month (GDPR, Art. 12(3)); at most %(most)s (Annex II)", most="{place} State") == (
        "One month (GDPR, Art. 12(3)); at most {place} State"
    )
    assert said.ngettext("%(count)s State", "%(count)s States", 2, count="2") == "2 isles"
    assert said.marked("<State> %(a)s", a="<b>") == "&lt;isle&gt; &lt;b&gt;"
    assert said("{unknown} stays") == "{unknown} stays"


def test_the_citizens_initiative_has_the_sentences_as_they_stand() -> None:
    assert words_for("en", "eci") is words("en")
    assert words_for("en", "petition")("Submit to the Commission by") == "Submit to the Assembly of Vallorsa by"
