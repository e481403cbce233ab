"""A demonstration is destroyed when its time is over; nothing else is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.initiatives import lifecycle, manifests, retention, setup
from civium.server.initiatives.counts import counts
from civium.server.initiatives.models import Initiative, JournalEntry, LegalHold
from civium.server.initiatives.premises import Premises

from . import place
from .place import NOW, ONE, TODAY, TWO

pytestmark = pytest.mark.usefixtures("civium_db")


@pytest.fixture
def live(tmp_path: Path, premises: Premises) -> Initiative:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    return initiative


def _destroy(initiative: Initiative, premises: Premises) -> int:
    return retention.destroy_demonstration(initiative, premises, ONE, now=NOW, progress=lambda done, total: None)


def test_its_time_is_over_fourteen_days_after_go_live(live: Initiative) -> None:
    assert retention.due_on(live) == TODAY + timedelta(days=14)
    assert retention.expired_demonstrations(today=TODAY + timedelta(days=13)) == []
    assert retention.expired_demonstrations(today=TODAY + timedelta(days=14)) == [live]


def test_envelopes_go_and_leaf_records_stay(live: Initiative, premises: Premises) -> None:
    collection = manifests.live_collection(live)
    for jurisdiction, count in (("ES", 5), ("MT", 3)):
        place.receive(premises, collection, jurisdiction, count)
    roots = [premises.store.root(head.log, head.size) for head in premises.store.heads(collection.identifier)]
    assert _destroy(live, premises) == 8
    heads = premises.store.heads(collection.identifier)
    assert [premises.store.root(head.log, head.size) for head in heads] == roots
    rows = [row for head in heads for row in premises.store.read_rows(head.log, 0, head.size)]
    assert {(row.envelope, row.reason) for row in rows} == {(None, "destroyed-by-law")}
    counted = counts(live, premises)
    assert (counted.entries, counted.destroyed, counted.received) == (8, 8, 0)
    ended = setup.find_initiative(live.slug)
    assert lifecycle.phase_of(ended, today=TODAY) == "ended"
    assert retention.expired_demonstrations(today=TODAY + timedelta(days=99)) == []
    entry = JournalEntry.objects.last()
    assert entry is not None
    assert (entry.act, entry.facts) == ("demonstration-destroyed", {"statements": 8})


def test_a_legal_hold_keeps_a_demonstration_until_it_is_lifted(live: Initiative, premises: Premises) -> None:
    place.receive(premises, manifests.live_collection(live), "ES", 2)
    later = TODAY + timedelta(days=14)
    hold = LegalHold.objects.create(
        initiative=live, proceedings="Case 7", reason="It is asked for.", ends_by="A judgment", placed_on=TODAY
    )
    assert retention.expired_demonstrations(today=later) == []
    with pytest.raises(Refused, match="hold-in-force"):
        _destroy(live, premises)
    assert counts(live, premises).destroyed == 0
    hold.lifted_on = TODAY
    hold.save()
    assert retention.expired_demonstrations(today=later) == [live]
    assert _destroy(live, premises) == 2


def test_an_interrupted_destruction_goes_on_where_it_stopped(
    live: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    place.receive(premises, manifests.live_collection(live), "ES", 5)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retention.destroy_demonstration(live, premises, ONE, now=NOW, progress=stop)
    again = setup.find_initiative(live.slug)
    assert retention.due_on(again) is not None
    assert _destroy(again, premises) == 3


def test_statements_that_count_are_not_destroyed_whole(tmp_path: Path, premises: Premises) -> None:
    place.make_installation("central")
    central = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    with pytest.raises(Refused, match="not-live"):
        _destroy(central, premises)
    place.receive(premises, place.go_live(central, premises), "ES", 1)
    assert retention.due_on(central) is None
    with pytest.raises(Refused, match="not-a-demonstration"):
        retention.destroy_demonstration(central, premises, TWO, now=NOW, progress=lambda done, total: None)
    assert counts(central, premises).destroyed == 0
