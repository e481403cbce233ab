"""A live demonstration that may send mail, and a mail server that takes it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import override_settings

from civium.server.config import Config
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import open_premises
from civium.server.mail_server import MailServer
from civium.server.site import assets
from civium.server.site import views as site_views
from civium.server.store.opening import prepare_store
from civium.server.supporters import views
from tests.server.conftest import database_settings
from tests.server.initiatives import place

from .mailbox import Mailbox, taking_mail

SENDER = "news@collect.example"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Take mail on this machine, in clear."""
    with taking_mail() as taken:
        yield taken


@pytest.fixture
def config(civium_db: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Config]:
    """Give the settings of an installation that sends its mail there."""
    if not (assets.BUNDLE / "assets.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the signatory's script is not built: make assets")
    made = Config.from_environment(
        {"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"} | database_settings(civium_db.parent)
    )
    made = dataclasses.replace(made, mail=MailServer("127.0.0.1", mailbox.port, "none", SENDER))
    monkeypatch.setattr(views, "_now", lambda: place.NOW)
    views._limits.cache_clear()
    site_views._site.cache_clear()
    with override_settings(CONFIG=made):
        yield made


@pytest.fixture
def initiative(config: Config, tmp_path: Path) -> Initiative:
    """Give an initiative that collects."""
    place.make_installation()
    kept = place.add_initiative(tmp_path / "folder")
    prepare_store(config)
    with open_premises(config, place.BUNDLE) as premises:
        place.go_live(kept, premises, ("ES",))
    return kept


@pytest.fixture
def client(initiative: Initiative) -> Client:
    """Give a browser without script or memory."""
    return Client(headers={"host": "collect.example", "sec-fetch-site": "same-origin"})
