"""Destroying one statement: by its identifier, in its own initiative, once; the leaf record and the count tell."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import envelope, receipt
from civium.server.initiatives import destruction, holds, manifests
from civium.server.initiatives.counts import counts
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.initiatives.premises import Premises

from . import place
from .place import NOW, ONE, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
CAUSE = "asked-by-signatory"


@pytest.fixture
def live(tmp_path: Path, premises: Premises) -> Initiative:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    return initiative


def _identifier(raw: bytes) -> str:
    return str(receipt.identifier(envelope.envelope_hash(raw)))


def test_a_statement_is_destroyed_and_its_leaf_record_kept(live: Initiative, premises: Premises) -> None:
    collection = manifests.live_collection(live)
    place.receive(premises, collection, "ES", 10)
    raws = place.receive(premises, collection, "MT", 5000)
    root = premises.store.root(place.log_of(premises, collection, "MT"), 5000)
    log, index = destruction.destroy_statement(live, premises, f" {_identifier(raws[4321]).upper()} ", CAUSE, ONE, now=NOW)
    assert (log.jurisdiction, index) == ("MT", 4321)
    (row,) = premises.store.read_rows(log, index, index + 1)
    assert (row.envelope, row.reason, row.evidence) == (None, "destroyed-by-organisers", b"")
    assert premises.store.root(log, 5000) == root
    counted = counts(live, premises)
    assert (counted.entries, counted.destroyed, counted.received) == (5010, 1, 5009)
    assert {place_.code: place_.count for place_ in counted.progress.jurisdictions if place_.count} == {"ES": 10, "MT": 4999}
    assert counted.progress.over == ("MT",)


def test_the_journal_says_which_entry_and_nothing_of_what_was_in_it(live: Initiative, premises: Premises) -> None:
    (raw,) = place.receive(premises, manifests.live_collection(live), "ES", 1)
    destruction.destroy_statement(live, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    entry = JournalEntry.objects.last()
    assert entry is not None
    assert entry.facts == {"jurisdiction": "ES", "channel": "online", "index": 0, "cause": CAUSE}


def test_it_is_destroyed_once(live: Initiative, premises: Premises) -> None:
    (raw,) = place.receive(premises, manifests.live_collection(live), "ES", 1)
    destruction.destroy_statement(live, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    with pytest.raises(Refused, match="already-destroyed"):
        destruction.destroy_statement(live, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    assert JournalEntry.objects.filter(act="statement-destroyed").count() == 1


def test_another_initiatives_identifier_is_unknown_here(live: Initiative, premises: Premises, tmp_path: Path) -> None:
    other = place.add_initiative(tmp_path / "other", slug="other", registration_number="DEMO-2")
    place.go_live(other, premises)
    (raw,) = place.receive(premises, manifests.live_collection(other), "ES", 1)
    with pytest.raises(Refused, match="unknown-entry"):
        destruction.destroy_statement(live, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    assert counts(other, premises).received == 1


def test_what_is_no_identifier_or_no_cause_is_refused(live: Initiative, premises: Premises) -> None:
    (raw,) = place.receive(premises, manifests.live_collection(live), "ES", 1)
    for text in ("", "ES/1", str(uuid.UUID(int=4)), _identifier(raw)[:-1], _identifier(raw).replace("-8", "-4", 1)):
        with pytest.raises(Refused, match=r"identifier-malformed|unknown-entry"):
            destruction.destroy_statement(live, premises, text, CAUSE, ONE, now=NOW)
    with pytest.raises(Refused, match="cause-unknown"):
        destruction.destroy_statement(live, premises, _identifier(raw), "I do not like it", ONE, now=NOW)
    assert counts(live, premises).destroyed == 0


def test_two_persons_destroy_outside_a_demonstration(tmp_path: Path, premises: Premises) -> None:
    place.make_installation("central")
    central = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    (raw,) = place.receive(premises, place.go_live(central, premises), "ES", 1)
    with pytest.raises(Refused, match="second-person-missing"):
        destruction.destroy_statement(central, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    destruction.destroy_statement(central, premises, _identifier(raw), CAUSE, TWO, now=NOW)


def test_before_go_live_there_is_nothing_to_destroy(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    with pytest.raises(Refused, match="not-live"):
        destruction.destroy_statement(initiative, premises, str(uuid.uuid4()), CAUSE, ONE, now=NOW)
    with pytest.raises(Refused, match="not-live"):
        counts(initiative, premises)


def test_a_destruction_that_was_stopped_half_way_is_told_by_running_it_again(
    live: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    (raw,) = place.receive(premises, manifests.live_collection(live), "ES", 1)
    really = premises.store.destroy_body

    def stopped(*arguments: object, **named: object) -> None:
        really(*arguments, **named)  # type: ignore[arg-type]
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(premises.store, "destroy_body", stopped)
        with pytest.raises(Stopped):
            destruction.destroy_statement(live, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    assert not JournalEntry.objects.filter(act="statement-destroyed").exists()
    destruction.destroy_statement(live, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    assert JournalEntry.objects.filter(act="statement-destroyed").count() == 1
    assert counts(live, premises).destroyed == 1


def test_what_the_signatory_erased_is_not_claimed_by_organisers(live: Initiative, premises: Premises) -> None:
    collection = manifests.live_collection(live)
    (raw,) = place.receive(premises, collection, "ES", 1)
    premises.store.destroy_body(place.log_of(premises, collection, "ES"), 0, reason="erased-by-signatory", evidence=bytes(16))
    with pytest.raises(Refused, match="already-destroyed"):
        destruction.destroy_statement(live, premises, _identifier(raw), CAUSE, ONE, now=NOW)
    assert not JournalEntry.objects.filter(act="statement-destroyed").exists()


def test_under_a_hold_nothing_is_called_a_test(tmp_path: Path, premises: Premises) -> None:
    """Two persons could otherwise take out what a court waits for, two hundred at a time."""
    place.make_installation("central")
    central = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.go_live(central, premises)
    first, second = (_identifier(raw) for raw in place.receive(premises, manifests.live_collection(central), "ES", 2))
    holds.place_hold(central, holds.Proceedings("T-1/27", "contested", "the court"), TWO, now=NOW)
    with pytest.raises(Refused, match="hold-in-force"):
        destruction.destroy_statement(central, premises, first, "made-for-a-test", TWO, now=NOW)
    destruction.destroy_statement(central, premises, first, "asked-by-signatory", TWO, now=NOW)
    holds.lift_hold(central, TWO, ended_on=NOW.date(), now=NOW)
    destruction.destroy_statement(central, premises, second, "made-for-a-test", TWO, now=NOW)
