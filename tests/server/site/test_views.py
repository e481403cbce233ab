"""Django's way to the pages: languages chosen, strong tags, no cookie, a page for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.server.initiatives import place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def client(civium_db: Path) -> Client:
    place.make_installation()
    return Client(headers={"host": "collect.example"})


def test_the_root_leads_to_the_language_of_the_browser(client: Client) -> None:
    answer = client.get("/", headers={"accept-language": "el-GR,en;q=0.5"})
    assert (answer.status_code, answer["Location"], answer["Vary"]) == (303, "/el/", "Accept-Language")
    answer = client.get("/i/night-trains", headers={"accept-language": "mt"})
    assert (answer.status_code, answer["Location"]) == (303, "/mt/i/night-trains")


def test_a_page_is_the_same_for_everyone_and_known_by_its_tag(client: Client) -> None:
    answer = client.get("/en/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=5"
    assert "unsafe" not in answer["Content-Security-Policy"]
    again = client.get("/en/", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/mt/i/unknown", "/mt/i/unknown/protection", "/mt/nothing/at/all"])
def test_what_is_not_there_is_said_in_the_language_of_the_address(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b'<html lang="mt">' in answer.content
    assert b'class="strip"' in answer.content, "a demonstration says so on every page"
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/el", "/el/"),
        ("/el/i/night-trains/", "/el/i/night-trains"),
        ("/el/i/night-trains/privacy/", "/el/i/night-trains/privacy"),
    ],
)
def test_a_slash_too_many_or_too_few_leads_to_the_page_meant(client: Client, path: str, meant: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (303, meant)
    assert not answer.has_header("Vary")
