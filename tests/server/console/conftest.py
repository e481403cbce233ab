"""What tests of the console share: an installation with two initiatives, and browsers logged on in every role, with a second factor.

`installation.demonstration` and `installation.petition` are kept initiatives (the second counts: two persons decide);
`browser_of("representative", installation.demonstration)` is a Django test client; `browser.account` is who is logged on;
`clock.now = ...` moves the time that requests read; requests begin at `place.NOW`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.test.utils import override_settings

from civium.server.config import Config
from civium.server.console import gate
from civium.server.console.models import Account, Membership
from civium.server.console.permissions import Role
from civium.server.console.sessions import SessionStore
from civium.server.initiatives.models import Initiative
from civium.server.store.opening import prepare_store
from tests.server.conftest import database_settings
from tests.server.initiatives import place

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "correct-horse-battery"
_NAMES = {
    "representative": "Annelore Vantieghem",
    "substitute": "Tomaž Breznikar",
    "member": "Ines Quintão",
    "mandated": "Rasa Gudaitė",
    "security-officer": "Per Hallqvist",
    "auditor": "Maeve Tarrant",
    "clerk": "Jonas Weidlich",
    "partner": "Elina Saarnio",
    "observer": "Luc Fontenoy",
    "operator": "Dorota Kmiecik",
}


@dataclass
class Clock:
    """The time that requests read."""

    now: datetime


@dataclass(frozen=True)
class Installation:
    """A data folder with both schemas, and two initiatives in it."""

    config: Config
    demonstration: Initiative
    petition: Initiative

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.config.folder


class Browser(Client):
    """A browser without script, logged on as somebody; `account` is who."""

    account: Account

    def post(self, path: str, data: Any = None, **extra: Any) -> Any:
        """Post a form of this site, as a page of it would."""
        extra.setdefault("headers", {"sec-fetch-site": "same-origin", "origin": "null"})
        return super().post(path, data, **extra)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock of the console, standing still."""
    made = Clock(place.NOW)
    monkeypatch.setattr(gate, "clock", lambda: made.now)
    return made


@pytest.fixture
def config(civium_db: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Config]:
    """Give the settings of this test's installation, in force."""
    made = Config.from_environment(
        {"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"} | database_settings(civium_db.parent)
    )
    # Tests have no folder with a key of its own; what lies under the lazy object can be put back though it is empty.
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "for tests of the console alone, and long enough to be one")
    with override_settings(CONFIG=made):
        yield made


@pytest.fixture
def installation(config: Config, tmp_path: Path) -> Installation:
    """Give an installation for petitions: a demonstration beside one that counts, both in set-up, nothing collected yet."""
    prepare_store(config)
    place.make_installation("procedure")
    demonstration = place.add_initiative(tmp_path / "demonstration")
    petition = place.add_initiative(
        tmp_path / "petition",
        {"en": place.ENGLISH, "ca": {"title": "Cels tranquils", "objectives": "Demanem cels tranquils."}},
        slug="quiet-skies",
        procedure="petition",
        deployment="procedure",
        registration_number="VAL-2026-007",
        registered_on="2026-09-01",
        collection_start_on="2026-10-01",
        collection_end_on="2027-03-31",
    )
    return Installation(config, demonstration, petition)


def make_account(name: str, address: str, *, password: str = "") -> Account:
    """Make an account with a second factor; its password is slow to hash, so that only tests of log-ons give one."""
    account = Account(name=name, email=address, made_on=place.TODAY)
    if password:
        account.set_password(password)
    else:
        account.set_unusable_password()
    account.save()
    TOTP.activate(account, SECRET)
    return account


def log_on(browser: Browser, account: Account, *, at: datetime = place.NOW) -> None:
    """Give a browser the session that a log-on with a second factor leaves."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    factor = Authenticator.objects.get(user=account, type="totp")
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": at.timestamp(), "id": factor.pk, "type": "totp"}]
    session["seen_at"] = session["started_at"] = session["second_factor_at"] = at.astimezone(UTC).timestamp()
    session["device"] = "Firefox, Linux"
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    browser.account = account


def new_browser(*, checks_forgery: bool = False) -> Browser:
    """Give a browser that knows nobody. Forged requests are checked where a test says so; test_every_screen.py does for all."""
    return Browser(headers={"host": "collect.example"}, enforce_csrf_checks=checks_forgery)


BrowserOf = Callable[[str, "Initiative | None"], Browser]


@pytest.fixture
def browser_of(installation: Installation, clock: Clock) -> BrowserOf:
    """Give a browser logged on in a role of an initiative (None: of the installation); the same role twice is the same person."""

    def browser(role: str, initiative: Initiative | None = None) -> Browser:
        where = initiative.slug if initiative is not None else "installation"
        address = f"{role}.{where}@organisers.example"
        account = Account.objects.filter(email=address).first()
        if account is None:
            account = make_account(_NAMES[role], address)
            Membership.objects.create(account=account, initiative=initiative, role=Role(role).value, since=place.TODAY)
        made = new_browser()
        log_on(made, account, at=clock.now)
        return made

    return browser


@pytest.fixture
def stranger() -> Browser:
    """Give a browser that nobody is logged on with."""
    return new_browser()
