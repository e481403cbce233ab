"""Two initiatives that can be written about: a demonstration that is live, a petition that counts, and a mail server that takes mail."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test.utils import override_settings

from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import open_premises
from civium.server.mail_server import MailServer
from civium.server.site import assets
from tests.server.console.conftest import Installation
from tests.server.initiatives import place
from tests.server.supporters.mailbox import Mailbox, taking_mail

SENDER = "news@collect.example"


@pytest.fixture
def mailbox(installation: Installation) -> Iterator[Mailbox]:
    """Take the installation's mail."""
    with taking_mail() as taken:
        made = dataclasses.replace(settings.CONFIG, mail=MailServer("127.0.0.1", taken.port, "none", SENDER))
        with override_settings(CONFIG=made):
            yield taken


@pytest.fixture
def live(installation: Installation, mailbox: Mailbox) -> Initiative:
    """Give a demonstration that collects."""
    if not (assets.BUNDLE / "assets.json").exists():
        pytest.skip("the signatory's script is not built: make assets")
    with open_premises(settings.CONFIG, place.BUNDLE) as premises:
        place.go_live(installation.demonstration, premises, ("ES",))
    return installation.demonstration
