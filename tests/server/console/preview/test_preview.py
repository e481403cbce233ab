"""The private preview in the console: opened, tried by others with its link, taken from, dropped; each by those who may."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from civium.authority import custody
from civium.server.initiatives.models import JournalEntry, Preview
from civium.server.preview import acts, place, views
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation
from tests.server.initiatives import place as tests_place

OF = "/console/initiatives/quiet-skies/set-up/private-preview/"
_LINK = re.compile(r"https://collect\.example(/preview/[A-Za-z0-9_-]{32})/")


@pytest.fixture
def representative(installation: Installation, browser_of: BrowserOf, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(views, "clock", lambda: clock.now)
    return browser_of("representative", installation.petition)


@pytest.fixture
def opened(installation: Installation, representative: Browser) -> str:
    """Open it by its button, and give the link's path."""
    led = representative.post(f"{OF}open/")
    assert (led.status_code, led["Location"]) == (303, OF)
    return link_in(representative.get(OF)) or ""


def link_in(answer: Any) -> str | None:
    found = _LINK.search(answer.content.decode())
    return found[1] if found else None


def phone() -> Client:
    return Client(headers={"host": "collect.example"})


def test_a_button_opens_it_and_the_link_needs_no_account(
    installation: Installation, representative: Browser, opened: str
) -> None:
    text = representative.get(OF).content.decode()
    assert "<svg" in text
    assert "open until" in text
    assert phone().get(f"{opened}/en/i/quiet-skies").status_code == 200
    entry = JournalEntry.objects.get(act="preview-opened")
    assert entry.persons == ["Annelore Vantieghem (representative)"]
    assert Preview.objects.get().initiative == installation.petition


def test_set_up_leads_to_it(installation: Installation, representative: Browser) -> None:
    assert f'href="{OF}"' in representative.get("/console/initiatives/quiet-skies/set-up/").content.decode()
    assert "Open the private preview" in representative.get(OF).content.decode()


def test_the_link_is_shown_to_whoever_may_change_set_up_and_to_nobody_else(
    installation: Installation, browser_of: BrowserOf, opened: str
) -> None:
    for role, is_shown in (("member", True), ("mandated", True), ("auditor", False), ("security-officer", False)):
        answer = browser_of(role, installation.petition).get(OF)
        assert answer.status_code == 200
        assert (link_in(answer) is not None) is is_shown, role
    assert browser_of("observer", installation.petition).get(OF).status_code == 403
    for act in ("open", "renew", "close", "drop"):
        assert browser_of("auditor", installation.petition).post(f"{OF}{act}/").status_code == 403
        assert browser_of("security-officer", installation.petition).post(f"{OF}{act}/").status_code == 403


def test_the_link_is_renewed_and_closed(installation: Installation, representative: Browser, opened: str) -> None:
    representative.post(f"{OF}renew/")
    second = link_in(representative.get(OF)) or ""
    assert second != opened
    assert [phone().get(f"{one}/en/i/quiet-skies").status_code for one in (opened, second)] == [404, 200]
    representative.post(f"{OF}close/")
    assert link_in(representative.get(OF)) is None
    assert phone().get(f"{second}/en/i/quiet-skies").status_code == 404


def test_the_keys_are_taken_by_those_who_may_prove_keys(installation: Installation, browser_of: BrowserOf, opened: str) -> None:
    assert browser_of("member", installation.petition).post(f"{OF}keys/").status_code == 403
    answer = browser_of("security-officer", installation.petition).post(f"{OF}keys/")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = {name.removeprefix("preview-keys/") for name in archive.namelist()}
        code = next(name.split(".")[0] for name in names if name.endswith("private-key"))
        raw = archive.read(f"preview-keys/{code}.civium-private-key")
        passphrase = archive.read("preview-keys/passphrase").decode().strip()
    assert custody.unlock(custody.parse_private_key(raw), passphrase).public.jurisdiction == code
    assert JournalEntry.objects.filter(act="preview-keys-taken").count() == 1


def test_a_working_copy_is_made_of_what_was_signed(installation: Installation, browser_of: BrowserOf, opened: str) -> None:
    member = browser_of("member", installation.petition)
    code = next(iter(_jurisdictions(installation)))
    answer = member.post(f"{OF}export/", {"jurisdiction": code})
    assert answer.content[:4] == b"CIVX"
    assert f"VAL-2026-007-{code}-online-preview-working-copy.civium" in answer["Content-Disposition"]
    assert member.post(f"{OF}export/", {"jurisdiction": "XX"}).status_code == 422
    assert browser_of("clerk", installation.petition).post(f"{OF}export/", {"jurisdiction": code}).status_code == 403


