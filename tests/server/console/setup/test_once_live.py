"""Once live: two persons change, what is signed does not change, and every change is a new manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civium.formats import authority_key
from civium.server.console.proposals.acts import ACTS
from civium.server.initiatives import live, proposals
from civium.server.initiatives.models import Initiative, Upload
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.initiatives.proposals import Person
from civium.server.site import shown
from tests.server.console.conftest import Browser, BrowserOf, Installation
from tests.server.folders import private_key
from tests.server.initiatives import place

OF = "/console/initiatives/quiet-skies/set-up/"


@pytest.fixture
def premises(installation: Installation) -> Iterator[Premises]:
    with open_premises(installation.config, place.BUNDLE) as opened:
        yield opened


@pytest.fixture
def petition(installation: Installation, premises: Premises) -> Initiative:
    """The petition, live."""
    initiative = installation.petition
    first = next(iter(live.load_procedure(initiative.procedure).jurisdictions))
    place.add_proven_key(initiative, first)
    live.open_collection(initiative, premises, live.GoLive(place.TWO, accepts_closed_online=True), now=place.NOW)
    return initiative


def _agree(initiative: Initiative, premises: Premises) -> None:
    (waiting,) = proposals.open_proposals(initiative, now=place.NOW)
    act = ACTS[waiting.act]
    assert act.sentence(waiting.facts)
    proposals.approve(waiting, act, premises, Person("another", "Tomaž Breznikar (substitute)"), now=place.NOW)


def _details(browser: Browser, **changed: str) -> dict[str, str]:
    del browser
    return {
        "contact_email": "contact@night-trains.example",
        "name-1": "Annelore Vantieghem",
        "role-1": "representative",
        "country-1": "BE",
        "email-1": "a@night-trains.example",
        "name-2": "Tomaž Breznikar",
        "role-2": "substitute",
        "country-2": "SI",
        **changed,
    }


def test_a_change_waits_for_another_person_and_is_a_new_manifest(
    petition: Initiative, premises: Premises, browser_of: BrowserOf, tmp_path: Path
) -> None:
    del tmp_path
    browser = browser_of("representative", petition)
    collection = petition.live_collection()
    assert collection is not None
    assert "another person of your initiative agrees" in browser.get(f"{OF}details/").content.decode()
    assert (
        browser.post(
            f"{OF}details/", _details(browser, website="https://q.example", registration_number="VAL-2026-999")
        ).status_code
        == 303
    )
    petition.refresh_from_db()
    assert petition.website == ""
    (waiting,) = proposals.open_proposals(petition, now=place.NOW)
    assert ACTS[waiting.act].sentence(waiting.facts) == "Change website: https://q.example"
    _agree(petition, premises)
    petition.refresh_from_db()
    assert (petition.website, petition.registration) == ("https://q.example", "VAL-2026-007")
    assert collection.current_manifest().sequence == 2


def test_the_text_that_is_signed_does_not_change_a_language_comes(
    petition: Initiative, premises: Premises, browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", petition)
    assert "does not change any more" in browser.get(f"{OF}texts/en/").content.decode()
    assert browser.post(f"{OF}texts/en/", {"title": "Other", "objectives": "Other"}).status_code == 422


def test_a_language_is_added_to_a_live_demonstration_by_one_person(
    installation: Installation, premises: Premises, browser_of: BrowserOf
) -> None:
    initiative = installation.demonstration
    collection = place.go_live(initiative, premises)
    browser = browser_of("representative", initiative)
    answer = browser.post("/console/initiatives/night-trains/set-up/texts/fi/", {"title": "Yöjunat", "objectives": "Pyydämme."})
    assert answer.status_code == 303, answer.content.decode()
    assert "fi" in initiative.texts_in_force()
    assert "fi" in collection.current_manifest().texts
    assert collection.current_manifest().sequence == 2


def test_words_looks_and_keys_wait_for_another_person_too(
    petition: Initiative, premises: Premises, browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", petition)
    assert browser.post(f"{OF}sharing/en/", {"share_text": "Hush."}).status_code == 303
    _agree(petition, premises)
    assert petition.text("en").share_text == "Hush."  # type: ignore[union-attr]
    turned_off = {f"block-{name}": "0" for name in ("states", "video", "funding", "questions", "share")}
    look = {"theme_colour": "#51307a", "layout": "beside", "block-organisers": "1", **turned_off}
    assert browser.post(f"{OF}appearance/", {**look, "act": "take"}).status_code == 303
    petition.refresh_from_db()
    assert "theme_colour" not in petition.appearance
    _agree(petition, premises)
    petition.refresh_from_db()
    assert petition.appearance["theme_colour"] == "#51307a"
    code = list(live.load_procedure("petition").jurisdictions)[-1]
    file = SimpleUploadedFile("x", authority_key.encode(private_key(code, 7).public))
    assert browser.post(f"{OF}keys/", {"files": [file]}).status_code == 303
    assert petition.keys.count() == 1
    _agree(petition, premises)
    assert petition.keys.count() == 2


def test_the_proposer_cannot_agree_alone(petition: Initiative, premises: Premises, browser_of: BrowserOf) -> None:
    from civium.errors import Refused

    browser = browser_of("representative", petition)
    browser.post(f"{OF}sharing/en/", {"share_text": "Hush."})
    (waiting,) = proposals.open_proposals(petition, now=place.NOW)
    with pytest.raises(Refused, match="own-proposal"):
        proposals.approve(waiting, ACTS[waiting.act], premises, Person(str(browser.account.pk), "X (member)"), now=place.NOW)
    again = browser.post(f"{OF}sharing/en/", {"share_text": "Hush."})
    assert again.status_code == 422


def test_a_picture_is_seen_by_whoever_agrees_to_it(petition: Initiative, premises: Premises, browser_of: BrowserOf) -> None:
    browser, other = browser_of("representative", petition), browser_of("substitute", petition)
    look = {"theme_colour": "#51307a", "layout": "beside", "act": "take"}
    look |= {f"block-{name}": "1" if name == "organisers" else "0" for name in shown.BLOCKS}
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    assert browser.post(f"{OF}appearance/", {**look, "logo": SimpleUploadedFile("l.svg", drawing)}).status_code == 303
    (waiting,) = proposals.open_proposals(petition, now=place.NOW)
    kept = Upload.objects.get()
    assert waiting.facts["stored"]["logo"] == kept.sha256
    of_it = f"/console/initiatives/quiet-skies/proposals/{waiting.pk}/"
    assert f'src="{of_it}files/{kept.sha256}/"' in other.get(of_it).content.decode()
    seen = other.get(f"{of_it}files/{kept.sha256}/")
    assert (seen.content, seen["Content-Type"]) == (bytes(kept.content), "image/svg+xml")
    assert "sandbox" in seen["Content-Security-Policy"]
    assert other.get(f"{of_it}files/{'0' * 64}/").status_code == 404
    assert browser_of("observer", petition).get(f"{of_it}files/{kept.sha256}/").status_code == 403
    _agree(petition, premises)
    petition.refresh_from_db()
    assert petition.appearance["logo"] == kept.sha256
    Upload.objects.all().delete()
    assert other.get(of_it).status_code == 200
    assert other.get(f"{of_it}files/{kept.sha256}/").status_code == 404
