"""`civium initiative partners`, as organisers type it."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

import pytest

from civium.command import parser
from civium.server.campaign.models import Partner, SourceDay
from civium.server.commands import partners
from civium.server.config import Config
from tests.server.initiatives import place

pytestmark = pytest.mark.usefixtures("civium_db")
BY = {"slug": "night-trains", "by": "Anna", "and_by": None}


@pytest.fixture(autouse=True)
def installation(civium_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An initiative in set-up: links are prepared before it opens."""
    made = Config.from_environment({"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"})
    place.make_installation()
    place.add_initiative(tmp_path / "folder")
    monkeypatch.setattr(partners, "begin", lambda _: made)
    monkeypatch.setattr(partners, "now", lambda: place.NOW)


def _add(code: str = "rail-forum", name: str = "Rail Forum") -> None:
    assert partners.run_add(argparse.Namespace(**BY, code=code, name=name)) == 0


def test_adding_gives_the_link_to_give_out(capsys: pytest.CaptureFixture[str]) -> None:
    _add()
    assert capsys.readouterr().out == "added: rail-forum\nlink: https://collect.example/i/night-trains#source=rail-forum\n"


def test_the_list_tells_what_may_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    _add()
    _add("stand-7", "Stand at the station")
    rail = Partner.objects.get(code="rail-forum")
    for ago, told in ((1, 12), (2, 9), (3, 8), (0, 400)):
        SourceDay.objects.create(partner=rail, day=place.TODAY - timedelta(ago), told=told)
    assert partners.run_retire(argparse.Namespace(**BY, code="stand-7")) == 0
    capsys.readouterr()
    assert partners.run_list(argparse.Namespace(slug="night-trains", days=True)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "code        name                  state    told",
        "rail-forum  Rail Forum            counted  22",
        "stand-7     Stand at the station  retired  under 10",
        f"rail-forum {place.TODAY - timedelta(1)} 12",
        "rail-forum other days 10 or a few more",
    ]


def test_the_commands_are_under_the_initiative() -> None:
    parsed = parser().parse_args(["initiative", "partners", "add", "night-trains", "rail-forum", "Rail Forum", "--by", "Anna"])
    assert parsed.run is partners.run_add
    assert (parsed.slug, parsed.code, parsed.name, parsed.by) == ("night-trains", "rail-forum", "Rail Forum", "Anna")
