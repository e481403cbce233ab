"""Every page of set-up is there for those who may see it, with its steps and its words."""

from __future__ import annotations

import pytest

from tests.server.console.conftest import BrowserOf, Installation

OF = "/console/initiatives/night-trains/set-up/"
PAGES = (
    "",
    "purpose/",
    "register/",
    "texts/",
    "texts/en/",
    "texts/de/",
    "details/",
    "sharing/",
    "sharing/en/",
    "keys/",
    "certificate/",
    "appearance/",
    "preview/en/",
    "preview/de/",
    "preview/el/privacy/",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_there(installation: Installation, browser_of: BrowserOf, page: str) -> None:
    answer = browser_of("representative", installation.demonstration).get(f"{OF}{page}")
    assert answer.status_code == 200, answer.content.decode()
    assert "Night trains" in answer.content.decode() or page
