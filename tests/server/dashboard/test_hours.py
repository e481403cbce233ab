"""Sums by hour: received as differences of totals, the rest from the intake's tally; nothing finer, nothing of a State."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from civium.errors import Refused
from civium.formats import posting
from civium.server.dashboard import hours
from civium.server.dashboard.models import HourCount
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.intake.tally import Tally, Told
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW

pytestmark = pytest.mark.usefixtures("civium_db")
HOUR = timedelta(hours=1)


def test_what_came_between_two_looks_belongs_to_the_hour_of_the_second(live: Initiative) -> None:
    collection = live_collection(live)
    assert hours.note_total(collection, 2_000_000, now=NOW) == 0
    assert hours.note_total(collection, 2_000_003, now=NOW + HOUR) == 3
    assert hours.note_total(collection, 2_000_003, now=NOW + HOUR) == 0
    assert hours.note_total(collection, 2_000_010, now=NOW + HOUR) == 7
    assert hours.hours(collection, since=NOW - HOUR) == {hours.hour_of(NOW + HOUR): Counter(received=10)}


def test_the_hour_that_comes_twice_when_summer_ends_is_two_hours(live: Initiative) -> None:
    collection = live_collection(live)
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Brussels, and 02:30 again an hour later
    hours.note_total(collection, 0, now=before)
    hours.note_total(collection, 5, now=before)
    hours.note_total(collection, 11, now=before + HOUR)
    counted = hours.hours(collection, since=before - HOUR)
    assert sorted((hour, one["received"]) for hour, one in counted.items()) == [
        (datetime(2026, 10, 25, 0, tzinfo=UTC), 5),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 6),
    ]


def test_hours_go_after_five_weeks(live: Initiative) -> None:
    collection = live_collection(live)
    for back in (0, 34, 36):
        HourCount.objects.create(collection=collection, hour=NOW - timedelta(days=back), kind="page", count=1)
    hours.forget_hours(now=NOW)
    assert HourCount.objects.count() == 2


def test_the_tally_counts_the_page_with_the_form_in_every_language_and_no_other(live: Initiative) -> None:
    collection = live_collection(live)
    told = Told(
        pages=Counter({"/en/i/night-trains": 2, "/pt/i/night-trains": 3, "/en/i/night-trains/progress": 9, "/en/i/other": 9}),
        challenges=Counter({collection.identifier: 4, bytes(16): 9}),
        refusals=Counter({(collection.identifier, "unknown-key"): 1, (b"", "unknown-key"): 9}),
    )
    hours.HourBook().add(told, NOW)
    hours.HourBook().add(told, NOW)
    (counted,) = hours.hours(collection, since=NOW - HOUR).values()
    assert counted == {"page": 10, "challenge": 8, "refused:unknown-key": 2}


def test_a_posting_is_counted_for_the_collection_it_names_and_for_none_if_it_names_none(live: Initiative) -> None:
    collection = live_collection(live)
    (sealed,) = place.envelopes(collection, "ES", 1)
    raw = posting.encode(posting.Posting(sealed))
    kept: list[Told] = []

    class Book:
        def add(self, told: Told, hour: datetime) -> None:
            kept.append(told)

    tally = Tally(Book())
    tally.refused(raw, {collection.identifier}, "unknown-key")
    tally.refused(raw, {bytes(16)}, "unknown-collection")
    tally.refused(b"nonsense", {collection.identifier}, "posting-size")
    asyncio.run(tally.keep(NOW))
    asyncio.run(tally.keep(NOW))
    assert [told.refusals for told in kept] == [Counter({(collection.identifier, "unknown-key"): 1})]


def test_what_could_not_be_kept_stays_in_memory() -> None:
    kept: list[Told] = []

    class Book:
        is_away = True

        def add(self, told: Told, hour: datetime) -> None:
            if self.is_away:
                raise Refused("store-unavailable")
            kept.append(told)

    book = Book()
    tally = Tally(book)
    tally.page("/en/i/night-trains")
    with pytest.raises(Refused):
        asyncio.run(tally.keep(NOW))
    tally.page("/en/i/night-trains")
    book.is_away = False
    asyncio.run(tally.keep(NOW))
    assert kept[0].pages == {"/en/i/night-trains": 2}


def test_the_store_is_the_only_source_of_a_total(live: Initiative, premises: Premises) -> None:
    collection = live_collection(live)
    hours.note_total(collection, 0, now=NOW)
    place.receive(premises, collection, "ES", 2)
    size = sum(head.size for head in premises.store.heads(collection.identifier))
    assert hours.note_total(collection, size, now=NOW) == 2
