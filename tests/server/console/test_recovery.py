"""The way back after a loss: two others and the operator vouch, everybody is told, a day passes, and then everything old is gone."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test.utils import override_settings

from civium.errors import Refused
from civium.server.console.accounts import recovery
from civium.server.console.models import Account, Membership, Recovery
from civium.server.initiatives.models import JournalEntry
from civium.server.mail_server import MailServer
from tests.server.console.conftest import PASSWORD, Browser, BrowserOf, Clock, Installation, new_browser
from tests.server.console.lifecycle.going import text_of
from tests.server.initiatives import place
from tests.server.supporters.mailbox import taking_mail

PEOPLE = "/console/initiatives/quiet-skies/people/"
DAY = timedelta(hours=24)


class Cast:
    """Who is there: somebody who lost their telephone, three others, the operator."""

    def __init__(self, installation: Installation, browser_of: BrowserOf) -> None:
        self.lost = browser_of("member", installation.petition)
        self.first = browser_of("representative", installation.petition)
        self.second = browser_of("substitute", installation.petition)
        self.third = browser_of("mandated", installation.petition)
        self.operator = browser_of("operator", None)
        self.clerk = browser_of("clerk", installation.petition)
        self.key = Membership.objects.get(account=self.lost.account).pk

    def vouch(self, browser: Browser) -> int:
        """Vouch in the console; give the status."""
        return int(browser.post(f"{PEOPLE}{self.key}/vouch/").status_code)

    def agree(self) -> int:
        """Agree as the operator; give the status."""
        return int(self.operator.post(f"/console/installation/way-back/{Recovery.objects.get().pk}/agree/").status_code)

    def ask_for_link(self, browser: Browser) -> str | None:
        """Ask for the link to hand over."""
        answered = browser.post(f"{PEOPLE}way-back/{Recovery.objects.get().pk}/open/")
        found = re.search(r'id="link">([^<]+)<', answered.content.decode())
        return urlsplit(found[1]).path if found else None


@pytest.fixture
def cast(installation: Installation, browser_of: BrowserOf) -> Cast:
    """Give everybody, logged on."""
    return Cast(installation, browser_of)


def again(browsers: list[Browser], clock: Clock) -> None:
    """Let a day pass, and those log on again."""
    from tests.server.console.conftest import log_on

    clock.now += DAY
    for browser in browsers:
        log_on(browser, browser.account, at=clock.now)


def test_three_people_and_a_day_lead_back(cast: Cast, clock: Clock) -> None:
    assert cast.vouch(cast.first) == 303
    assert cast.ask_for_link(cast.first) is None
    assert cast.vouch(cast.second) == 303
    assert cast.agree() == 303
    assert cast.ask_for_link(cast.first) is None
    again([cast.first, cast.lost], clock)
    link = cast.ask_for_link(cast.first)
    assert link is not None
    browser = new_browser()
    assert cast.lost.account.name in browser.get(link).content.decode()
    assert browser.post(link, {"password": "short"}).status_code == 422
    assert browser.post(link, {"password": PASSWORD})["Location"] == "/console/account/factors/"
    # What opened the account before is gone: the session, the factor; and the link.
    assert cast.lost.get("/console/account/").status_code == 303
    assert not Authenticator.objects.filter(user=cast.lost.account).exists()
    assert new_browser().get(link).status_code == 410
    assert browser.get("/console/")["Location"] == "/console/account/factors/"
    acts = list(JournalEntry.objects.order_by("number").values_list("act", flat=True))
    assert acts[-6:] == [
        "way-back-vouched",
        "way-back-vouched",
        "way-back-agreed",
        "way-back-opened",
        "way-back-gone",
        "logged-on",
    ]


def test_one_alone_or_one_twice_or_oneself_is_not_enough(cast: Cast, clock: Clock) -> None:
    assert cast.vouch(cast.lost) == 422
    assert cast.vouch(cast.clerk) == 403
    assert cast.vouch(cast.first) == 303
    assert cast.vouch(cast.first) == 422
    assert cast.agree() == 303
    again([cast.first], clock)
    assert cast.ask_for_link(cast.first) is None


def test_the_operator_is_a_third_person(cast: Cast) -> None:
    """Who vouched in the initiative cannot agree for the installation, though they run it."""
    Membership.objects.create(account=cast.first.account, role="operator", since=place.TODAY)
    cast.vouch(cast.first)
    begun = Recovery.objects.get()
    assert cast.first.post(f"/console/installation/way-back/{begun.pk}/agree/").status_code == 422


def test_only_those_who_vouched_get_the_link(cast: Cast, clock: Clock) -> None:
    cast.vouch(cast.first)
    cast.vouch(cast.second)
    cast.agree()
    again([cast.third, cast.second], clock)
    assert cast.ask_for_link(cast.third) is None
    assert cast.ask_for_link(cast.second) is not None


def test_a_second_link_ends_the_first(cast: Cast, clock: Clock) -> None:
    cast.vouch(cast.first)
    cast.vouch(cast.second)
    cast.agree()
    again([cast.first, cast.second], clock)
    first, second = cast.ask_for_link(cast.first), cast.ask_for_link(cast.second)
    assert first is not None
    assert second is not None
    assert (new_browser().get(first).status_code, new_browser().get(second).status_code) == (410, 200)
    clock.now += timedelta(days=7)
    assert new_browser().get(second).status_code == 410


def test_everybody_sees_it_and_anybody_stops_it(cast: Cast) -> None:
    cast.vouch(cast.first)
    for browser in (cast.second, cast.third):
        text = text_of(browser.get(PEOPLE).content)
        assert f"Others say that {cast.lost.account.name} has lost what they log on with." in text
        assert "If two of the initiative and the operator say so" in text
        assert "If you doubt it, stop it; one is enough: People" in text
    assert "Others say that you have lost what you log on with." in text_of(cast.lost.get("/console/account/").content)
    assert "If you have lost nothing, stop it now" in cast.lost.get("/console/account/").content.decode()
    assert cast.lost.post("/console/account/way-back/stop/").status_code == 303
    assert not Recovery.objects.exists()
    cast.vouch(cast.first)
    assert cast.third.post(f"{PEOPLE}way-back/{Recovery.objects.get().pk}/stop/").status_code == 303
    assert not Recovery.objects.exists()


def test_the_notice_says_from_when_and_the_operator_stops_it_too(cast: Cast, clock: Clock) -> None:
    cast.vouch(cast.first)
    cast.vouch(cast.second)
    cast.agree()
    assert "From 22 November 2026, 13:00, Brussels time, a link to choose" in text_of(cast.third.get(PEOPLE).content)
    again([cast.third, cast.operator, cast.clerk], clock)
    assert "can be handed over now" in text_of(cast.third.get(PEOPLE).content)
    stop = f"/console/installation/way-back/{Recovery.objects.get().pk}/stop/"
    assert stop in cast.operator.get("/console/installation/").content.decode()
    assert cast.clerk.post(stop).status_code == 403
    assert cast.operator.post(stop).status_code == 303
    assert not Recovery.objects.exists()
    assert JournalEntry.objects.filter(act="way-back-stopped").count() == 1


def test_everybody_is_told_by_mail_where_there_is_a_mail_server(cast: Cast, installation: Installation) -> None:
    with taking_mail() as mailbox:
        mail = MailServer("127.0.0.1", mailbox.port, "none", "console@collect.example")
        with override_settings(CONFIG=dataclasses.replace(installation.config, mail=mail)):
            cast.vouch(cast.first)
            first = " ".join(mailbox.mails[0].get_content().split())
            told = sorted(letter["To"] for letter in mailbox.mails)
            cast.vouch(cast.second)
            cast.agree()
            last = " ".join(mailbox.mails[-1].get_content().split())
    assert told == sorted(Account.objects.values_list("email", flat=True))
    assert f"says that {cast.lost.account.name} has lost what they log on with." in first
    assert "If two of the initiative and the operator say so, a link can be handed over 24 hours later." in first
    assert "From 2026-11-22 13:00, Brussels time, a link can be handed over." in last
    assert "If you doubt it, stop it before: one is enough." in last


def test_an_operators_way_back_is_a_command_on_the_machine(cast: Cast) -> None:
    token = recovery.begin_on_the_machine(cast.operator.account, place.ONE, now=place.NOW)
    assert new_browser().get(f"/console/way-back/{token}/").status_code == 200
    with pytest.raises(Refused, match="operators-only"):
        recovery.begin_on_the_machine(cast.lost.account, place.ONE, now=place.NOW)
