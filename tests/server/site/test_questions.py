"""Questions people ask: twenty of them, and every answer true for the deployment that gives it (P17, P18)."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import html

from civium.law.deployments import KINDS
from civium.law.procedure import load_procedure
from civium.server.site import languages, questions, shown
from civium.server.site.words import words
from tests.server.site import made

ENGLISH = words("en")


def _initiative(kind: str, **changes: object) -> shown.Initiative:
    if kind == "procedure":
        return dataclasses.replace(made.initiative(**changes), deployment=kind, procedure="petition")
    return made.initiative(deployment=kind, **({"collection": None} if kind == "companion" else {}), **changes)


def _answers(kind: str, code: str = "en", **changes: object) -> dict[str, questions.Question]:
    found = questions.chapters(words(code), _initiative(kind, **changes))
    return {question.name: question for chapter in found for question in chapter.questions}


def test_there_are_more_than_twenty_and_each_is_asked_once() -> None:
    found = questions.chapters(ENGLISH, made.initiative())
    asked = [question.name for chapter in found for question in chapter.questions]
    assert len(asked) >= 20
    assert len(set(asked)) == len(asked)


def test_ages_are_those_of_the_law() -> None:
    said = _answers("central")["too-young"].answer
    assert said.startswith("16 years: Austria, Belgium, Estonia, Germany, Malta. 17 years: Greece. 18 years: all other States.")
    assert "In Greece the whole year counts" in said
    assert questions.ages(ENGLISH, load_procedure("petition")) == "The minimum age is 16 years."


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_collected_nothing_is_said_of_sending(kind: str) -> None:
    asked = _answers(kind)
    collects = kind != "companion"
    for name in ("where-number", "take-back", "no-document", "this-device", "lost-code"):
        assert (name in asked) == collects
    assert ("where-to-sign" in asked) != collects
    if not collects:
        assert not any("envelope" in question.answer for question in asked.values())
        assert questions.first_questions(ENGLISH, _initiative(kind)) == ()


@pytest.mark.parametrize(
    ("kind", "by_organisers", "said"),
    [
        ("demonstration", False, "the people who run this demonstration can open"),
        ("central", False, "only the authority can open"),
        ("individual", False, "only the authority can open"),
        ("individual", True, "The organisers open it"),
        ("procedure", True, "The organisers open it"),
    ],
)
def test_where_the_number_goes_follows_from_who_holds_the_keys(kind: str, by_organisers: bool, said: str) -> None:
    assert said in _answers(kind, keys_held_by_organisers=by_organisers)["where-number"].answer


def test_where_organisers_hold_some_keys_the_answer_names_those_states() -> None:
    asked = _answers("individual", organisers_hold=("MT",))
    said = "For these States the organisers hold the key: Malta."
    assert asked["where-number"].answer.startswith(f"Into a sealed envelope. {said}")
    assert said in asked["who-reads"].answer
    assert "nobody here can read" not in asked["no-news"].answer


@pytest.mark.parametrize(
    ("kind", "offered"), [("demonstration", False), ("central", True), ("individual", True), ("procedure", False)]
)
def test_paper_is_offered_only_where_the_law_knows_it(kind: str, offered: bool) -> None:
    assert ("sign on paper" in _answers(kind)["no-document"].answer) == offered


def test_a_demonstration_says_when_everything_is_destroyed_and_who_runs_it() -> None:
    asked = _answers("demonstration")
    assert "14 days" in asked["when-destroyed"].answer
    assert asked["who-runs"].answer.startswith("Lantern Servers, Ghent.")
    assert "has not given a name" in _answers("demonstration", operator=None)["who-runs"].answer


@pytest.mark.parametrize("code", languages.CODES)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "procedure"])
def test_every_kind_answers_in_every_language(kind: str, code: str) -> None:
    assert all(question.question and question.answer for question in _answers(kind, code).values())


def test_the_page_of_the_installation_answers_where_all_are_of_one_kind_and_leads_on_where_not() -> None:
    one, other = made.initiative(), made.initiative(slug="other", deployment="central")
    alone = html.document_fromstring(made.site(one).render("/en/questions").body.decode())  # type: ignore[union-attr]
    assert len(alone.xpath("//main//details")) >= 20
    mixed = html.document_fromstring(made.site(one, other).render("/en/questions").body.decode())  # type: ignore[union-attr]
    assert mixed.xpath("//main//details") == []
    assert mixed.xpath("//main//li/a/@href") == ["/en/i/night-trains/questions", "/en/i/other/questions"]
    empty = made.site().render("/en/questions")
    assert empty is not None
    assert b"Nothing is being collected here yet" in empty.body


def test_every_link_of_an_answer_leads_to_a_page() -> None:
    site = made.site(made.initiative())
    tree = html.document_fromstring(site.render("/en/i/night-trains/questions").body.decode())  # type: ignore[union-attr]
    found = tree.xpath("//main//details//a/@href")
    assert len(found) >= 4
    assert all(site.render(address) is not None for address in found)
