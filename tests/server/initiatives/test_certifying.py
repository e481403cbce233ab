"""Hand-overs with their day and way, confirmations, certificates, what they add up to, and submission."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.initiatives import certifying, handing_over, live, milestones
from civium.server.initiatives.certifying import Certified, record_certificate, tally
from civium.server.initiatives.handing_over import Delivery
from civium.server.initiatives.models import Certificate, HandOver, Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.states import State
from civium.server.publishing.notices import handed_over

from . import life
from .life import Place
from .place import TWO

pytestmark = pytest.mark.usefixtures("civium_db")


@pytest.fixture
def here(tmp_path: Path, premises: Premises) -> Place:
    return life.build(State.HANDED_OVER, tmp_path, premises)


def _certified(here: Place, **changed: object) -> Certified:
    told = Certified("ES", 3, 150_000, here.today, "ES-2027-1")
    return dataclasses.replace(told, **changed)  # type: ignore[arg-type]


def test_a_hand_over_keeps_its_day_its_way_and_its_number(here: Place) -> None:
    life.package(here, "MT")
    delivery = Delivery(here.today - timedelta(days=2), "in-person")
    handing_over.hand_over(here.initiative, here.premises, "MT", "online", TWO, now=here.now, delivery=delivery)
    kept = HandOver.objects.get(jurisdiction="MT")
    assert (kept.statements, kept.handed_over_on, kept.way) == (2, date(2027, 4, 18), "in-person")
    entry = JournalEntry.objects.filter(act="log-handed-over").last()
    assert entry is not None
    told = {"jurisdiction": "MT", "channel": "online", "statements": 2, "on": "2027-04-18", "way": "in-person"}
    assert entry.facts == told


@pytest.mark.parametrize(
    ("delivery", "code"),
    [
        (Delivery(date(2027, 4, 21), "in-person"), "day-in-the-future"),
        (Delivery(date(2027, 4, 12), "in-person"), "day-too-early"),
        (Delivery(date(2027, 4, 18), "by-pigeon"), "way-unknown"),
    ],
)
def test_a_day_or_a_way_that_cannot_be_is_refused(here: Place, delivery: Delivery, code: str) -> None:
    life.package(here, "MT")
    with pytest.raises(Refused, match=code):
        handing_over.hand_over(here.initiative, here.premises, "MT", "online", TWO, now=here.now, delivery=delivery)
    with pytest.raises(Refused, match=code):
        handing_over.hand_over_elsewhere(here.initiative, "MT", "sheets", 5, TWO, now=here.now, delivery=delivery)
    assert not HandOver.objects.filter(jurisdiction="MT").exists()


def test_sheets_are_handed_over_once_with_a_number(here: Place) -> None:
    delivery = Delivery(here.today, "carrier")
    for jurisdiction, channel, number, code in (
        ("DE", "sheets", 5, "already-handed-over"),
        ("XX", "sheets", 5, "jurisdiction-unknown"),
        ("LU", "sheets", 0, "number-out-of-bounds"),
        ("LU", "sheets", -5, "number-out-of-bounds"),
        ("LU", "central", 5, "channel-unknown"),
        ("LU", "online", 5, "channel-unknown"),
    ):
        with pytest.raises(Refused, match=code):
            handing_over.hand_over_elsewhere(here.initiative, jurisdiction, channel, number, TWO, now=here.now, delivery=delivery)


def test_a_hand_over_stopped_after_the_notice_is_recorded_by_running_it_again(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    life.package(here, "MT")
    really = here.premises.store.change_collection

    def stopped(*arguments: object, **named: object) -> None:
        really(*arguments, **named)  # type: ignore[arg-type]
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(here.premises.store, "change_collection", stopped)
        with pytest.raises(Stopped):
            handing_over.hand_over(here.initiative, here.premises, "MT", "online", TWO, now=here.now)
    assert not HandOver.objects.filter(jurisdiction="MT").exists()
    size = here.premises.store.notices_frontier().size
    handing_over.hand_over(here.initiative, here.premises, "MT", "online", TWO, now=here.now)
    assert HandOver.objects.get(jurisdiction="MT").statements == 2
    assert here.premises.store.notices_frontier().size == size, "told once"
    with pytest.raises(Refused, match="already-handed-over"):
        handing_over.hand_over(here.initiative, here.premises, "MT", "online", TWO, now=here.now)


def test_what_is_left_here_is_listed(here: Place) -> None:
    assert list(handing_over.logs_here(here.initiative, here.premises)) == [("MT", "online", 2)]
    assert len(handed_over(here.premises.store)) == 1


def test_a_receipt_comes_after_the_hand_over_and_for_it_alone(here: Place) -> None:
    with pytest.raises(Refused, match="not-handed-over"):
        handing_over.record_receipt(here.initiative, "LU", here.today, TWO, now=here.now)
    with pytest.raises(Refused, match="day-too-early"):
        handing_over.record_receipt(here.initiative, "ES", here.today - timedelta(days=1), TWO, now=here.now)
    handing_over.record_receipt(here.initiative, "ES", here.today, TWO, now=here.now)
    assert {one.channel for one in HandOver.objects.filter(received_on=here.today)} == {"online", "sheets"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"jurisdiction": "LU"}, "not-handed-over"),
        ({"jurisdiction": "XX"}, "jurisdiction-unknown"),
        ({"online_valid": 4}, "certified-more-than-handed-over"),
        ({"paper_valid": 150_001}, "certified-more-than-handed-over"),
        ({"online_valid": -1}, "number-out-of-bounds"),
        ({"on": date(2027, 4, 19)}, "day-too-early"),
        ({"on": date(2027, 4, 21)}, "day-in-the-future"),
        ({"reference": " "}, "line-malformed"),
        ({"reference": "x" * 201}, "line-malformed"),
    ],
)
def test_a_certificate_that_cannot_be_is_refused(here: Place, changed: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        record_certificate(here.initiative, _certified(here, **changed), TWO, now=here.now)
    assert not Certificate.objects.exists()


def test_a_certificate_is_corrected_and_the_journal_keeps_what_stood_there(here: Place) -> None:
    record_certificate(here.initiative, _certified(here), TWO, now=here.now)
    record_certificate(here.initiative, _certified(here, online_valid=2), TWO, now=here.now)
    kept = Certificate.objects.get()
    assert (kept.online_valid, kept.valid) == (2, 150_002)
    entry = JournalEntry.objects.get(act="certificate-corrected")
    assert entry.facts["before"] == {"online": 3, "paper": 150_000, "on": "2027-04-20"}


def test_certificates_add_up_against_the_thresholds(here: Place) -> None:
    assert tally(here.initiative).awaited == ("BE", "DE", "ES", "FR", "IT", "NL", "PL", "RO")
    record_certificate(here.initiative, _certified(here), TWO, now=here.now)
    added = tally(here.initiative)
    assert (added.progress.total, added.progress.over, added.is_enough) == (150_003, ("ES",), False)
    assert "ES" not in added.awaited
    with pytest.raises(Refused) as refused:
        milestones.submit(here.initiative, TWO, on=here.today, reference="", now=here.now)
    assert refused.value.code == "too-few-certified"
    assert refused.value.facts == {"valid": 150_003, "goal": 1_000_000, "over": 1, "needed": 7}


def test_six_states_are_too_few_whatever_they_give(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.ENDED, tmp_path, premises)
    delivery = Delivery(here.today, "in-person")
    for code in life.ON_PAPER[:6]:
        handing_over.hand_over_elsewhere(here.initiative, code, "sheets", 300_000, TWO, now=here.now, delivery=delivery)
        told = Certified(code, 0, 300_000, here.today, code)
        record_certificate(here.initiative, told, TWO, now=here.now)
    assert tally(here.initiative).progress.total == 1_800_000
    with pytest.raises(Refused, match="too-few-certified"):
        milestones.submit(here.initiative, TWO, on=here.today, reference="", now=here.now)


def test_enough_is_not_insufficient_and_what_was_submitted_is_not_withdrawn(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.CERTIFIED, tmp_path, premises)
    with pytest.raises(Refused, match="enough-certified"):
        milestones.record_insufficient(here.initiative, TWO, on=here.today, now=here.now)
    life.submit(here)
    with pytest.raises(Refused, match="already-submitted"):
        milestones.withdraw(here.initiative, premises, TWO, on=here.today, now=here.now)
    milestones.record_publication(here.initiative, TWO, on=here.today, now=here.now)
    with pytest.raises(Refused, match="already-published"):
        milestones.record_publication(here.initiative, TWO, on=here.today, now=here.now)
    with pytest.raises(Refused, match="day-too-early"):
        milestones.record_answer(
            here.initiative, TWO, on=here.today - timedelta(days=1), reference="", action_announced=True, now=here.now
        )
    life.answer(here)
    kinds = set(here.initiative.events.values_list("kind", flat=True))
    assert kinds == {"submitted", "published", "answered", "action-announced"}


def test_a_withdrawal_ends_at_once_what_is_collected(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.LIVE, tmp_path, premises)
    life.withdraw(here)
    again = Initiative.objects.get()
    collection = again.live_collection()
    assert collection is not None
    assert premises.store.collection(collection.identifier).state == "ended"
    assert (again.closes_on, collection.ended_on) == (here.today, here.today)
    assert certifying.tally(again).progress.total == 0


def test_a_withdrawal_stopped_after_the_end_is_run_again(
    tmp_path: Path, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    here = life.build(State.LIVE, tmp_path, premises)

    def stopped(*arguments: object, **named: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(milestones, "keep_event", stopped)
        with pytest.raises(Stopped):
            life.withdraw(here)
    here.initiative = Initiative.objects.get()
    life.withdraw(here)
    assert [one.kind for one in here.initiative.events.all()] == ["withdrawn"]


def test_a_withdrawn_initiative_does_not_go_live_and_gets_no_package(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.SET_UP, tmp_path, premises)
    life.withdraw(here)
    with pytest.raises(Refused, match="initiative-withdrawn"):
        live.open_collection(here.initiative, premises, live.GoLive(TWO, accepts_closed_online=True), now=here.now)
