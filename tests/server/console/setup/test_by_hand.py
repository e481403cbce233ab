"""Text, days, people and words by hand: the law's lengths, drafts, and a new initiative from any procedure."""

from __future__ import annotations

from typing import Any

from civium.server.initiatives.models import Initiative, InitiativeText
from civium.server.register.models import Draft
from tests.server.console.conftest import BrowserOf, Installation

OF = "/console/initiatives/night-trains/set-up/"
TEXT = {"title": "Night trains", "objectives": "We ask.\r\n\r\n- soon", "act": "take"}
DETAILS = {
    "registration_number": "DEMO-1",
    "registered_on": "2026-03-02",
    "opens_on": "2026-04-14",
    "closes_on": "2027-04-13",
    "contact_email": "contact@night-trains.example",
    "name-1": "Annelore Vantieghem",
    "role-1": "representative",
    "country-1": "BE",
    "email-1": "a@night-trains.example",
    "name-2": "Tomaž Breznikar",
    "role-2": "substitute",
    "country-2": "SI",
}


def _now() -> Initiative:
    return Initiative.objects.get(slug="night-trains")


def test_a_text_is_taken_over_and_a_language_added(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", installation.demonstration)
    assert browser.post(f"{OF}texts/en/", TEXT).status_code == 303
    assert (_now().text("en").title, _now().text("en").objectives) == ("Night trains", "We ask.\n\n- soon")  # type: ignore[union-attr]
    assert browser.post(f"{OF}texts/add/", {"language": "fi"})["Location"] == f"{OF}texts/fi/"
    assert browser.post(f"{OF}texts/add/", {"language": "../x"})["Location"] == f"{OF}texts/"
    assert browser.post(f"{OF}texts/fi/", {**TEXT, "title": "Yöjunat"}).status_code == 303
    assert set(_now().texts_in_force()) == {"el", "en", "fi"}
    assert browser.get(f"{OF}texts/cy/").status_code == 404


def test_the_laws_lengths_are_counted_and_held_in_the_original_alone(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    long = {**TEXT, "title": "x" * 101, "objectives": "y " * 1101}
    refused = browser.post(f"{OF}texts/en/", long)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "101 characters; the original text may have 100 (Annex II)." in page
    assert "1,101 characters; the original text may have 1,100 (Annex II)." in page
    assert "101 of 100 characters" in page
    assert "x" * 101 in page
    assert browser.post(f"{OF}texts/el/", long).status_code == 303
    unreadable = browser.post(f"{OF}texts/en/", {**TEXT, "title": "a\x07b"})
    assert "signs that nobody can read" in unreadable.content.decode()
    turned = browser.post(f"{OF}texts/en/", {**TEXT, "title": "a\u202eb"})
    assert "signs that nobody can read" in turned.content.decode(), "it would be read as another than it is"
    assert browser.post(f"{OF}texts/en/", {**TEXT, "objectives": " "}).status_code == 422


def test_a_draft_is_ones_own_and_goes_when_it_is_taken_over(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    assert browser.post(f"{OF}texts/de/", {"title": "Nachtzüge", "act": "draft"}).status_code == 303
    assert "Nachtzüge" in browser.get(f"{OF}texts/de/").content.decode()
    assert "Nachtzüge" not in browser_of("substitute", installation.demonstration).get(f"{OF}texts/de/").content.decode()
    assert not InitiativeText.objects.filter(language="de").exists()
    assert browser.post(f"{OF}texts/de/", {**TEXT, "title": "Nachtzüge"}).status_code == 303
    assert not Draft.objects.exists()


def test_details_are_taken_over_and_what_is_wrong_is_told_at_its_field(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    said = {
        **DETAILS,
        "website": "https://n.example",
        "entity_name": "Night Trains asbl",
        "entity_seat": "BE",
        "name-3": "Ulla Saarikangas",
    }
    refused = browser.post(
        f"{OF}details/", {**said, "opens_on": "2026-02-30", "contact_email": "nowhere", "register_url": "javascript:x"}
    )
    page = refused.content.decode()
    for sentence in (
        "Write a day that exists",
        "Write an e-mail address",
        "Write a whole address",
        "Choose the role.",
        "Choose the country.",
    ):
        assert sentence in page
    assert _now().website == ""
    assert browser.post(f"{OF}details/", {**said, "role-3": "member", "country-3": "FI"}).status_code == 303
    now = _now()
    assert (now.website, now.legal_entity) == ("https://n.example", {"name": "Night Trains asbl", "seat": "BE"})
    assert [person["name"] for person in now.organisers] == ["Annelore Vantieghem", "Tomaž Breznikar", "Ulla Saarikangas"]
    late = browser.post(f"{OF}details/", {**DETAILS, "opens_on": "2026-12-01", "closes_on": "2027-11-30"})
    assert late.status_code == 422
    assert "LAW-47" in late.content.decode()
    assert (
        browser.post(
            f"{OF}details/", {**DETAILS, "deployment": "central", "goal": "1", "slug": "x", "appearance": "{}"}
        ).status_code
        == 303
    )
    assert (_now().deployment, _now().goal) == ("demonstration", 1_000_000)


def test_words_for_sharing_in_each_language(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    words: dict[str, Any] = {
        "share_text": "Sleep, and arrive.",
        "thanks_note": "Thank you!",
        "question-1": "Why?",
        "answer-1": "Because.",
    }
    half = browser.post(f"{OF}sharing/el/", {**words, "call_label": "Come", "answer-2": "Lost"})
    assert "A call for action needs its words and its address." in half.content.decode()
    assert "A question needs its answer." in half.content.decode()
    assert browser.post(f"{OF}sharing/el/", {**words, "call_label": "Come", "call_url": "http://n.example"}).status_code == 422
    assert browser.post(f"{OF}sharing/el/", {**words, "call_label": "Come", "call_url": "https://n.example"}).status_code == 303
    text = _now().text("el")
    assert text is not None
    assert (text.share_text, text.thanks_note, text.organiser_questions) == (
        "Sleep, and arrive.",
        "Thank you!",
        [{"question": "Why?", "answer": "Because."}],
    )
    assert _now().appearance["call_for_action"] == {"el": {"label": "Come", "url": "https://n.example"}}
    assert browser.post(f"{OF}sharing/el/", words).status_code == 303
    assert "call_for_action" not in _now().appearance
    page = browser.get(f"{OF}sharing/el/").content.decode()
    assert "https://collect.example/i/night-trains" in page
    assert browser.post(f"{OF}sharing/", {"callback_url": "https://n.example/thanks"}).status_code == 303
    assert _now().appearance["callback_url"] == "https://n.example/thanks"
    assert browser.post(f"{OF}sharing/", {"callback_url": "javascript:alert(1)"}).status_code == 422
    assert browser.get(f"{OF}sharing/de/").status_code == 404


NEW = {
    "kind": "procedure",
    "short_name": "clean-rivers",
    "registration_number": "VAL-2026-008",
    "registered_on": "2026-11-01",
    "opens_on": "2026-12-01",
    "language": "en",
    "title": "Clean rivers",
    "objectives": "We ask for clean rivers.",
    "representative_name": "Maeve Tarrant",
    "representative_country": "IE",
    "substitute_name": "Per Hallqvist",
    "substitute_country": "SE",
    "contact_email": "rivers@organisers.example",
}


def test_an_operator_begins_an_initiative_of_any_procedure(installation: Installation, browser_of: BrowserOf) -> None:
    operator = browser_of("operator", None)
    page = operator.get("/console/new-initiative/").content.decode()
    assert "/console/new-initiative/petition/" in page
    assert operator.get("/console/new-initiative/nowhere/").status_code == 303
    empty = operator.post("/console/new-initiative/petition/", {})
    assert empty.status_code == 422
    assert "Write a short name." in empty.content.decode()
    twice = operator.post("/console/new-initiative/petition/", {**NEW, "short_name": "quiet-skies"})
    assert twice.status_code == 422
    made = operator.post("/console/new-initiative/petition/", NEW)
    assert (made.status_code, made["Location"]) == (303, "/console/installation/"), made.content.decode()
    initiative = Initiative.objects.get(slug="clean-rivers")
    assert (initiative.procedure, initiative.deployment) == ("petition", "procedure")
    for name in ("eci", "region"):
        assert operator.get(f"/console/new-initiative/{name}/").status_code == 200
    assert browser_of("representative", installation.petition).get("/console/new-initiative/").status_code == 403
