"""Partners: what a code may be, and that no figure below the threshold can be seen or worked out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from civium.errors import Refused
from civium.server.campaign.models import SourceDay
from civium.server.campaign.partners import MOST_PARTNERS, THRESHOLD, Figures, add_partner, figures, retire_partner
from civium.server.initiatives.journal import check_journal, read_journal
from tests.server.initiatives import place

if TYPE_CHECKING:
    from civium.server.initiatives.models import Collection


def _told(collection: Collection, *days: int, code: str = "rail-forum") -> Figures:
    """Give what is shown of a partner of whom so many told on the days before today, the last one yesterday."""
    initiative = collection.initiative
    partner = initiative.partners.filter(code=code).first() or add_partner(
        initiative, code, "Rail Forum", place.ONE, now=place.NOW
    )
    SourceDay.objects.filter(partner=partner).delete()
    for ago, told in enumerate(reversed(days), start=1):
        SourceDay.objects.create(partner=partner, day=place.TODAY - timedelta(ago), told=told)
    return next(one for one in figures(initiative, today=place.TODAY) if one.code == code)


@pytest.mark.parametrize("code", ["", "Rail", "rail_forum", "-rail", "rail--forum", "rail-", "ραιλ", "a" * 33, "a b", "rail\n"])
def test_a_code_is_letters_digits_and_single_hyphens(collection: Collection, code: str) -> None:
    with pytest.raises(Refused, match="partner-code"):
        add_partner(collection.initiative, code, "Rail Forum", place.ONE, now=place.NOW)
    assert collection.initiative.partners.count() == 0


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201])
def test_a_partner_has_a_name_that_can_be_read(collection: Collection, name: str) -> None:
    with pytest.raises(Refused, match="partner-name"):
        add_partner(collection.initiative, "rail-forum", name, place.ONE, now=place.NOW)


def test_a_code_keeps_its_meaning_for_ever(collection: Collection) -> None:
    initiative = collection.initiative
    add_partner(initiative, "rail-forum", "Rail Forum", place.ONE, now=place.NOW)
    retire_partner(initiative, "rail-forum", place.ONE, now=place.NOW)
    with pytest.raises(Refused, match="partner-known"):
        add_partner(initiative, "rail-forum", "Somebody else", place.ONE, now=place.NOW)
    with pytest.raises(Refused, match="partner-unknown"):
        retire_partner(initiative, "rail-forum", place.ONE, now=place.NOW)


def test_both_acts_stand_in_the_journal(collection: Collection) -> None:
    initiative = collection.initiative
    add_partner(initiative, "rail-forum", "Rail Forum", place.ONE, now=place.NOW)
    retire_partner(initiative, "rail-forum", place.ONE, now=place.NOW)
    last = [entry for entry in read_journal(initiative) if entry["act"].endswith("-partner")]
    assert [(entry["act"], entry["facts"]) for entry in last] == [
        ("add-partner", {"code": "rail-forum"}),
        ("retire-partner", {"code": "rail-forum"}),
    ]
    assert check_journal() >= 2


def test_partners_are_bounded(collection: Collection) -> None:
    from civium.server.campaign.models import Partner

    Partner.objects.bulk_create(
        Partner(initiative=collection.initiative, code=f"p{number}", name="x", added_on=place.TODAY)
        for number in range(MOST_PARTNERS)
    )
    with pytest.raises(Refused, match="partners-many"):
        add_partner(collection.initiative, "one-more", "x", place.ONE, now=place.NOW)


def test_a_day_is_shown_from_the_threshold_on(collection: Collection) -> None:
    told = _told(collection, 9, 10, 31)
    assert [count for _, count in told.days] == [10, 31]
    assert told.other_days == 0
    assert told.total == 41


def test_today_is_not_shown_before_it_is_over(collection: Collection) -> None:
    told = _told(collection, 12)
    SourceDay.objects.create(partner=collection.initiative.partners.get(), day=place.TODAY, told=500)
    assert figures(collection.initiative, today=place.TODAY) == (told,)
    assert told.total == 12


def test_no_small_day_follows_from_a_difference(collection: Collection) -> None:
    """Whoever notes the total every day learns of small days only when they make up another ten."""
    seen = [_told(collection, *([7] * length)).total for length in range(8)]
    assert seen == [0, 0, 10, 20, 20, 30, 40, 40]
    assert all(total % THRESHOLD == 0 for total in seen)


def test_a_partner_without_figures_shows_none(collection: Collection) -> None:
    assert _told(collection).total == 0
