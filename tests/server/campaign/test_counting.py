"""From the intake's memory to daily totals: what is known, what is added, what is left out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from civium.errors import Refused
from civium.server.campaign.counting import SourceBook
from civium.server.campaign.models import SourceDay
from civium.server.campaign.partners import add_partner, retire_partner
from tests.server.initiatives import place

if TYPE_CHECKING:
    from civium.server.initiatives.models import Collection


def test_a_partner_is_known_until_it_is_retired(collection: Collection) -> None:
    book = SourceBook()
    assert book.known() == frozenset()
    add_partner(collection.initiative, "rail-forum", "Rail Forum", place.ONE, now=place.NOW)
    assert book.known() == {(collection.identifier, "rail-forum")}
    retire_partner(collection.initiative, "rail-forum", place.ONE, now=place.NOW)
    assert book.known() == frozenset()


def test_totals_are_added_by_day(collection: Collection) -> None:
    add_partner(collection.initiative, "rail-forum", "Rail Forum", place.ONE, now=place.NOW)
    book, yesterday = SourceBook(), place.TODAY - timedelta(1)
    book.add({(place.TODAY, collection.identifier, "rail-forum"): 3})
    book.add({(place.TODAY, collection.identifier, "rail-forum"): 4, (yesterday, collection.identifier, "rail-forum"): 1})
    assert list(SourceDay.objects.values_list("day", "told")) == [(yesterday, 1), (place.TODAY, 7)]


def test_what_is_of_no_partner_is_left_out(collection: Collection) -> None:
    SourceBook().add({(place.TODAY, collection.identifier, "nobody"): 3, (place.TODAY, bytes(16), "rail-forum"): 2})
    assert SourceDay.objects.count() == 0


def test_a_row_says_partner_day_and_number_alone() -> None:
    assert {field.name for field in SourceDay._meta.get_fields()} == {"id", "partner", "day", "told"}


def test_a_database_that_is_away_loses_nothing(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SourceDay._meta, "db_table", "elsewhere")
    add_partner(collection.initiative, "rail-forum", "Rail Forum", place.ONE, now=place.NOW)
    with pytest.raises(Refused, match="store-unavailable"):
        SourceBook().add({(place.TODAY, collection.identifier, "rail-forum"): 3})
