"""`civium console`, as the operator types it: the link that lets somebody in, who is there, letting in again."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator

from civium.command import parser
from civium.errors import Refused
from civium.server.commands import console
from civium.server.console.models import Membership
from civium.server.initiatives.models import JournalEntry
from tests.server.console.conftest import PASSWORD, Clock, Installation, make_account, new_browser
from tests.server.initiatives import place

BY = {"by": "Wanda", "and_by": None}


@pytest.fixture(autouse=True)
def _begun(installation: Installation, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "begin", lambda _: installation.config)
    monkeypatch.setattr(console, "now", lambda: clock.now)


def invite(address: str = "anna@organisers.example", role: str = "operator", initiative: str | None = None) -> None:
    assert console.run_invite(argparse.Namespace(**BY, address=address, role=role, initiative=initiative)) == 0


def test_the_first_operator_gets_in_by_the_link_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    invite()
    told = capsys.readouterr()
    link = told.out.strip()
    assert link.startswith("https://collect.example/console/invitation/")
    assert "anna@" not in told.out + told.err
    made = new_browser().post(urlsplit(link).path, {"name": "Anna Ribeiro", "password": PASSWORD})
    assert made["Location"] == "/console/account/factors/"
    assert JournalEntry.objects.filter(act="account-invited").get().persons == ["Wanda"]


def test_a_role_that_is_not_there_is_refused() -> None:
    for role, initiative in (("king", None), ("representative", None), ("operator", "quiet-skies")):
        with pytest.raises(Refused, match="role-unknown"):
            invite(role=role, initiative=initiative)


def test_the_list_shows_who_is_there_and_who_is_invited(capsys: pytest.CaptureFixture[str], installation: Installation) -> None:
    account = make_account("Anna Ribeiro", "anna@organisers.example")
    Membership.objects.create(account=account, initiative=installation.petition, role="auditor", since=place.TODAY)
    invite("ben@operator.example")
    capsys.readouterr()
    assert console.run_people(argparse.Namespace()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "initiative   role      name          address",
        "quiet-skies  auditor   Anna Ribeiro  anna@organisers.example",
        "-            operator  (invited)     ben@operator.example",
    ]


def test_an_address_that_was_closed_is_opened(installation: Installation) -> None:
    make_account("Anna Ribeiro", "anna@organisers.example", password=PASSWORD)
    form = {"login": "anna@organisers.example", "password": "not-the-right-one"}
    assert [new_browser().post("/console/log-on/", form).status_code for _ in range(6)] == [422] * 5 + [429]
    assert console.run_unlock(argparse.Namespace(**BY, address="Anna@organisers.example", lost=False)) == 0
    assert new_browser().post("/console/log-on/", form | {"password": PASSWORD}).status_code == 302
    with pytest.raises(Refused, match="account-unknown"):
        console.run_unlock(argparse.Namespace(**BY, address="nobody@organisers.example", lost=False))


def test_an_operator_who_lost_everything_gets_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    account = make_account("Anna Ribeiro", "anna@organisers.example")
    Membership.objects.create(account=account, role="operator", since=place.TODAY)
    assert console.run_unlock(argparse.Namespace(**BY, address="anna@organisers.example", lost=True)) == 0
    path = urlsplit(capsys.readouterr().out.strip()).path
    assert new_browser().post(path, {"password": PASSWORD}).status_code == 303
    assert not Authenticator.objects.filter(user=account).exists()


def test_the_commands_are_there() -> None:
    parsed = parser().parse_args(["console", "invite", "a@b.example", "--role", "operator", "--by", "Wanda"])
    assert parsed.run is console.run_invite
