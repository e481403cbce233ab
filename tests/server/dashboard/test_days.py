"""Sums by day: from leaf records, each read once; as the public log moved; right with none, with one, and with two million."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from civium.server.dashboard import days
from civium.server.dashboard.models import CountedLog
from civium.server.dashboard.overview import overview
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from tests.server.dashboard.conftest import LargeStore, show
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, TODAY

pytestmark = pytest.mark.usefixtures("civium_db")
DAY = timedelta(days=1)


def test_nothing_received_is_no_day(live: Initiative, premises: Premises) -> None:
    show(premises.store)
    seen = overview(live, premises.store, now=NOW)
    assert seen is not None
    assert (seen.received, seen.series.days, seen.forecast, seen.bursts, seen.counted_share) == (0, (), None, (), 1.0)
    assert seen.pace.week is None


def test_one_statement_is_one_on_its_day(live: Initiative, premises: Premises) -> None:
    place.receive(premises, live_collection(live), "MT", 1)
    show(premises.store)
    seen = overview(live, premises.store, now=NOW)
    assert seen is not None
    assert (seen.received, seen.series.days, seen.series.all_entries) == (1, (TODAY,), (1,))
    alone = overview(live, premises.store, now=NOW, jurisdiction="MT")
    assert alone is not None
    assert alone.margin is not None
    assert (alone.received, alone.margin.received, alone.margin.outlook, alone.goal) == (1, 1, "far", alone.margin.threshold)
    other = overview(live, premises.store, now=NOW, jurisdiction="ES")
    assert other is not None
    assert (other.received, other.series.all_entries) == (0, (0,))


def test_states_and_days_move_with_the_public_log_and_the_total_at_once(live: Initiative, premises: Premises) -> None:
    place.receive(premises, live_collection(live), "ES", 3)
    seen = overview(live, premises.store, now=NOW)
    assert seen is not None
    assert (seen.received, sum(seen.series.all_entries), seen.progress.total) == (3, 0, 0)
    show(premises.store)
    seen = overview(live, premises.store, now=NOW)
    assert seen is not None
    assert (seen.received, sum(seen.series.all_entries), seen.progress.total) == (3, 3, 3)


def test_a_leaf_is_counted_once_however_often_one_looks(live: Initiative, premises: Premises) -> None:
    collection = live_collection(live)
    place.receive(premises, collection, "ES", 5, on=TODAY - DAY)
    place.receive(premises, collection, "ES", 2)
    show(premises.store)
    assert days.count_days(premises.store, collection, most=4) == 4
    assert not days.shown(collection).is_counted
    assert days.count_days(premises.store, collection) == 3
    assert days.count_days(premises.store, collection) == 0
    seen = days.shown(collection)
    assert (seen.series.days, seen.series.entries["ES"], seen.is_counted) == ((TODAY - DAY, TODAY), (5, 2), True)


def test_of_two_that_count_the_same_piece_one_does(live: Initiative, premises: Premises) -> None:
    collection = live_collection(live)
    place.receive(premises, collection, "ES", 4)
    show(premises.store)

    class Late:
        """A store whose reader is overtaken by another process before it writes."""

        def collection(self, identifier: bytes) -> object:
            return premises.store.collection(identifier)

        def read_leaves(self, *asked: object) -> list[bytes]:
            assert days.count_days(premises.store, collection) == 4
            return premises.store.read_leaves(*asked)

    assert days.count_days(Late(), collection) == 0
    assert sum(days.shown(collection).series.all_entries) == 4


def test_what_was_destroyed_stays_in_its_day_and_leaves_the_count(live: Initiative, premises: Premises) -> None:
    collection = live_collection(live)
    place.receive(premises, collection, "ES", 3)
    premises.store.destroy_body(place.log_of(premises, collection, "ES"), 0, reason="destroyed-by-organisers")
    show(premises.store)
    seen = overview(live, premises.store, now=NOW)
    assert seen is not None
    assert (seen.received, seen.series.all_entries, seen.series.destroyed["ES"]) == (2, (3,), 1)


def test_two_million_are_read_once_and_then_never_again(live: Initiative, premises: Premises) -> None:
    opened = date(2026, 4, 14)
    spain = [(opened + timedelta(days=place_), 8_600) for place_ in range(220)]
    malta = [(opened + timedelta(days=place_), 500) for place_ in range(216)]
    store = LargeStore(premises.store, {"ES": spain, "MT": malta})
    collection = live_collection(live)
    show(store)
    assert days.count_days(store, collection) == 2_000_000 == store.reads
    seen = overview(live, store, now=NOW)
    assert seen is not None
    assert seen.received == 2_000_000
    assert (seen.series.all_entries[0], seen.series.all_entries[-1], len(seen.series.days)) == (9_100, 8_600, 220)
    assert seen.forecast is not None
    assert seen.forecast.pace > 8_000
    assert store.reads == 2_000_000
    assert CountedLog.objects.exclude(size=0).count() == 2


def test_a_page_counts_what_it_can_and_says_how_much(live: Initiative, premises: Premises) -> None:
    store = LargeStore(premises.store, {"ES": [(TODAY - DAY, 90_000)]})
    show(store)
    seen = overview(live, store, now=NOW)
    assert seen is not None
    assert 0 < seen.counted_share < 0.25
    assert seen.forecast is None
    assert store.reads == 20_000
