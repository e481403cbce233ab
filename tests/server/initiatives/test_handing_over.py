"""Handing over: after a package, by two, once, in public; from then on the intake sends signatories to the authority."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats.export import PACKAGE, WORKING_COPY
from civium.server.initiatives import exports, handing_over, journal, manifests
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.publishing.notices import handed_over

from . import place
from .place import NOW, ONE

pytestmark = pytest.mark.usefixtures("civium_db")


@pytest.fixture
def live(tmp_path: Path, premises: Premises) -> Initiative:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    return initiative


def _export(live: Initiative, premises: Premises, folder: Path, kind: str) -> None:
    wanted = exports.Wanted("ES", "online", kind)
    exports.make_export(live, premises, wanted, folder, ONE, now=NOW, progress=lambda *_: None)


def test_a_log_is_handed_over_after_its_package_and_once(live: Initiative, premises: Premises, tmp_path: Path) -> None:
    collection = manifests.live_collection(live)
    place.receive(premises, collection, "ES", 3)
    _export(live, premises, tmp_path, WORKING_COPY)
    with pytest.raises(Refused, match="nothing-to-hand-over"):
        handing_over.hand_over(live, premises, "ES", "online", ONE, now=NOW)
    _export(live, premises, tmp_path, PACKAGE)
    before = premises.store.collection(collection.identifier).version
    log = handing_over.hand_over(live, premises, "ES", "online", ONE, now=NOW)
    assert log.jurisdiction == "ES"
    assert handed_over(premises.store) == {(collection.identifier, "ES", "online")}
    assert premises.store.collection(collection.identifier).version == before + 1
    with pytest.raises(Refused, match="already-handed-over"):
        handing_over.hand_over(live, premises, "ES", "online", ONE, now=NOW)
    (entry,) = JournalEntry.objects.filter(act="log-handed-over")
    assert entry.facts == {"jurisdiction": "ES", "channel": "online"}
    journal.check_journal()
    size = premises.store.notices_frontier().size
    assert b'"kind":"hand-over"' in premises.store.read_notices(size - 1, size)[0]


def test_an_unknown_log_is_refused(live: Initiative, premises: Premises) -> None:
    for jurisdiction, channel in (("XX", "online"), ("ES", "paper")):
        with pytest.raises(Refused, match="unknown-jurisdiction"):
            handing_over.hand_over(live, premises, jurisdiction, channel, ONE, now=NOW)


def test_two_persons_hand_over_outside_a_demonstration(tmp_path: Path, premises: Premises) -> None:
    place.make_installation("central")
    central = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.go_live(central, premises)
    with pytest.raises(Refused, match="second-person-missing"):
        handing_over.hand_over(central, premises, "ES", "online", ONE, now=NOW)
