"""Duplicate tokens of a live collection: its key in every manifest, work within bounds, repeats after the end alone, keys destroyed by two."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import envelope, leaf, manifest, posting
from civium.formats.export import PACKAGE
from civium.server.initiatives import exports, handing_over, lifecycle, live, manifests, rehearsals, retention, tokens
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.store.protocol import Candidate
from civium.server.tokens.kept import KeptTokens
from civium.server.tokens.keys import has_token_keys

from . import place
from .place import NOW, ONE, TODAY, TWO

pytestmark = pytest.mark.usefixtures("civium_db")


@pytest.fixture
def asking(tmp_path: Path, premises: Premises) -> Initiative:
    """A demonstration that asks for tokens and work."""
    place.make_installation()
    return _open(place.add_initiative(tmp_path / "folder"), premises)


@pytest.fixture
def central(tmp_path: Path, premises: Premises) -> Initiative:
    """One that counts, and asks for both."""
    place.make_installation("central")
    return _open(place.add_initiative(tmp_path / "folder", **place.CENTRAL), premises)


def _open(initiative: Initiative, premises: Premises) -> Initiative:
    for code in ("ES", "MT"):
        place.add_proven_key(initiative, code)
    decision = live.GoLive(TWO, accepts_closed_online=True, asks_tokens=True, work=5000)
    live.open_collection(initiative, premises, decision, now=NOW)
    return initiative


def _token_key(initiative: Initiative) -> bytes:
    current = manifests.live_collection(initiative).current_manifest()
    return manifest.parse(bytes(current.manifest)).token_key


def test_the_key_is_in_the_manifest_in_the_store_and_in_every_later_manifest(asking: Initiative, premises: Premises) -> None:
    collection = manifests.live_collection(asking)
    key = _token_key(asking)
    assert key == KeptTokens(premises.keys_folder).public_key(collection.identifier)
    kept = premises.store.collection(collection.identifier)
    assert (kept.token_key, kept.work) == (key, 5000)
    place.add_proven_key(asking, "LU")
    renewed = manifests.renew_manifest(asking, premises, TWO, now=NOW)
    assert (renewed.sequence, manifest.parse(bytes(renewed.manifest)).token_key) == (2, key)


def test_without_tokens_there_is_no_key(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    collection = place.go_live(initiative, premises)
    assert _token_key(initiative) == b""
    assert not has_token_keys(premises.keys_folder, collection.identifier)


@pytest.mark.parametrize(("work", "asks_tokens"), [(-1, False), (500_001, False), (0, True), (999, True), (500_001, True)])
def test_work_out_of_bounds_does_not_go_live(tmp_path: Path, premises: Premises, work: int, asks_tokens: bool) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.add_proven_key(initiative, "ES")
    with pytest.raises(Refused, match="work-out-of-bounds"):
        live.open_collection(initiative, premises, live.GoLive(TWO, True, asks_tokens=asks_tokens, work=work), now=NOW)
    assert initiative.live_collection() is None


def test_work_is_set_while_it_runs(asking: Initiative, premises: Premises) -> None:
    tokens.set_work(asking, premises, 400_000, ONE, now=NOW)
    assert premises.store.collection(manifests.live_collection(asking).identifier).work == 400_000
    assert asking.journal.filter(act="work-set").get().facts == {"work": 400_000}
    for work in (0, 999, 500_001):
        with pytest.raises(Refused, match="work-out-of-bounds"):
            tokens.set_work(asking, premises, work, ONE, now=NOW)


def _marked(initiative: Initiative, premises: Premises, count: int, label: bytes) -> None:
    collection = manifests.live_collection(initiative)
    log = place.log_of(premises, collection, "ES")
    raws = place.envelopes(collection, "ES", count)
    entries = [Candidate(log, raw, envelope.envelope_hash(raw), envelope.NO_ERASURE, TODAY) for raw in raws]
    premises.store.append([replace(entry, mark=sha256(label).digest()[:16]) for entry in entries])


def test_repeats_are_told_after_the_end_and_not_before(asking: Initiative, premises: Premises) -> None:
    _marked(asking, premises, 3, b"Ana")
    _marked(asking, premises, 1, b"Bo")
    with pytest.raises(Refused, match="token-keys-in-use"):
        tokens.repeats(asking, premises, now=NOW)
    lifecycle.end_now(asking, premises, ONE, now=NOW)
    told = {state: (received, again) for state, received, again in tokens.repeats(asking, premises, now=NOW)}
    assert told["ES"] == (4, 2)
    assert told["MT"] == (0, 0)


def test_keys_are_destroyed_by_two_persons_after_the_end(central: Initiative, premises: Premises) -> None:
    collection, after = manifests.live_collection(central), NOW + timedelta(days=400)
    with pytest.raises(Refused, match="token-keys-in-use"):
        tokens.destroy_keys(central, premises, premises.keys_folder, TWO, now=NOW)
    with pytest.raises(Refused, match="second-person-missing"):
        tokens.destroy_keys(central, premises, premises.keys_folder, ONE, now=after)
    tokens.destroy_keys(central, premises, premises.keys_folder, TWO, now=after)
    assert not has_token_keys(premises.keys_folder, collection.identifier)
    assert central.journal.filter(act="token-keys-destroyed").count() == 1
    with pytest.raises(Refused, match="token-keys-missing"):
        tokens.destroy_keys(central, premises, premises.keys_folder, TWO, now=after)


def test_keys_stay_until_every_log_was_handed_over(asking: Initiative, premises: Premises) -> None:
    _marked(asking, premises, 3, b"Ana")
    lifecycle.end_now(asking, premises, ONE, now=NOW)
    collection = manifests.live_collection(asking)
    with pytest.raises(Refused, match="token-keys-not-handed-over") as refused:
        tokens.destroy_keys(asking, premises, premises.keys_folder, ONE, now=NOW)
    assert refused.value.facts == {"left": 1}, "a log without a statement is not waited for"
    assert has_token_keys(premises.keys_folder, collection.identifier)
    exports.make_export(
        asking,
        premises,
        exports.Wanted("ES", "online", PACKAGE, override_reason="a rehearsal"),
        premises.keys_folder.parent,
        ONE,
        now=NOW,
        progress=lambda _done, _total: None,
    )
    handing_over.hand_over(asking, premises, "ES", "online", ONE, now=NOW)
    tokens.destroy_keys(asking, premises, premises.keys_folder, ONE, now=NOW)
    assert asking.journal.filter(act="token-keys-destroyed").get().facts == {"collection": collection.hex}


def test_who_states_that_nothing_is_left_is_in_the_journal(asking: Initiative, premises: Premises) -> None:
    _marked(asking, premises, 3, b"Ana")
    lifecycle.end_now(asking, premises, ONE, now=NOW)
    collection = manifests.live_collection(asking)
    tokens.destroy_keys(asking, premises, premises.keys_folder, ONE, now=NOW, stated_left=1)
    assert not has_token_keys(premises.keys_folder, collection.identifier)
    assert asking.journal.filter(act="token-keys-destroyed").get().facts == {"collection": collection.hex, "left": 1}


def test_a_demonstrations_keys_go_with_its_statements(asking: Initiative, premises: Premises) -> None:
    identifier = manifests.live_collection(asking).identifier
    retention.destroy_demonstration(asking, premises, ONE, now=NOW, progress=lambda _done, _total: None)
    assert not has_token_keys(premises.keys_folder, identifier)


def test_a_rehearsals_statements_are_marked_like_those_that_arrive(asking: Initiative, premises: Premises) -> None:
    collection = manifests.live_collection(asking)
    raws = place.envelopes(collection, "ES", 3)
    sent = [posting.Posting(raw, sha256(name).digest() * 2) for raw, name in zip(raws, (b"Ana", b"Ana", b"Bo"), strict=True)]
    stream = io.BytesIO(b"".join(_played(one) for one in sent))
    assert rehearsals.load_rehearsal(asking, premises, stream, progress=lambda _: None) == 3
    assert premises.store.repeats(place.log_of(premises, collection, "ES")) == 1
    without = io.BytesIO(_played(posting.Posting(place.envelopes(collection, "ES", 1)[0])))
    with pytest.raises(Refused, match="token-missing"):
        rehearsals.load_rehearsal(asking, premises, without, progress=lambda _: None)


def _played(sent: posting.Posting) -> bytes:
    raw = posting.encode(sent)
    return leaf.days_of(TODAY).to_bytes(4, "big") + len(raw).to_bytes(2, "big") + raw
