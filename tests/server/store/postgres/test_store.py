"""Several writers on one PostgreSQL: no circle of waiting, no index twice; lost connections and lost replies end in one entry each."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from civium.errors import Misconfigured, Refused
from civium.formats import merkle
from civium.server.store.protocol import Candidate, Change, Placed, Spent
from tests.server import live
from tests.server.live import Live

psycopg = pytest.importorskip("psycopg")

from civium.server.store.postgres import appending  # noqa: E402
from civium.server.store.postgres.store import PostgresStore  # noqa: E402

if TYPE_CHECKING:
    from tests.cluster import Database


@pytest.fixture
def other(database: Database) -> Any:
    """A second worker's store."""
    opened = PostgresStore(database.connection_strings)
    yield opened
    opened.close()


def _together(*acts: Callable[[], Any]) -> list[Any]:
    """Do acts at once, each in a thread, and give what they gave."""
    with ThreadPoolExecutor(len(acts)) as threads:
        return [done.result(60) for done in [threads.submit(act) for act in acts]]


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Give what the store logged; the pool of connections speaks for itself."""
    return [record.message for record in caplog.records if record.name.startswith("civium")]


def test_two_workers_with_two_logs_in_opposite_order_never_wait_in_a_circle(
    store: PostgresStore, other: PostgresStore, going: Live, caplog: pytest.LogCaptureFixture
) -> None:
    def write(own: PostgresStore, order: Sequence[str]) -> list[Placed]:
        places = []
        for _ in range(40):
            batch = [candidate for code in order for candidate in live.candidates(going, 3, code)]
            places += [place for place in own.append(batch).outcomes if isinstance(place, Placed)]
        return places

    both = _together(lambda: write(store, ("ES", "MT")), lambda: write(other, ("MT", "ES")))
    for log in going.collection.logs:
        assert sorted(place.index for places in both for place in places if place.log == log.number) == list(range(240))
    assert _told(caplog) == [], "a deadlock would have been told and tried again"


def test_the_same_envelope_over_fifty_connections_is_one_entry(database: Database, store: PostgresStore, going: Live) -> None:
    (one,) = live.candidates(going, 1)
    stores = [PostgresStore(database.connection_strings) for _ in range(10)]
    outcomes = _together(*(lambda own=own: own.append([one]) for own in stores for _ in range(5)))
    for own in stores:
        own.close()
    assert len(outcomes) == 50
    for outcome in outcomes:
        (place,) = outcome.outcomes
        head = outcome.heads[place.log]
        merkle.check_inclusion(merkle.leaf_hash(place.leaf), 0, head.size, place.proof, merkle.root(head.frontier))
    assert store.heads(live.IDENTIFIER)[0].size == 1


def test_one_challenge_serves_one_entry_in_whichever_log(store: PostgresStore, other: PostgresStore, going: Live) -> None:
    for number in range(30):
        spent = [Spent(sha256(b"%d %d" % (number, each)).digest()[:16], 500_000) for each in (1, 2)]
        batches = [
            [dataclasses.replace(one, challenge=which) for one, which in zip(live.candidates(going, 2, code), order, strict=True)]
            for code, order in (("ES", spent), ("MT", spent[::-1]))
        ]
        outcomes = _together(lambda: store.append(batches[0]), lambda: other.append(batches[1]))  # noqa: B023  awaited here
        placed = [place for outcome in outcomes for place in outcome.outcomes if isinstance(place, Placed)]
        assert len(placed) == 2, "each challenge serves once"
    assert sum(head.size for head in store.heads(live.IDENTIFIER)) == 60


def test_a_pause_gets_through_under_load_and_nothing_is_committed_after_it(
    store: PostgresStore, other: PostgresStore, going: Live
) -> None:
    paused = threading.Event()
    after: list[int] = []

    def write(own: PostgresStore) -> int:
        placed = 0
        while True:
            late = paused.is_set()
            outcomes = own.append(list(live.candidates(going, 5))).outcomes
            placed += sum(isinstance(place, Placed) for place in outcomes)
            if late:
                after.extend(place.index for place in outcomes if isinstance(place, Placed))
                return placed

    def pause() -> None:
        time.sleep(0.3)
        began = time.monotonic()
        store.change_collection(live.IDENTIFIER, Change(state="paused"), expected_version=1)
        assert time.monotonic() - began < 5, "batches that come after it do not overtake it"
        paused.set()

    first, second, _ = _together(lambda: write(store), lambda: write(other), pause)
    assert after == []
    assert store.heads(live.IDENTIFIER)[0].size == first + second


def test_changes_destructions_and_batches_at_once_wait_in_no_circle(
    store: PostgresStore, other: PostgresStore, going: Live, caplog: pytest.LogCaptureFixture
) -> None:
    store.append(list(live.candidates(going, 60)))
    log = live.log_of(going.collection, "ES")

    def write() -> None:
        for _ in range(30):
            other.append([*live.candidates(going, 2, "MT"), *live.candidates(going, 2, "ES")])

    def destroy() -> None:
        for index in range(30):
            assert store.destroy_body(log, index, reason="destroyed-by-organisers")

    def change() -> None:
        for version in range(1, 21):
            store.change_collection(live.IDENTIFIER, Change(work=version, notice=b"{}"), expected_version=version)

    _together(write, destroy, change)
    head = store.heads(live.IDENTIFIER)[0]
    assert (head.size, head.destroyed, store.collection(live.IDENTIFIER).version) == (120, 30, 21)
    assert _told(caplog) == []


def test_two_who_destroy_the_same_body_count_it_once(store: PostgresStore, other: PostgresStore, going: Live) -> None:
    store.append(list(live.candidates(going, 20)))
    log = live.log_of(going.collection, "ES")
    for index in range(20):
        done = _together(
            lambda: store.destroy_body(log, index, reason="erased-by-signatory"),  # noqa: B023  awaited here
            lambda: other.destroy_body(log, index, reason="destroyed-by-organisers"),  # noqa: B023
        )
        assert sorted(done) == [False, True]
    assert store.heads(live.IDENTIFIER)[0].destroyed == 20


def test_a_connection_that_broke_before_the_commit_loses_nothing(
    store: PostgresStore, going: Live, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The write is lost: the server ends the session between writing and commit."""
    batch = list(live.candidates(going, 5))
    write = appending._write
    broken = []

    def break_once(connection: Any, *rest: Any) -> None:
        write(connection, *rest)
        if not broken:
            broken.append(connection.info.backend_pid)
            _terminate(database, broken[0])

    monkeypatch.setattr(appending, "_write", break_once)
    outcome = store.append(batch)
    assert [place.index for place in outcome.outcomes if isinstance(place, Placed)] == [0, 1, 2, 3, 4]
    assert broken
    assert store.heads(live.IDENTIFIER)[0].size == 5
    assert _told(caplog) == ["store-waits 57P01"]


