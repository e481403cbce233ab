"""After go-live: manifests follow each other, pause and resume reach the store, an end is earlier and for ever."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import canonical, manifest
from civium.server.initiatives import keys, lifecycle, manifests, setup
from civium.server.initiatives.folder import read_folder
from civium.server.initiatives.models import Collection, Initiative, JournalEntry, ManifestVersion
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


@pytest.fixture
def central(tmp_path: Path, premises: Premises) -> Initiative:
    place.make_installation("central")
    initiative = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.go_live(initiative, premises)
    return initiative


def _collection(initiative: Initiative) -> Collection:
    return manifests.live_collection(initiative)


def _state(initiative: Initiative, premises: Premises) -> str:
    return premises.store.collection(_collection(initiative).identifier).state


def test_the_phases_of_an_initiative(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    assert lifecycle.phase_of(initiative, today=TODAY) == "set-up"
    place.go_live(initiative, premises)
    phases = {
        day: lifecycle.phase_of(initiative, today=date.fromisoformat(day)) for day in ("2026-04-13", "2026-04-14", "2027-04-13")
    }
    assert phases == {"2026-04-13": "waiting", "2026-04-14": "collecting", "2027-04-13": "collecting"}
    assert lifecycle.phase_of(initiative, today=date(2027, 4, 14)) == "ended"
    lifecycle.pause(initiative, premises, ONE, now=NOW)
    assert lifecycle.phase_of(setup.find_initiative(initiative.slug), today=TODAY) == "paused"


def test_a_manifest_follows_only_what_changed(live: Initiative, premises: Premises, tmp_path: Path) -> None:
    first = _collection(live).current_manifest()
    assert manifests.renew_manifest(live, premises, ONE, now=NOW) == first
    place.add_proven_key(live, "LU")
    second = manifests.renew_manifest(live, premises, ONE, now=NOW)
    folder = place.write_folder(tmp_path / "folder", website="https://night-trains.example/")
    setup.update_initiative(live, read_folder(folder, today=TODAY), ONE, now=NOW)
    third = manifests.renew_manifest(live, premises, ONE, now=NOW)
    assert (second.sequence, third.sequence) == (2, 3)
    chain = manifest.check_chain(
        [(signed.raw, signed.signature) for signed in premises.store.manifests(_collection(live).identifier)]
    )
    assert [promised.sequence for promised in chain] == [1, 2, 3]
    assert set(chain[0].keys) == {"ES", "MT"}
    assert set(chain[1].keys) == {"ES", "MT", "LU"}
    assert chain[2].texts["en"] != chain[1].texts["en"]


def test_pages_still_open_are_heard_until_the_end_of_the_next_day(live: Initiative, premises: Premises) -> None:
    place.add_proven_key(live, "LU")
    manifests.renew_manifest(live, premises, ONE, now=NOW)
    kept = premises.store.collection(_collection(live).identifier)
    assert [accepted.accepted_until for accepted in kept.manifests] == [TODAY + timedelta(days=1), None]
    notices = [canonical.parse(raw, limit=4096) for raw in premises.store.read_notices(0, 2)]
    assert [notice["sequence"] for notice in notices] == [1, 2]


def test_a_rotated_key_is_sealed_to_and_the_old_one_still_heard(live: Initiative, premises: Premises) -> None:
    place.add_proven_key(live, "ES", 1)
    manifests.renew_manifest(live, premises, ONE, now=NOW)
    kept = premises.store.collection(_collection(live).identifier)
    ids = [key.key_id for key in kept.keys if key.jurisdiction == "ES"]
    assert ids == [place.private_key("ES", number).public.key_id for number in (1, 0)]
    keys.retire_key(keys.find_key(live, "ES", ids[1].hex()), ONE, now=NOW)
    manifests.renew_manifest(live, premises, ONE, now=NOW)
    kept = premises.store.collection(_collection(live).identifier)
    assert [key.key_id for key in kept.keys if key.jurisdiction == "ES"] == ids[:1]


def test_before_go_live_there_is_nothing_to_renew_pause_or_end(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    for act in (manifests.renew_manifest, lifecycle.pause, lifecycle.resume, lifecycle.end_now):
        with pytest.raises(Refused, match="not-live"):
            act(initiative, premises, ONE, now=NOW)
    with pytest.raises(Refused, match="not-live"):
        lifecycle.end_early(initiative, premises, ONE, last_day=TODAY, told_on=None, now=NOW)


def test_one_may_pause_and_two_go_on(central: Initiative, premises: Premises) -> None:
    lifecycle.pause(central, premises, ONE, now=NOW)
    assert _state(central, premises) == "paused"
    with pytest.raises(Refused, match="second-person-missing"):
        lifecycle.resume(central, premises, ONE, now=NOW)
    lifecycle.resume(central, premises, TWO, now=NOW)
    assert _state(central, premises) == "collecting"
    acts = [(entry.act, entry.persons) for entry in JournalEntry.objects.all()][-2:]
    assert acts == [("collection-paused", ["Anna"]), ("collection-resumed", ["Anna", "Bo"])]


def test_no_statement_is_committed_after_a_pause(live: Initiative, premises: Premises) -> None:
    lifecycle.pause(live, premises, ONE, now=NOW)
    place.receive(premises, _collection(live), "ES", 1)
    assert sum(head.size for head in premises.store.heads(_collection(live).identifier)) == 0
    lifecycle.resume(live, premises, ONE, now=NOW)
    place.receive(premises, _collection(live), "ES", 1)
    assert sum(head.size for head in premises.store.heads(_collection(live).identifier)) == 1


def test_a_pause_that_was_stopped_half_way_is_run_again(
    live: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    really = premises.store.change_collection

    def stopped(*arguments: object, **named: object) -> None:
        really(*arguments, **named)  # type: ignore[arg-type]
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(premises.store, "change_collection", stopped)
        with pytest.raises(Stopped):
            lifecycle.pause(live, premises, ONE, now=NOW)
    assert not JournalEntry.objects.filter(act="collection-paused").exists()
    again = setup.find_initiative(live.slug)
    lifecycle.pause(again, premises, ONE, now=NOW)
    assert _state(again, premises) == "paused"
    assert lifecycle.phase_of(again, today=TODAY) == "paused"


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_renewal_that_was_stopped_half_way_is_run_again(
    live: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool
) -> None:
    class Stopped(Exception):
        pass

    really = premises.store.change_collection

    def stopped(*arguments: object, **named: object) -> None:
        if is_kept:
            really(*arguments, **named)  # type: ignore[arg-type]
        raise Stopped

    place.add_proven_key(live, "LU")
    with monkeypatch.context() as patch:
        patch.setattr(premises.store, "change_collection", stopped)
        with pytest.raises(Stopped):
            manifests.renew_manifest(live, premises, ONE, now=NOW)
    version = manifests.renew_manifest(live, premises, ONE, now=NOW)
    assert version.sequence == 2
    published = premises.store.manifests(_collection(live).identifier)
    assert [signed.raw for signed in published] == [bytes(kept.manifest) for kept in ManifestVersion.objects.order_by("sequence")]
    assert premises.store.notices_frontier().size == 2


def test_an_earlier_end_is_a_new_manifest(central: Initiative, premises: Premises) -> None:
    last = date(2026, 12, 18)
    with pytest.raises(Refused, match="second-person-missing"):
        lifecycle.end_early(central, premises, ONE, last_day=last, told_on=TODAY, now=NOW)
    lifecycle.end_early(central, premises, TWO, last_day=last, told_on=TODAY, now=NOW)
    kept = premises.store.collection(_collection(central).identifier)
    assert kept.closes_on == last == setup.find_initiative(central.slug).closes_on
    assert manifest.parse(bytes(_collection(central).current_manifest().manifest)).closes_on == last
    assert manifests.renew_manifest(setup.find_initiative(central.slug), premises, TWO, now=NOW).sequence == 2


def test_an_end_is_earlier_not_past_and_told(central: Initiative, premises: Premises) -> None:
    def end(day: date, told_on: date | None) -> None:
        lifecycle.end_early(central, premises, TWO, last_day=day, told_on=told_on, now=NOW)

    with pytest.raises(Refused, match="end-not-earlier"):
        end(central.closes_on, TODAY)
    with pytest.raises(Refused, match="end-in-the-past"):
        end(TODAY - timedelta(days=1), TODAY)
    # Ten working days from Saturday 21 November: the earliest last day is Friday 4 December, told on the 20th.
    for day, told_on in ((date(2026, 12, 18), None), (TODAY, TODAY), (date(2026, 12, 18), TODAY + timedelta(days=1))):
        with pytest.raises(Refused, match="end-not-told"):
            end(day, told_on)
    with pytest.raises(Refused, match="end-not-told"):
        lifecycle.end_now(central, premises, TWO, now=NOW)


def test_a_demonstration_ends_at_once_and_for_ever(live: Initiative, premises: Premises) -> None:
    lifecycle.end_now(live, premises, ONE, now=NOW)
    ended = setup.find_initiative(live.slug)
    assert _state(ended, premises) == "ended"
    assert lifecycle.phase_of(ended, today=TODAY) == "ended"
    for act in (lifecycle.pause, lifecycle.resume, lifecycle.end_now):
        with pytest.raises(Refused, match="collection-ended"):
            act(ended, premises, ONE, now=NOW)
    with pytest.raises(Refused, match="collection-ended"):
        lifecycle.end_early(ended, premises, ONE, last_day=TODAY, told_on=None, now=NOW)
    chain = premises.store.manifests(_collection(ended).identifier)
    assert manifest.parse(chain[-1].raw).closes_on == TODAY


def test_an_earlier_end_that_was_stopped_half_way_stays(
    live: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    last = TODAY + timedelta(days=5)
    really = premises.store.change_collection

    def stopped(*arguments: object, **named: object) -> None:
        really(*arguments, **named)  # type: ignore[arg-type]
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(premises.store, "change_collection", stopped)
        with pytest.raises(Stopped):
            lifecycle.end_early(live, premises, ONE, last_day=last, told_on=None, now=NOW)
    again = setup.find_initiative(live.slug)
    place.add_proven_key(again, "LU")
    renewed = manifests.renew_manifest(again, premises, ONE, now=NOW)
    assert (renewed.sequence, manifest.parse(bytes(renewed.manifest)).closes_on) == (3, last)
    lifecycle.end_early(again, premises, ONE, last_day=last, told_on=None, now=NOW)
    assert setup.find_initiative(live.slug).closes_on == last == premises.store.collections()[0].closes_on


def test_the_folder_may_still_say_the_first_end(live: Initiative, premises: Premises, tmp_path: Path) -> None:
    last = TODAY + timedelta(days=5)
    lifecycle.end_early(live, premises, ONE, last_day=last, told_on=None, now=NOW)
    folder = place.write_folder(tmp_path / "folder", website="https://night-trains.example/")
    changed = setup.update_initiative(setup.find_initiative(live.slug), read_folder(folder, today=TODAY), ONE, now=NOW)
    assert changed == ("website",)
    later = place.write_folder(tmp_path / "folder", collection_end_on="2026-12-24")
    with pytest.raises(Refused, match="live-unchangeable"):
        setup.update_initiative(setup.find_initiative(live.slug), read_folder(later, today=TODAY), ONE, now=NOW)
    assert setup.find_initiative(live.slug).closes_on == last


def test_days_counted_from_today_are_settled_at_go_live(premises: Premises, tmp_path: Path) -> None:
    place.make_installation()
    offsets = {"registered_on": None, "collection_start_on": None, "collection_end_on": None}
    offsets |= {f"{name}_offset_days": days for name, days in zip(offsets, (-30, -10, 90), strict=True)}  # type: ignore[misc]
    initiative = place.add_initiative(tmp_path / "folder", **offsets)
    place.go_live(initiative, premises)
    tomorrow = read_folder(tmp_path / "folder", today=TODAY + timedelta(days=1))
    assert setup.update_initiative(initiative, tomorrow, ONE, now=NOW) == ()


def test_another_procedure_is_opened_by_its_own_rules(premises: Premises, tmp_path: Path) -> None:
    """A petition in an invented region with three provinces: other numbers, languages, goals, and no Commission to tell."""
    place.make_installation("procedure")
    petition = place.add_initiative(
        tmp_path / "folder",
        {"en": place.ENGLISH, "ca": {"title": "Trens nocturns", "objectives": "Demanem trens nocturns."}},
        procedure="petition",
        deployment="procedure",
        registration_number="VAL-2026-007",
        registered_on="2026-09-01",
        collection_start_on="2026-10-01",
        collection_end_on="2027-03-31",
    )
    collection = place.go_live(petition, premises, ("VAL-N",))
    assert petition.goal == 3000
    assert {log.jurisdiction for log in premises.store.collections()[0].logs} == {"VAL-N", "VAL-C", "VAL-S"}
    promised = manifest.parse(bytes(collection.current_manifest().manifest))
    assert (promised.procedure, promised.deployment, set(promised.texts)) == ("petition", "procedure", {"en", "ca"})
    lifecycle.end_now(petition, premises, TWO, now=NOW)
    assert lifecycle.phase_of(petition, today=TODAY) == "ended"
