"""Going live: every rule that stands before it, by name; and what is there afterwards."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import authority_key, canonical, checkpoint, manifest
from civium.law.browser_rules import encode_rules
from civium.law.procedure import load_procedure
from civium.server.initiatives import keys, live, setup
from civium.server.initiatives.models import Collection, Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.publishing.log_keys import load_log_key

from . import place
from .place import NOW, ONE, TODAY, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
ACCEPTING = live.GoLive(TWO, accepts_closed_online=True)


@pytest.fixture
def demonstration(tmp_path: Path) -> Initiative:
    place.make_installation()
    return place.add_initiative(tmp_path / "folder")


@pytest.fixture
def central(tmp_path: Path) -> Initiative:
    place.make_installation("central")
    initiative = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.add_proven_key(initiative, "ES")
    return initiative


def _refused(initiative: Initiative, premises: Premises, decision: live.GoLive, code: str, **facts: object) -> None:
    with pytest.raises(Refused) as caught:
        live.open_collection(initiative, premises, decision, now=NOW)
    assert caught.value.code == code
    assert facts.items() <= caught.value.facts.items()
    assert premises.store.collections() == ()
    assert initiative.live_collection() is None
    assert premises.store.notices_frontier().size == 0


def test_a_live_collection_promises_what_was_set_up(demonstration: Initiative, premises: Premises) -> None:
    collection = place.go_live(demonstration, premises, ("ES", "MT"))
    version = collection.current_manifest()
    raw = bytes(version.manifest)
    log_key = load_log_key(premises.keys_folder, collection.identifier).public_key().public_bytes_raw()
    promised = manifest.check_signature(raw, version.signature, log_key)
    procedure = load_procedure("eci")
    assert (promised.sequence, promised.previous, promised.deployment) == (1, b"", "demonstration")
    assert (promised.opens_on, promised.closes_on) == (demonstration.opens_on, demonstration.closes_on)
    assert promised.rules_sha256 == sha256(encode_rules(procedure)).digest()
    assert promised.texts == {language: sha256(text.encode()).digest() for language, text in version.texts.items()}
    assert set(promised.texts) == {"en", "el"} == set(promised.wording)
    assert promised.bundle == place.BUNDLE
    assert {code: entries[0].key_id for code, entries in promised.keys.items()} == {
        code: place.private_key(code).public.key_id for code in ("ES", "MT")
    }
    assert set(promised.logs) == {f"{code}/online" for code in procedure.jurisdictions}
    assert promised.origin("MT", "online") == checkpoint.log_origin("collect.example", collection.identifier, "MT", "online")


def test_the_store_has_it_with_its_notice(demonstration: Initiative, premises: Premises) -> None:
    collection = place.go_live(demonstration, premises, ("ES", "MT"))
    (kept,) = premises.store.collections()
    assert kept.identifier == collection.identifier
    assert (kept.state, kept.goal, len(kept.logs)) == ("collecting", 1_000_000, 27)
    assert {key.jurisdiction for key in kept.keys} == {"ES", "MT"}
    assert kept.manifests[-1].manifest_hash == bytes(collection.current_manifest().sha256)
    (notice,) = premises.store.read_notices(0, 1)
    told = canonical.parse(notice, limit=4096)
    assert (told["kind"], told["sequence"], told["sha256"]) == ("manifest", 1, bytes(collection.current_manifest().sha256).hex())
    assert JournalEntry.objects.get(act="collection-opened").persons == ["Anna", "Bo"]


def test_the_text_carries_what_the_official_form_shows(demonstration: Initiative, premises: Premises) -> None:
    version = place.go_live(demonstration, premises).current_manifest()
    told = canonical.parse(version.texts["el"].encode(), limit=1 << 20)
    assert told["title"] == place.GREEK["title"]
    assert [person["name"] for person in told["organisers"]] == ["Annelore Vantieghem", "Tomaž Breznikar"]
    assert told["registration"] == "DEMO-1"


def test_an_initiative_goes_live_once(demonstration: Initiative, premises: Premises) -> None:
    place.go_live(demonstration, premises)
    with pytest.raises(Refused, match="already-live"):
        live.open_collection(demonstration, premises, ACCEPTING, now=NOW)
    assert len(premises.store.collections()) == 1


def test_law_58_an_own_system_may_collect_no_more(tmp_path: Path, premises: Premises) -> None:
    place.make_installation("individual")
    real = {"deployment": "individual", "registration_number": "ECI(2026)000007"}
    late = place.add_initiative(tmp_path / "a", **real)
    _refused(late, premises, ACCEPTING, "individual-collection-registered-too-late", latest="2022-12-31")
    old = place.add_initiative(
        tmp_path / "b",
        slug="old",
        **{**real, "registration_number": "ECI(2022)000007"},
        registered_on="2022-12-30",
        collection_start_on="2023-06-29",
        collection_end_on="2024-06-28",
    )
    _refused(old, premises, ACCEPTING, "period-is-over")


def test_a_companion_collects_nothing(tmp_path: Path, premises: Premises) -> None:
    place.make_installation("companion")
    initiative = place.add_initiative(tmp_path / "a", deployment="companion", registration_number="ECI(2026)000007")
    _refused(initiative, premises, ACCEPTING, "nothing-is-collected")


def test_two_persons_go_live_outside_a_demonstration(central: Initiative, premises: Premises) -> None:
    _refused(central, premises, dataclasses.replace(ACCEPTING, by=ONE), "second-person-missing")


def test_the_commission_was_told_in_time(central: Initiative, premises: Premises) -> None:
    # 14 April 2026 less ten working days is 31 March.
    for name, code in (("start_told_on", "start-not-told"), ("channels_told_on", "channels-not-told")):
        kept = getattr(central, name)
        for day in (None, kept + timedelta(days=12), TODAY + timedelta(days=1)):
            setattr(central, name, day)
            _refused(central, premises, dataclasses.replace(ACCEPTING, leaves_out=frozenset()), code, latest="2026-03-31")
        setattr(central, name, kept + timedelta(days=11))
    live.open_collection(central, premises, ACCEPTING, now=NOW)


def test_what_is_over_is_not_opened(demonstration: Initiative, premises: Premises) -> None:
    place.add_proven_key(demonstration, "ES")
    with pytest.raises(Refused, match="period-is-over"):
        live.open_collection(demonstration, premises, ACCEPTING, now=NOW.replace(year=2027))


def test_a_language_without_its_privacy_statement_is_left_out_knowingly(tmp_path: Path, premises: Premises) -> None:
    place.make_installation("individual")
    texts = {"en": place.ENGLISH, "hr": {"title": "Noćni vlakovi", "objectives": "Tražimo noćne vlakove."}}
    initiative = place.add_initiative(tmp_path / "a", texts, deployment="individual", registration_number="ECI(2026)000007")
    with pytest.raises(Refused, match="language-not-offered") as caught:
        live._check_languages(initiative, ACCEPTING)
    assert caught.value.facts == {"language": "hr"}
    live._check_languages(initiative, dataclasses.replace(ACCEPTING, leaves_out=frozenset({"hr"})))


def test_keys_are_proven_and_missing_ones_accepted(demonstration: Initiative, premises: Premises) -> None:
    _refused(demonstration, premises, ACCEPTING, "keys-missing", missing=27)
    unproven = keys.add_key(demonstration, authority_key.encode(place.private_key("LU").public), ONE, now=NOW)
    place.add_proven_key(demonstration, "ES")
    _refused(demonstration, premises, ACCEPTING, "key-unproven", jurisdiction="LU")
    keys.retire_key(unproven, ONE, now=NOW)
    _refused(demonstration, premises, live.GoLive(ONE), "keys-missing", missing=26, first="BE")
    live.check_ready(demonstration, premises, ACCEPTING, today=TODAY)


def test_with_all_keys_nothing_needs_to_be_accepted(demonstration: Initiative, premises: Premises) -> None:
    place.add_all_keys(demonstration)
    live.open_collection(demonstration, premises, live.GoLive(ONE), now=NOW)
    assert len({key.jurisdiction for key in premises.store.collections()[0].keys}) == 27


def test_without_a_script_nobody_could_sign(demonstration: Initiative, premises: Premises) -> None:
    place.add_proven_key(demonstration, "ES")
    _refused(demonstration, dataclasses.replace(premises, bundle={}), ACCEPTING, "bundle-missing")


class _Stopped(Exception):
    """The process was killed here."""


def test_an_opening_the_store_never_saw_is_begun_anew(
    demonstration: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write is lost: the process stops before the store commits."""
    place.add_proven_key(demonstration, "ES")

    def stopped(opening: object) -> None:
        raise _Stopped

    with monkeypatch.context() as patch:
        patch.setattr(premises.store, "open_collection", stopped)
        with pytest.raises(_Stopped):
            live.open_collection(demonstration, premises, ACCEPTING, now=NOW)
    assert demonstration.live_collection() is None
    collection = live.open_collection(demonstration, premises, ACCEPTING, now=NOW)
    assert [kept.identifier for kept in premises.store.collections()] == [collection.identifier]
    assert Collection.objects.count() == 1


def test_an_opening_the_store_committed_is_finished(
    demonstration: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write is kept, but the reply is lost: the process stops after the store's commit."""
    place.add_proven_key(demonstration, "ES")
    really = premises.store.open_collection

    def stopped(opening: object) -> None:
        really(opening)  # type: ignore[arg-type]
        raise _Stopped

    with monkeypatch.context() as patch:
        patch.setattr(premises.store, "open_collection", stopped)
        with pytest.raises(_Stopped):
            live.open_collection(demonstration, premises, ACCEPTING, now=NOW)
    collection = live.open_collection(demonstration, premises, ACCEPTING, now=NOW)
    assert [kept.identifier for kept in premises.store.collections()] == [collection.identifier]
    assert premises.store.notices_frontier().size == 1
    assert setup.find_initiative("night-trains").live_collection() == collection