def _jurisdictions(installation: Installation) -> list[str]:
    from civium.law.procedure import load_procedure

    return list(load_procedure(installation.petition.procedure).jurisdictions)


def test_it_is_dropped_by_a_button(installation: Installation, representative: Browser, opened: str) -> None:
    folder = place.previews_folder(installation.folder)
    assert len(list(folder.iterdir())) == 1
    assert representative.post(f"{OF}drop/").status_code == 303
    assert list(folder.iterdir()) == []
    assert phone().get(f"{opened}/en/i/quiet-skies").status_code == 404
    assert "The preview is gone" in representative.get(OF).content.decode()
    for act in ("renew", "close", "drop", "keys"):
        assert representative.post(f"{OF}{act}/").status_code == 422
    assert representative.post(f"{OF}open/").status_code == 303
    assert link_in(representative.get(OF)) not in (None, opened)


def test_one_whose_files_are_gone_can_be_dropped_and_opened_anew(
    installation: Installation, representative: Browser, opened: str
) -> None:
    found = Preview.objects.get()
    place.remove(installation.folder, found.identifier)
    assert "cannot be reached" in representative.get(OF).content.decode()
    assert representative.post(f"{OF}keys/").status_code == 422
    assert representative.post(f"{OF}drop/").status_code == 303
    assert representative.post(f"{OF}open/").status_code == 303


def test_what_another_drops_at_this_moment_gives_a_sentence(
    installation: Installation, representative: Browser, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between finding a preview and reading its folder there is time for somebody else's button."""
    del opened
    follow = acts.follow_set_up

    def dropped_right_after(*arguments: Any, **options: Any) -> Preview:
        found = follow(*arguments, **options)
        place.remove(installation.folder, found.identifier)
        return found

    monkeypatch.setattr(acts, "follow_set_up", dropped_right_after)
    assert "cannot be reached" in representative.get(OF).content.decode()
    for act, given in (("keys", {}), ("export", {"jurisdiction": _jurisdictions(installation)[0]})):
        monkeypatch.setattr(acts, "follow_set_up", follow)
        representative.post(f"{OF}drop/")
        assert representative.post(f"{OF}open/").status_code == 303
        monkeypatch.setattr(acts, "follow_set_up", dropped_right_after)
        answer = representative.post(f"{OF}{act}/", given)
        assert answer.status_code == 422, act
        assert "There is no preview of this initiative" in answer.content.decode(), act
    assert not JournalEntry.objects.filter(act="preview-keys-taken").exists()


def test_one_that_has_ended_is_none_and_another_can_be_opened(
    installation: Installation, browser_of: BrowserOf, opened: str, clock: Clock
) -> None:
    """In the hour between its last day and its end, too."""
    clock.now += timedelta(days=14)
    representative = browser_of("representative", installation.petition)
    assert "Open it" in representative.get(OF).content.decode()
    assert representative.post(f"{OF}keys/").status_code == 422
    before = Preview.objects.get().identifier
    representative.post(f"{OF}open/")
    assert Preview.objects.get().identifier != before
    assert link_in(representative.get(OF)) not in (None, opened)
    assert len(list(place.previews_folder(installation.folder).iterdir())) == 1


def test_it_says_that_it_was_made_anew(installation: Installation, representative: Browser, opened: str) -> None:
    tests_place.add_proven_key(installation.petition, _jurisdictions(installation)[0])
    text = representative.get(OF).content.decode()
    assert "Made anew on" in text
    assert link_in(representative.get(OF)) == opened


def test_another_initiatives_people_see_nothing_of_it(installation: Installation, browser_of: BrowserOf, opened: str) -> None:
    elsewhere = browser_of("representative", installation.demonstration)
    assert elsewhere.get(OF).status_code == 404
    assert elsewhere.post(f"{OF}drop/").status_code == 404
    assert Preview.objects.count() == 1


def test_going_live_says_that_it_ends(installation: Installation, representative: Browser) -> None:
    text = representative.get("/console/initiatives/quiet-skies/lifecycle/act/go-live/").content.decode()
    assert "A private preview ends at that moment" in text
