"""The private preview in a real browser: opened by a button, signed at 360 px with its link, opened by the authority's tool, and gone."""

from __future__ import annotations

import json
import re
import urllib.request
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, expect

from civium.formats import export, posting
from tests.server.folders import write_folder
from tests.stories.organisers import Person, Place, installed, sign

from .signing import SPANISH

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = "initiatives/night-trains/set-up/private-preview/"


def _add(place: Place) -> None:
    place.civium("initiative", "add", str(write_folder(place.folder / "initiative")))


def test_a_preview_is_opened_signed_read_and_dropped(browser: Browser, tmp_path: Path) -> None:
    with installed(tmp_path, "demonstration", fill=_add) as place:
        organiser = Person(browser, place)
        invited = place.civium(
            "console", "invite", "ana@trains.example", "--initiative", "night-trains", "--role", "representative"
        )
        organiser.accepts(invited.strip(), "Annelore Vantieghem")
        organiser.goes("initiatives/night-trains/set-up/", "Set-up")
        organiser.follows("Private preview")
        organiser.is_at("Private preview")
        organiser.presses("Open the private preview")
        organiser.is_told("The link")
        organiser.look()
        link = organiser.page.get_by_role("link", name="Open it here").get_attribute("href") or ""
        body = _signed(browser, link)
        organiser.page.reload()
        organiser.is_told(re.compile(r"1 statement in the preview: Spain 1"))
        assert _public(place) == {"initiatives": []}, "what counts holds nothing"
        _opened_by_the_authority(organiser, tmp_path, body)
        organiser.presses("Drop the preview")
        organiser.is_told("The preview is gone")
        organiser.look()
        assert list((tmp_path / "server" / "previews").iterdir()) == []
        stranger = browser.new_page()
        answer = stranger.goto(link)
        assert answer is not None
        assert answer.status == 404
        stranger.close()
        organiser.leaves()


def _signed(browser: Browser, link: str) -> bytes:
    """Sign with the link on a telephone as somebody whom nobody knows; the form has checked the receipt when it says thank you."""
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    asked: list[Request] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda one: asked.append(one))
    sign(page, link, "ES", SPANISH)
    expect(page.locator(".strip")).to_contain_text("Nothing entered here counts")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sent = [one for one in asked if one.method == "POST"]
    prefix = link.rstrip("/")
    assert [one.url for one in sent] == [f"{prefix}/api/statements"]
    # Whatever is of this initiative was asked for below its link, and nothing was asked for elsewhere.
    paths = [one.url.removeprefix(prefix) for one in asked]
    assert all(path.startswith("/") or "/assets/" in path for path in paths), paths
    erasing = page.get_by_role("link", name="Take back your support").last.get_attribute("href") or ""
    assert link.rstrip("/").endswith(erasing.partition("/en/i/")[0]), erasing
    body = sent[0].post_data_buffer
    context.close()
    assert errors == []
    assert body is not None
    return body


def _public(place: Place) -> object:
    with urllib.request.urlopen(f"{place.url}/api/initiatives", timeout=30) as reply:
        return json.loads(reply.read())


def _opened_by_the_authority(organiser: Person, folder: Path, body: bytes) -> None:
    """Take keys and working copy by their buttons; the key that was made here opens what the telephone sealed."""
    with organiser.page.expect_download() as got:
        organiser.presses("Download the keys")
    with zipfile.ZipFile(got.value.path()) as archive:
        archive.extractall(folder)
    organiser.page.select_option("#f-jurisdiction", "ES")
    with organiser.page.expect_download() as got:
        organiser.presses("Make the file")
    assert got.value.suggested_filename == "DEMO-1-ES-online-preview-working-copy.civium"
    copy = folder / got.value.suggested_filename
    got.value.save_as(copy)
    keys = folder / "preview-keys"
    with copy.open("rb") as stream:
        (row,) = export.ExportReader(stream).rows()
    assert isinstance(row, export.StatementRow)
    assert row.envelope == posting.parse(body).envelope
    key = ("--key", str(keys / "ES.civium-private-key"), "--passphrase-file", str(keys / "passphrase"))
    assert "opened 1" in organiser.place.authority("open", str(copy), "--confirm-rules", *key)
    assert "accepted 1" in organiser.place.authority("verify", str(copy), *key)