def test_a_commit_whose_reply_was_lost_is_one_entry_each(
    store: PostgresStore, going: Live, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write is kept but the reply is lost: the connection breaks right after the commit."""
    batch = list(live.candidates(going, 5))
    places = appending._places_of_known
    broken = []

    def break_once(connection: Any, *rest: Any) -> Any:
        if not broken:
            broken.append(connection.info.backend_pid)
            _terminate(database, broken[0])
            connection.execute("select 1")
        return places(connection, *rest)

    monkeypatch.setattr(appending, "_places_of_known", break_once)
    outcome = store.append(batch)
    assert broken
    for place in outcome.outcomes:
        assert isinstance(place, Placed)
        head = outcome.heads[place.log]
        merkle.check_inclusion(merkle.leaf_hash(place.leaf), place.index, head.size, place.proof, merkle.root(head.frontier))
    assert store.heads(live.IDENTIFIER)[0].size == 5


def _terminate(database: Database, backend: int) -> None:
    """End a session as a server that goes down does."""
    superuser = database.connection_strings["owner"].replace("civium_owner", "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(%s, 5000)", [backend])


def test_while_the_database_is_not_there_a_batch_waits_and_then_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from tests import cluster

    with cluster.running() as server:
        database = server.make_store()
        store = PostgresStore(database.connection_strings, patience_seconds=0.5)
        going = live.go_live(store, tmp_path)
        (one,) = live.candidates(going, 1)
        store.append([one])
        server.kill()
        with pytest.raises(Refused, match="store-unavailable"):
            store.append([one])
        store._patience_seconds = 10
        store._away_since -= 10
        began = time.monotonic()
        with pytest.raises(Refused, match="store-unavailable"):
            store.append([one])
        assert time.monotonic() - began < 5, "whoever waited behind the first batch has waited as long"
        with pytest.raises(Refused, match="store-unavailable"):
            store.version()
        store._patience_seconds = 40
        waiting = threading.Thread(target=lambda: placed.append(store.append([one]).outcomes[0]))
        placed: list[Any] = []
        waiting.start()
        server.start()
        waiting.join(30)
        assert [place.index for place in placed] == [0]
        assert store._away_since is None
        store.close()
    assert {line.split()[0] for line in _told(caplog)} == {"store-waits", "store-unavailable"}


def test_an_error_of_the_engine_tells_no_row(
    store: PostgresStore, going: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (one,) = live.candidates(going, 1)
    wrong = dataclasses.replace(one, erasure_commitment=b"planted-datum")
    with pytest.raises(AssertionError) as told:
        store.append([wrong])
    assert "planted" not in repr(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
    assert "planted" not in caplog.text
    assert store.heads(live.IDENTIFIER)[0].size == 0


def test_a_process_without_a_role_cannot_do_its_work(database: Database, going: Live) -> None:
    given = {role: database.connection_strings[role] for role in ("web", "intake")}
    store = PostgresStore(given)  # type: ignore[arg-type]
    log = going.collection.logs[0]
    store.append(list(live.candidates(going, 1)))
    for act in (
        lambda: store.destroy_body(log, 0, reason="destroyed-by-law"),
        lambda: next(store.read_rows(log, 0, 1)),
        lambda: store.repeats(log),
    ):
        with pytest.raises(Misconfigured, match="database-role-missing"):
            act()
    store.close()


def test_a_role_without_its_right_is_told(database: Database, going: Live) -> None:
    strings = {**database.connection_strings, "intake": database.connection_strings["export"]}
    store = PostgresStore(strings)
    with pytest.raises(Misconfigured, match=r"store-forbidden \(role=intake\)"):
        store.append(list(live.candidates(going, 1)))
    store.close()


def test_a_batch_takes_a_constant_number_of_statements(store: PostgresStore, going: Live) -> None:
    def statements(batch: Sequence[Candidate]) -> int:
        with store._writing() as connection:
            counted = _Counting(connection)
            appending.append(counted, batch)  # type: ignore[arg-type]
            return counted.count

    def made(size: int) -> list[Candidate]:
        plain = live.candidates(going, size)
        return [
            dataclasses.replace(one, mark=one.envelope_hash[:16], challenge=Spent(one.envelope_hash[16:], 500_000))
            for one in plain
        ]

    first = made(300)
    assert statements(first) == 9  # lock, states, known; challenges; entries, bodies, marks, nodes, heads
    assert statements(made(3)) == 8  # no tile was finished
    assert statements(first + made(300)) == 11  # and, after the commit, the tiles of what was known
    assert statements(first) == 5


class _Counting:
    """A connection that counts what is executed on it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.count = 0

    def execute(self, *arguments: Any, **options: Any) -> Any:
        self.count += 1
        return self._connection.execute(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_one_process_publishes_for_all_and_the_next_one_waits_for_its_turn(
    store: PostgresStore, other: PostgresStore, going: Live
) -> None:
    def sizes(own: PostgresStore) -> tuple[int, int]:
        published = own.published()
        return published.number, published.heads[0].size

    store.append(list(live.candidates(going, 1)))
    store.publish(live.TODAY)
    store.append(list(live.candidates(going, 1)))
    other.publish(live.TODAY)
    assert sizes(store) == sizes(other) == (1, 1), "it is the first one's to publish"
    store.publish(live.TODAY)
    assert sizes(other) == (2, 2)
    store.close()
    other.append(list(live.candidates(going, 1)))
    other.publish(live.TODAY)
    assert sizes(other) == (2, 2), "the log does not move twice within a turn because a process died"
    other.publish(live.TODAY)
    assert sizes(other) == (3, 3)


def test_a_publisher_whose_connection_broke_goes_on(store: PostgresStore, going: Live, database: Database) -> None:
    store.publish(live.TODAY)
    assert store._publisher is not None
    assert store._publisher._connection is not None
    _terminate(database, store._publisher._connection.info.backend_pid)
    store.append(list(live.candidates(going, 1)))
    store.publish(live.TODAY)
    assert store.published().heads[0].size == 1


def test_a_server_that_took_over_and_lacks_what_was_signed_gets_nothing(
    store: PostgresStore, going: Live, database: Database
) -> None:
    """Whenever a connection was made the check comes before its first batch, and again until it passes; at the start, too."""
    asked = []
    is_behind = False

    def check() -> None:
        asked.append(store.heads(live.IDENTIFIER)[0].size)
        if is_behind:
            raise Misconfigured("store-behind", jurisdiction="ES", signed=9, stored=asked[-1])

    store.check_after_reconnecting(check)
    store.append(list(live.candidates(going, 3)))
    assert asked == [0], "who took over between the start and the first batch is found out"
    is_behind = True
    assert store._writer is not None
    _terminate(database, store._writer.info.backend_pid)
    for _ in range(2):
        with pytest.raises(Misconfigured, match="store-behind"):
            store.append(list(live.candidates(going, 2)))
    assert store.heads(live.IDENTIFIER)[0].size == 3
    is_behind = False
    store.append(list(live.candidates(going, 2)))
    store.append(list(live.candidates(going, 1)))
    assert asked == [0, 3, 3, 3]
    assert store.heads(live.IDENTIFIER)[0].size == 6
