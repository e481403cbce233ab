"""The ledger adds up, names whom the law names, and forgets nothing: a struck entry stays, struck."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civium.errors import Refused
from civium.server.office import funding
from civium.server.office.funding import Given
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

DAY = date(2026, 5, 1)


def test_a_sponsor_is_named_above_five_hundred_in_all(initiative: Initiative) -> None:
    funding.enter_support(initiative, Given("Lantern Fund", "money", 500_00, DAY), ONE, now=NOW)
    assert [one.is_named for one in funding.sponsors(initiative)] == [False]
    second = funding.enter_support(initiative, Given("LANTERN FUND", "money", 1, DAY), ONE, now=NOW)
    (sponsor,) = funding.sponsors(initiative)
    assert (sponsor.name, sponsor.cents, sponsor.is_named) == ("Lantern Fund", 500_01, True)
    funding.strike_support(initiative, second.pk, "entered twice", ONE, now=NOW)
    assert [one.is_named for one in funding.sponsors(initiative)] == [False]
    assert [(entry.cents, entry.struck_reason) for entry in funding.ledger(initiative)] == [(500_00, ""), (1, "entered twice")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Given(" ", "money", 1, DAY), "sponsor-missing"),
        (Given("A", "gold", 1, DAY), "support-kind"),
        (Given("A", "money", 0, DAY), "support-amount"),
        (Given("A", "help", 1, DAY), "support-amount"),
        (Given("A", "money", funding.LARGEST_CENTS + 1, DAY), "support-amount"),
        (Given("A", "money", 1, date(2026, 11, 22)), "support-day-ahead"),
        (Given("A", "money", 1, DAY, "x" * 501), "typed-too-long"),
    ],
)
def test_what_is_no_entry_is_refused(initiative: Initiative, given: Given, code: str) -> None:
    with pytest.raises(Refused, match=code):
        funding.enter_support(initiative, given, ONE, now=NOW)
    assert funding.ledger(initiative) == ()


def test_an_entry_is_struck_once_and_with_a_reason(initiative: Initiative, tmp_path: Path) -> None:
    entry = funding.enter_support(initiative, Given("A", "money", 1, DAY), ONE, now=NOW)
    with pytest.raises(Refused, match="support-reason-missing"):
        funding.strike_support(initiative, entry.pk, " ", ONE, now=NOW)
    other = place.add_initiative(tmp_path / "other", slug="other", registration_number="DEMO-2")
    with pytest.raises(Refused, match="support-unknown"):
        funding.strike_support(other, entry.pk, "why", ONE, now=NOW)
    funding.strike_support(initiative, entry.pk, "wrong", ONE, now=NOW)
    with pytest.raises(Refused, match="support-unknown"):
        funding.strike_support(initiative, entry.pk, "again", ONE, now=NOW)
