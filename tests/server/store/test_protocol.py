"""The contract of every store: whoever adds an engine adds it to `ENGINES` and passes this."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import leaf, merkle, notice, receipt
from civium.formats.notice import Destruction, Successor
from civium.server.store.protocol import (
    AcceptedManifest,
    Candidate,
    Change,
    Closing,
    Collection,
    Log,
    NewLog,
    Placed,
    Spent,
    Store,
)
from tests.server import live
from tests.server.live import TODAY, Live


def _on_postgresql(request: pytest.FixtureRequest, folder: Path) -> Store:
    connection_strings = request.getfixturevalue("database").connection_strings
    from civium.server.store.postgres.store import PostgresStore

    return PostgresStore(connection_strings)


def _on_sqlite(request: pytest.FixtureRequest, folder: Path) -> Store:
    return live.open_store(folder)


ENGINES: dict[str, Callable[[pytest.FixtureRequest, Path], Store]] = {"postgresql": _on_postgresql, "sqlite": _on_sqlite}


@pytest.fixture(params=sorted(ENGINES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = ENGINES[request.param](request, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def going(store: Store, tmp_path: Path) -> Live:
    return live.go_live(store, tmp_path)


def _hashes(store: Store, going: Live, jurisdiction: str = "ES") -> list[bytes]:
    log = live.log_of(going.collection, jurisdiction)
    return [merkle.leaf_hash(record) for record in store.read_leaves(log, 0, 1 << 30)]


def test_an_opened_collection_is_read_as_it_was_given(store: Store, going: Live) -> None:
    collection = store.collection(live.IDENTIFIER)
    assert collection == going.collection
    assert store.collections() == (collection,)
    assert (collection.state, collection.version, collection.goal) == ("collecting", 1, 1_000_000)
    assert (collection.opens_on, collection.closes_on) == (live.OPENS_ON, live.CLOSES_ON)
    assert [key.jurisdiction for key in collection.keys] == ["ES", "MT"]
    assert [log.origin.split("/")[2] for log in collection.logs] == ["ES", "MT"]
    assert collection.manifests == (AcceptedManifest(sha256(going.manifest_raw).digest(), 1, None),)
    assert [manifest.raw for manifest in store.manifests(live.IDENTIFIER)] == [going.manifest_raw]
    assert store.notices_frontier().size == 1


def test_a_collection_is_opened_once(store: Store, going: Live, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="collection-exists"):
        live.go_live(store, tmp_path)
    assert store.notices_frontier().size == 1, "the notice of an opening that failed went with it"


@pytest.mark.parametrize("act", ["collection", "heads", "manifests"])
def test_an_unknown_collection_is_refused(store: Store, act: str) -> None:
    with pytest.raises(Refused, match="unknown-collection"):
        getattr(store, act)(bytes(16))


def test_a_batch_gets_dense_indices_and_proofs_that_lead_to_its_head(store: Store, going: Live) -> None:
    for size in (1, 2, 300, 7):
        batch = [*live.candidates(going, size, "ES"), *live.candidates(going, 2, "MT")]
        outcome = store.append(batch)
        for given, place in zip(batch, outcome.outcomes, strict=True):
            assert isinstance(place, Placed)
            head = outcome.heads[place.log]
            assert place.leaf == leaf.encode(leaf.LeafRecord(TODAY, given.envelope_hash, given.erasure_commitment))
            merkle.check_inclusion(merkle.leaf_hash(place.leaf), place.index, head.size, place.proof, merkle.root(head.frontier))
    assert [head.size for head in store.heads(live.IDENTIFIER)] == [310, 8]
    for head in store.heads(live.IDENTIFIER):
        assert merkle.root(head.frontier) == merkle.tree_root(_hashes(store, going, head.log.jurisdiction))


def test_the_same_envelope_keeps_its_index_and_gets_a_fresh_proof(store: Store, going: Live) -> None:
    batch = list(live.candidates(going, 5))
    first = store.append(batch).outcomes[3]
    store.append(list(live.candidates(going, 4)))
    tomorrow = dataclasses.replace(batch[3], received_on=TODAY + timedelta(days=1), refusal=Refused("collection-ended"))
    outcome = store.append([tomorrow, tomorrow])
    assert isinstance(first, Placed)
    for again in outcome.outcomes:
        assert isinstance(again, Placed)
        assert (again.index, again.leaf) == (3, first.leaf), "a retry after midnight keeps the day it came"
        head = outcome.heads[again.log]
        assert head.size == 9
        merkle.check_inclusion(merkle.leaf_hash(again.leaf), 3, 9, again.proof, merkle.root(head.frontier))


def test_an_envelope_twice_in_one_batch_is_one_entry(store: Store, going: Live) -> None:
    (one,) = live.candidates(going, 1)
    outcome = store.append([one, one, *live.candidates(going, 1), one])
    indices = [place.index for place in outcome.outcomes if isinstance(place, Placed)]
    assert indices == [0, 0, 1, 0]
    assert store.heads(live.IDENTIFIER)[0].size == 2


def test_a_refusal_comes_back_and_takes_no_index(store: Store, going: Live) -> None:
    refused, taken = live.candidates(going, 2)
    refusal = Refused("unknown-key")
    outcome = store.append([dataclasses.replace(refused, refusal=refusal), taken])
    assert outcome.outcomes[0] is refusal
    place = outcome.outcomes[1]
    assert isinstance(place, Placed)
    assert place.index == 0


def test_a_refused_envelope_does_not_lend_its_place_to_its_twin(store: Store, going: Live) -> None:
    (one,) = live.candidates(going, 1)
    outcome = store.append([dataclasses.replace(one, refusal=Refused("unknown-key")), one])
    assert isinstance(outcome.outcomes[0], Refused)
    assert isinstance(outcome.outcomes[1], Placed)


@pytest.mark.parametrize(("state", "code"), [("paused", "collection-paused"), ("ended", "collection-ended")])
def test_nothing_new_is_committed_after_a_pause_or_an_end(store: Store, going: Live, state: str, code: str) -> None:
    (before,) = live.candidates(going, 1)
    store.append([before])
    store.change_collection(live.IDENTIFIER, Change(state=state), expected_version=1)  # type: ignore[arg-type]
    outcome = store.append([before, *live.candidates(going, 1)])
    assert isinstance(outcome.outcomes[0], Placed), "what was in before keeps its place"
    refusal = outcome.outcomes[1]
    assert isinstance(refusal, Refused)
    assert refusal.code == code
    assert store.heads(live.IDENTIFIER)[0].size == 1


def test_a_change_is_one_step_with_its_notice(store: Store, going: Live, tmp_path: Path) -> None:
    seen = store.version()
    signed = live.signed_manifest(tmp_path, ("ES", "MT", "LU"), sequence=2, previous=sha256(going.manifest_raw).digest())
    change = Change(
        keys=tuple(live.authority_key(code) for code in ("ES", "MT", "LU")),
        logs=(NewLog(f"{live.HOST}/{live.IDENTIFIER.hex()}/LU/online/1", "LU", "online"),),
        manifest=signed,
        earlier_accepted_until=date(2026, 11, 22),
        notice=b'{"civium":"notice v1"}',
    )
    changed = store.change_collection(live.IDENTIFIER, change, expected_version=1)
    assert changed == store.collection(live.IDENTIFIER)
    assert changed.version == 2
    assert [(manifest.sequence, manifest.accepted_until) for manifest in changed.manifests] == [
        (1, date(2026, 11, 22)),
        (2, None),
    ]
    assert [log.jurisdiction for log in changed.logs] == ["ES", "MT", "LU"]
    assert store.read_notices(1, 2) == [b'{"civium":"notice v1"}']
    assert store.version() > seen


def test_a_change_of_what_one_has_not_seen_is_refused(store: Store, going: Live) -> None:
    store.change_collection(live.IDENTIFIER, Change(state="paused"), expected_version=1)
    with pytest.raises(Refused, match="collection-changed"):
        store.change_collection(live.IDENTIFIER, Change(state="collecting", notice=b"{}"), expected_version=1)
    assert store.collection(live.IDENTIFIER).state == "paused"
    assert store.notices_frontier().size == 1


def test_an_end_is_for_ever(store: Store, going: Live) -> None:
    store.change_collection(live.IDENTIFIER, Change(state="ended"), expected_version=1)
    with pytest.raises(Refused, match="collection-ended"):
        store.change_collection(live.IDENTIFIER, Change(state="collecting"), expected_version=2)
    later = store.change_collection(live.IDENTIFIER, Change(closes_on=TODAY), expected_version=2)
    assert (later.state, later.closes_on) == ("ended", TODAY)


def test_a_destroyed_body_leaves_its_leaf_and_a_count(store: Store, going: Live) -> None:
    batch = list(live.candidates(going, 3))
    store.append(batch)
    log, seen = batch[0].log, store.version()
    before = merkle.root(store.heads(live.IDENTIFIER)[0].frontier)
    assert store.destroy_body(log, 1, reason="erased-by-signatory", evidence=bytes(16)) is True
    assert store.destroy_body(log, 1, reason="destroyed-by-organisers") is False
    rows = list(store.read_rows(log, 0, 3))
    assert [row.envelope for row in rows] == [batch[0].envelope, None, batch[2].envelope]
    assert (rows[1].reason, rows[1].evidence) == ("erased-by-signatory", bytes(16))
    assert [store.reason(log, index) for index in range(3)] == [None, "erased-by-signatory", None]
    assert leaf.parse(rows[1].leaf).envelope_hash == batch[1].envelope_hash
    head = store.heads(live.IDENTIFIER)[0]
    assert (head.size, head.destroyed, head.received) == (3, 1, 2)
    assert merkle.root(head.frontier) == before
    assert store.version() > seen


def test_a_range_is_destroyed_at_once_and_what_was_gone_keeps_its_reason(store: Store, going: Live) -> None:
    batch = list(live.candidates(going, 6))
    store.append(batch)
    log, seen = batch[0].log, store.version()
    before = merkle.root(store.heads(live.IDENTIFIER)[0].frontier)
    store.destroy_body(log, 2, reason="erased-by-signatory", evidence=bytes(16))
    assert store.destroy_range(log, 1, 5, reason="destroyed-by-law") == 3
    assert store.destroy_range(log, 1, 5, reason="destroyed-by-law") == 0
    rows = list(store.read_rows(log, 0, 6))
    by_law = "destroyed-by-law"
    assert [row.reason for row in rows] == [None, by_law, "erased-by-signatory", by_law, by_law, None]
    assert [row.envelope is None for row in rows] == [False, True, True, True, True, False]
    head = store.heads(live.IDENTIFIER)[0]
    assert (head.size, head.destroyed, merkle.root(head.frontier)) == (6, 4, before)
    assert store.version() > seen


def test_a_retry_of_what_was_destroyed_revives_nothing(store: Store, going: Live) -> None:
    (one,) = live.candidates(going, 1)
    store.append([one])
    store.destroy_body(one.log, 0, reason="erased-by-signatory", evidence=bytes(16))
    (place,) = store.append([one]).outcomes
    assert isinstance(place, Placed)
    assert place.index == 0
    assert next(store.read_rows(one.log, 0, 1)).envelope is None
    assert store.heads(live.IDENTIFIER)[0].received == 0


def test_what_is_not_there_cannot_be_destroyed(store: Store, going: Live) -> None:
    with pytest.raises(Refused, match="unknown-entry"):
        store.destroy_body(going.collection.logs[0], 0, reason="destroyed-by-law")


def test_an_envelope_is_found_in_its_own_log_only(store: Store, going: Live) -> None:
    batch = list(live.candidates(going, 2))
    store.append(batch)
    spain, malta = going.collection.logs
    assert store.find(spain, batch[1].envelope_hash) == 1
    assert store.find(malta, batch[1].envelope_hash) is None


def test_rows_are_read_across_pieces_and_within_bounds(store: Store, going: Live) -> None:
    batch = list(live.candidates(going, 600))
    store.append([*batch, *live.candidates(going, 3, "MT")])
    log = batch[0].log
    rows = list(store.read_rows(log, 250, 590))
    assert [row.index for row in rows] == list(range(250, 590))
    assert [row.envelope for row in rows] == [given.envelope for given in batch[250:590]]
    assert len(list(store.read_rows(log, 590, 10_000))) == 10
    assert list(store.read_rows(log, 600, 700)) == []


def test_a_proof_of_any_index_in_any_size_checks(store: Store, going: Live) -> None:
    log = going.collection.logs[0]
    for size in (255, 1, 1, 255, 88, 1):
        store.append(list(live.candidates(going, size)))
    hashes = _hashes(store, going)
    for size in (1, 2, 255, 256, 257, 511, 512, 513, 601):
        root = store.root(log, size)
        assert root == merkle.tree_root(hashes[:size])
        for index in {0, min(1, size - 1), size // 2, size - 1}:
            merkle.check_inclusion(hashes[index], index, size, store.prove(log, index, size), root)
    assert store.read_nodes(log, 1, 0, 10) == [merkle.tree_root(hashes[start : start + 256]) for start in (0, 256)]


def test_notices_are_a_log_too(store: Store) -> None:
    entries = [b'{"number":%d}' % number for number in range(300)]
    assert [store.append_notice(entry) for entry in entries] == list(range(300))
    assert store.read_notices(0, 1000) == entries
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    assert merkle.root(store.notices_frontier()) == merkle.tree_root(hashes)
    assert store.read_notice_nodes(1, 0, 9) == [merkle.tree_root(hashes[:256])]


def test_writers_in_several_threads_never_agree_on_an_index(store: Store, going: Live) -> None:
    batches = [[list(live.candidates(going, 3)) for _ in range(10)] for _ in range(4)]
    places: list[Placed] = []

    def write(own: list[list[object]]) -> None:
        for batch in own:
            places.extend(place for place in store.append(batch).outcomes if isinstance(place, Placed))  # type: ignore[arg-type]

    threads = [threading.Thread(target=write, args=(own,)) for own in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(place.index for place in places) == list(range(120))
    assert store.heads(live.IDENTIFIER)[0].size == 120


def test_an_entry_is_found_by_its_identifier_in_its_collection_alone(store: Store, going: Live) -> None:
    batch = [*live.candidates(going, 5, "ES"), *live.candidates(going, 3, "MT")]
    store.append(batch)
    for at, given in enumerate(batch):
        name = receipt.identifier(given.envelope_hash)
        assert store.find_identifier(live.IDENTIFIER, name) == ((given.log, at % 5),)
    first = batch[0].envelope_hash
    near = receipt.identifier(first[:6] + bytes(26))
    assert near != receipt.identifier(first), "its neighbour by the first bytes is another"
    assert store.find_identifier(live.IDENTIFIER, near) == ()
    with pytest.raises(Refused, match="unknown-collection"):
        store.find_identifier(bytes(16), receipt.identifier(first))


def _spending(candidate: Candidate, label: bytes, hour: int = 500_000) -> Candidate:
    return dataclasses.replace(candidate, challenge=Spent(sha256(label).digest()[:16], hour))


def test_a_collection_keeps_its_token_key_and_its_work_changes(store: Store, tmp_path: Path) -> None:
    going = live.go_live(store, tmp_path, token_key=bytes(range(32)), work=5000)
    assert (going.collection.token_key, going.collection.work) == (bytes(range(32)), 5000)
    changed = store.change_collection(live.IDENTIFIER, Change(work=90_000), expected_version=1)
    assert (changed.token_key, changed.work) == (bytes(range(32)), 90_000)
    assert store.change_collection(live.IDENTIFIER, Change(state="paused"), expected_version=2).work == 90_000


def test_a_challenge_is_spent_once(store: Store, going: Live) -> None:
    one, other, third = live.candidates(going, 3)
    outcome = store.append([_spending(one, b"a"), _spending(other, b"a"), _spending(one, b"b")])
    assert [type(place) for place in outcome.outcomes] == [Placed, Refused, Placed]
    assert isinstance(outcome.outcomes[1], Refused)
    assert outcome.outcomes[1].code == "challenge-spent"
    later = store.append([_spending(third, b"a"), _spending(one, b"a"), _spending(other, b"b")])
    assert [type(place) for place in later.outcomes] == [Refused, Placed, Placed], "what was sent again spends nothing"
    assert store.heads(live.IDENTIFIER)[0].size == 2


def test_what_is_refused_spends_nothing(store: Store, going: Live) -> None:
    one, other = live.candidates(going, 2)
    refused = dataclasses.replace(_spending(one, b"a"), refusal=Refused("unknown-key"))
    assert isinstance(store.append([refused]).outcomes[0], Refused)
    assert isinstance(store.append([_spending(other, b"a")]).outcomes[0], Placed)


def test_spent_challenges_are_forgotten_when_they_have_expired(store: Store, going: Live) -> None:
    one, other, third, fourth = live.candidates(going, 4)
    store.append([_spending(one, b"early", 500_000), _spending(other, b"late", 500_001)])
    store.forget_challenges(500_000)
    assert isinstance(store.append([_spending(third, b"early", 500_000)]).outcomes[0], Placed)
    assert isinstance(store.append([_spending(fourth, b"late", 500_001)]).outcomes[0], Refused)


def test_repeats_are_counted_by_log_and_without_what_is_destroyed(store: Store, going: Live) -> None:
    def marked(count: int, label: bytes, jurisdiction: str = "ES") -> list[Candidate]:
        made = live.candidates(going, count, jurisdiction)
        return [dataclasses.replace(candidate, mark=sha256(label).digest()[:16]) for candidate in made]

    store.append([*marked(3, b"Ana"), *marked(1, b"Bo"), *marked(1, b"Ana", "MT")])
    store.append([*marked(1, b"Bo"), *live.candidates(going, 2)])
    spain, malta = (live.log_of(going.collection, code) for code in ("ES", "MT"))
    assert (store.repeats(spain), store.repeats(malta)) == (3, 0)
    # The first of the three is taken back, then a new one given: two repeats are left, and one again.
    assert store.destroy_body(spain, 0, reason="erased-by-signatory")
    assert store.repeats(spain) == 2
    store.append(marked(1, b"Ana"))
    assert store.repeats(spain) == 3
    for index in (1, 2, 5):
        store.destroy_body(spain, index, reason="erased-by-signatory")
    store.append(marked(1, b"Cem"))
    assert store.repeats(spain) == 1


def test_what_is_published_is_one_moment_until_the_next(store: Store, going: Live) -> None:
    assert store.published().number == 0
    store.append([*live.candidates(going, 5), *live.candidates(going, 2, "MT")])
    store.publish(TODAY)
    first = store.published()
    assert first.heads == store.heads(live.IDENTIFIER)
    assert first.notices == store.notices_frontier()
    store.append(list(live.candidates(going, 3)))
    store.append_notice(b"{}")
    store.destroy_body(going.collection.logs[0], 0, reason="destroyed-by-organisers")
    assert store.published() == first
    store.publish(TODAY)
    second = store.published()
    assert second.number > first.number
    assert [(head.size, head.destroyed) for head in second.heads] == [(8, 1), (2, 0)]
    assert second.notices.size == 3, "the notice of what was destroyed came with it"


def _destructions(store: Store) -> list[Destruction]:
    told = [notice.parse(entry) for entry in store.read_notices(0, store.published().notices.size)]
    return [one for one in told if isinstance(one, Destruction)]


def test_what_was_destroyed_is_listed_once_by_the_move_that_counts_it(store: Store, going: Live) -> None:
    spain, malta = (live.log_of(going.collection, code) for code in ("ES", "MT"))
    store.append([*live.candidates(going, 12), *live.candidates(going, 3, "MT")])
    store.publish(TODAY)
    assert _destructions(store) == []
    for index in (7, 0, 1, 8):
        store.destroy_body(spain, index, reason="erased-by-signatory", evidence=bytes(16))
    store.destroy_body(spain, 2, reason="destroyed-by-organisers")
    store.destroy_body(malta, 2, reason="destroyed-by-law")
    assert _destructions(store) == [], "between two moves nothing tells"
    assert store.notices_frontier() == store.published().notices
    for _ in range(3):
        store.publish(TODAY)
        listed = _destructions(store)
        assert [(one.origin, one.cause, one.ranges) for one in listed] == [
            (spain.origin, "erased-by-signatory", ((0, 1), (7, 8))),
            (spain.origin, "destroyed-by-organisers", ((2, 2),)),
            (malta.origin, "destroyed-by-law", ((2, 2),)),
        ]
    assert not store.destroy_body(spain, 7, reason="destroyed-by-law")
    store.destroy_body(spain, 9, reason="erased-by-signatory", evidence=bytes(16))
    store.publish(TODAY + timedelta(days=1))
    assert _destructions(store)[3:] == [
        Destruction(live.IDENTIFIER, spain.origin, "erased-by-signatory", ((9, 9),), TODAY + timedelta(days=1))
    ]
    for head in store.published().heads:
        assert head.destroyed == sum(one.count for one in _destructions(store) if one.origin == head.log.origin)


def test_of_many_that_destroy_and_move_at_once_every_move_lists_what_it_counts(store: Store, going: Live) -> None:
    spain = live.log_of(going.collection, "ES")
    store.append(list(live.candidates(going, 60)))
    store.publish(TODAY)

    def destroy(first: int) -> None:
        for index in range(first, 60, 3):
            store.destroy_body(spain, index, reason="destroyed-by-organisers")

    threads = [threading.Thread(target=destroy, args=(first,)) for first in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        store.publish(TODAY)
        assert sum(one.count for one in _destructions(store)) == store.published().heads[0].destroyed
    for thread in threads:
        thread.join()
    store.publish(TODAY)
    listed = [index for one in _destructions(store) for first, last in one.ranges for index in range(first, last + 1)]
    assert sorted(listed) == list(range(60))


def _closed(store: Store, collection: Collection, log: Log, size: int) -> Collection:
    """Close a log of which more was signed than the store has, and open its successor."""
    following = NewLog(log.origin[:-1] + str(log.generation + 1), log.jurisdiction, log.channel, log.generation + 1)
    (head,) = (head for head in store.heads(collection.identifier) if head.log == log)
    told = Successor("store-behind", log.origin, size, bytes(32), head.size, merkle.root(head.frontier), following.origin, TODAY)
    change = Change(logs=(following,), closings=(Closing(log.origin, head.size, notice.encode(told)),))
    return store.change_collection(collection.identifier, change, expected_version=collection.version)


def test_a_closed_log_takes_nothing_and_what_lies_in_it_keeps_its_place(store: Store, going: Live) -> None:
    first = live.log_of(going.collection, "ES")
    kept = list(live.candidates(going, 5))
    store.append(kept)
    store.publish(TODAY)
    collection = _closed(store, going.collection, first, 9)
    (second,) = (log for log in collection.logs if log.generation == 2)
    assert (second.jurisdiction, second.channel, second.origin) == ("ES", "online", first.origin[:-1] + "2")
    entry = store.read_notices(1, 2)
    assert [(one.origin, one.successor) for one in map(notice.parse, entry) if isinstance(one, Successor)] == [
        (first.origin, second.origin)
    ]
    # A worker that has not looked yet still asks for the closed log; one that has, for the successor.
    late, new = (live.unsealed(going) for _ in range(2))
    outcome = store.append([live.candidate(first, late), dataclasses.replace(kept[3], log=second), live.candidate(second, new)])
    refused, known, placed = outcome.outcomes
    assert isinstance(refused, Refused)
    assert refused.code == "store-unavailable"
    assert isinstance(known, Placed)
    assert (known.log, known.index) == (first.number, 3)
    leaf_hash = merkle.leaf_hash(known.leaf)
    head = outcome.heads[first.number]
    merkle.check_inclusion(leaf_hash, known.index, head.size, known.proof, merkle.root(head.frontier))
    assert isinstance(placed, Placed)
    assert (placed.log, placed.index) == (second.number, 0)
    assert [head.size for head in store.heads(live.IDENTIFIER) if head.log.jurisdiction == "ES"] == [5, 1]
    # It comes back, and lands in the successor, once.
    for _ in range(2):
        (again,) = store.append([live.candidate(second, late)]).outcomes
        assert isinstance(again, Placed)
        assert (again.log, again.index) == (second.number, 1)
    # What lies in a closed log may still be destroyed, and is listed.
    store.destroy_body(first, 4, reason="destroyed-by-organisers")
    store.publish(TODAY)
    assert [(one.origin, one.ranges) for one in _destructions(store)] == [(first.origin, ((4, 4),))]
    with pytest.raises(Refused, match="collection-changed"):
        store.change_collection(
            live.IDENTIFIER, Change(closings=(Closing(first.origin, 5, b"{}"),)), expected_version=collection.version
        )


def test_repeats_are_found_across_a_log_and_its_successor(store: Store, going: Live) -> None:
    first = live.log_of(going.collection, "ES")
    marked = [dataclasses.replace(one, mark=bytes(15) + bytes([place])) for place, one in enumerate(live.candidates(going, 4))]
    store.append(marked[:3])
    collection = _closed(store, going.collection, first, 9)
    (second,) = (log for log in collection.logs if log.generation == 2)
    again = [dataclasses.replace(one, log=second, mark=bytes(15) + bytes([1])) for one in live.candidates(going, 2)]
    store.append([*again, dataclasses.replace(marked[3], log=second)])
    assert (store.repeats(first), store.repeats(second), store.repeats(first, second)) == (0, 1, 2)


def test_a_closed_notices_log_stays_as_it_is_and_another_begins(store: Store, going: Live) -> None:
    entries = [b"%d" % number for number in range(300)]
    for entry in entries:
        store.append_notice(entry)
    store.publish(TODAY)
    before = store.notices_frontier()
    shown = store.published()
    store.close_notices(b"successor", generation=1)
    with pytest.raises(Refused, match="collection-changed"):
        store.close_notices(b"again", generation=1)
    assert store.published() == shown, "until the next move"
    assert [head.size for head in store.notices_heads()] == [301, 1]
    for number in range(299):
        assert store.append_notice(b"later %d" % number) == number + 1
    store.publish(TODAY)
    assert store.published().closed_notices == (before,)
    assert store.published().notices == store.notices_frontier()
    assert store.read_notices(1, 1000, generation=1) == entries
    later = store.read_notices(0, 1000)
    assert (later[0], len(later)) == (b"successor", 300)
    for generation, found in ((1, store.read_notices(0, 1000, generation=1)), (2, later)):
        hashes = [merkle.leaf_hash(entry) for entry in found]
        assert merkle.root(store.notices_heads()[generation - 1]) == merkle.tree_root(hashes)
        assert store.read_notice_nodes(1, 0, 5, generation=generation) == [merkle.tree_root(hashes[:256])]
