"""After an old backup: refused, closed by two in public, gone on with; what was lost is taken again, and nothing is hidden."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from django.db import connections

from civium.authority.completeness import check_export
from civium.errors import Misconfigured, Refused
from civium.formats import checkpoint, envelope, manifest, merkle, notice, receipt, tiles
from civium.formats.export import PACKAGE
from civium.formats.notice import Destruction, Notice, Successor
from civium.server.config import Config
from civium.server.initiatives import closing_logs, destruction, exports, handing_over, journal, lifecycle, manifests
from civium.server.initiatives.closing_logs import Loss
from civium.server.initiatives.models import Collection, JournalEntry
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.intake.app import Intake
from civium.server.intake.desk_threads import ThreadDesk
from civium.server.publishing import log_keys
from civium.server.publishing.public_log import PublicLog, path_of
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.publishing.signing import HeadSigner
from civium.server.store.opening import open_store, prepare_store
from tests.server.conftest import IS_ON_POSTGRESQL
from tests.server.intake.asking import Clock, ask, on_loop, post

from . import place
from .place import NOW, ONE, TWO

if TYPE_CHECKING:
    from tests.cluster import Cluster

pytestmark = pytest.mark.usefixtures("civium_db")


@dataclass
class Installation:
    """An installation whose store can be put back to what it was; on PostgreSQL civium.db goes with it, as one database."""

    config: Config
    cluster: Cluster | None = None

    def _name(self) -> str:
        text = (self.config.folder / "database-web").read_text()
        return next(part.removeprefix("dbname=") for part in text.split() if part.startswith("dbname="))

    def back_up(self) -> None:
        if self.cluster is None:
            with sqlite3.connect(self.config.statements_path) as store, sqlite3.connect(self._backup) as backup:
                store.backup(backup)
            store.close()
            backup.close()
            return
        connections.close_all()
        self.cluster.execute(f"drop database if exists {self._name()}_backup")
        self.cluster.execute(f"create database {self._name()}_backup template {self._name()}")

    def restore(self) -> None:
        if self.cluster is None:
            for path in self.config.folder.glob("statements.db-*"):
                path.unlink()
            self.config.statements_path.write_bytes(self._backup.read_bytes())
            return
        connections.close_all()
        name = self._name()
        self.cluster.execute(f"drop database {name} with (force)")
        self.cluster.execute(f"create database {name} owner civium_owner template {name}_backup")

    @property
    def _backup(self) -> Path:
        return self.config.folder / "backup-of-the-store"

    def serve(self, story: Callable[[Intake], Awaitable[None]]) -> None:
        """Serve while a story is told; the public log moves as it begins and as it ends."""

        async def served() -> None:
            intake = Intake(self.config, lambda: open_store(self.config), clock=Clock(NOW), open_desk=ThreadDesk)
            await intake.start()
            try:
                await story(intake)
                await intake._move()
            finally:
                await intake.stop()

        on_loop(served())

    @contextmanager
    def unchecked(self) -> Iterator[tuple[Premises, SignedHeads]]:
        """Open the store as `civium heads close` does."""
        store, signed = open_store(self.config), SignedHeads(self.config.signed_heads_path)
        try:
            folder = self.config.keys_folder
            yield Premises(store, folder, HeadSigner(folder, signed), self.config.host, place.BUNDLE), signed
        finally:
            signed.close()
            store.close()

    def close(self, lost: int) -> tuple[Loss, ...]:
        with self.unchecked() as (premises, signed):
            found = closing_logs.close_logs(premises, signed, TWO, lost=lost, now=NOW)
            closing_logs.destroy_again(premises)
            return found


@pytest.fixture
def installation(config: Config, request: pytest.FixtureRequest) -> Installation:
    prepare_store(config)
    return Installation(config, request.getfixturevalue("postgresql") if IS_ON_POSTGRESQL else None)


@pytest.fixture
def collection(installation: Installation, tmp_path: Path) -> Collection:
    place.make_installation("central")
    initiative = place.add_initiative(tmp_path / "folder")
    with open_premises(installation.config, place.BUNDLE) as premises:
        return place.go_live(initiative, premises)


@dataclass(frozen=True)
class Sent:
    """Envelopes sent, and where each lies: generation and index, as its receipt says."""

    raws: list[bytes]
    places: list[tuple[int, int]]


def _send(installation: Installation, collection: Collection, raws: list[bytes]) -> Sent:
    """Send envelopes and check the receipts as a browser does whose page is from before everything."""
    places: list[tuple[int, int]] = []

    async def story(intake: Intake) -> None:
        for raw in raws:
            answer = await post(intake, raw)
            assert answer.status == 200, answer.body
            given = receipt.parse(answer.body.decode())
            origin = f"{collection.host}/{collection.hex}/{envelope.parse(raw).header.jurisdiction}/online/1"
            known = {"envelope_hash": envelope.envelope_hash(raw), "origin": origin, "log_key": bytes(collection.log_key)}
            head = receipt.check(given, **known)
            places.append((int(head.origin.rpartition("/")[2]), given.index))

    installation.serve(story)
    return Sent(raws, places)


def _refusal_to_start(installation: Installation) -> Misconfigured:
    async def nothing(_: Intake) -> None:
        raise AssertionError

    with pytest.raises(Misconfigured) as refused:
        installation.serve(nothing)
    return refused.value


@dataclass
class Public:
    """What a stranger sees: the sizes of all logs named, all notices, the counts."""

    sizes: dict[str, int]
    notices: list[Notice]
    counts: dict[str, int]

    def destroyed(self, origin: str) -> int:
        return sum(one.count for one in self.notices if isinstance(one, Destruction) and one.origin == origin)


def _look(installation: Installation, collection: Collection, origins: list[str]) -> Public:
    """Look as a stranger does: all notices of all generations, each checked against its signed head; heads; counts."""
    found = Public({}, [], {})
    keys = installation.config.keys_folder
    notices_key = log_keys.public_bytes(log_keys.load_notices_key(keys))

    async def story(intake: Intake) -> None:
        generation = 1
        while True:
            path = "notices" if generation == 1 else f"notices/{generation}"
            note = await ask(intake, "GET", f"/log/{path}/checkpoint")
            if note.status == 404:
                break
            head = checkpoint.check(note.body.decode(), f"{installation.config.host}/{path}", notices_key)
            raw = b"" if not head.size else (await ask(intake, "GET", f"/log/{path}/tile/entries/000.p/{head.size}")).body
            entries = tiles.parse_entries(raw)
            assert merkle.tree_root([merkle.leaf_hash(entry) for entry in entries]) == head.root
            found.notices += [told for entry in entries if (told := notice.parse(entry)) is not None]
            generation += 1
        for origin in origins:
            answer = await ask(intake, "GET", f"/log/{path_of(origin)}/checkpoint")
            found.sizes[origin] = checkpoint.check(answer.body.decode(), origin, bytes(collection.log_key)).size
            closed = await ask(intake, "GET", f"/log/{path_of(origin)}/successor")
            told = next((one for one in found.notices if isinstance(one, Successor) and one.origin == origin), None)
            assert closed.status == (404 if told is None else 200)
            assert told is None or notice.parse(closed.body) == told
        counts = await ask(intake, "GET", f"/api/collections/{collection.hex}/counts")
        found.counts.update(msgspec.json.decode(counts.body)["jurisdictions"])

    installation.serve(story)
    return found


def _origin(collection: Collection, jurisdiction: str, generation: int) -> str:
    return f"{collection.host}/{collection.hex}/{jurisdiction}/online/{generation}"


def _destroy(installation: Installation, collection: Collection, raw: bytes) -> None:
    with open_premises(installation.config, place.BUNDLE) as premises:
        identifier = str(receipt.identifier(envelope.envelope_hash(raw)))
        destruction.destroy_statement(collection.initiative, premises, identifier, "made-for-a-test", TWO, now=NOW)


def test_an_old_backup_is_refused_then_closed_and_what_was_lost_is_taken_again(
    installation: Installation, collection: Collection, tmp_path: Path
) -> None:
    spain = place.envelopes(collection, "ES", 9)
    malta = place.envelopes(collection, "MT", 2)
    assert _send(installation, collection, spain[:5]).places == [(1, index) for index in range(5)]
    _destroy(installation, collection, spain[0])
    _send(installation, collection, [])
    installation.back_up()
    _destroy(installation, collection, spain[1])
    assert _send(installation, collection, spain[5:] + malta).places == [(1, 5), (1, 6), (1, 7), (1, 8), (1, 0), (1, 1)]
    before = _look(installation, collection, [_origin(collection, "ES", 1)])
    assert (before.sizes[_origin(collection, "ES", 1)], before.counts["ES"]) == (9, 7)

    installation.restore()
    refused = _refusal_to_start(installation)
    assert (refused.code, refused.facts["jurisdiction"]) == ("store-behind", "notices")
    with installation.unchecked() as (premises, signed):
        lost = {one.origin: (one.cause, one.signed, one.stored, one.lost) for one in closing_logs.losses(premises, signed)}
        assert lost == {
            f"{collection.host}/notices": ("store-behind", 3, 2, 1),
            _origin(collection, "ES", 1): ("store-behind", 9, 5, 4),
            _origin(collection, "MT", 1): ("store-behind", 2, 0, 2),
        }
        with pytest.raises(Refused, match="second-person-missing"):
            closing_logs.close_logs(premises, signed, ONE, lost=6, now=NOW)
        with pytest.raises(Refused) as unconfirmed:
            closing_logs.close_logs(premises, signed, TWO, lost=7, now=NOW)
        assert (unconfirmed.value.code, unconfirmed.value.facts) == ("loss-not-confirmed", {"lost": 6})
    assert len(installation.close(6)) == 3
    journal.check_journal()
    assert JournalEntry.objects.get(act="logs-closed").persons == ["Anna", "Bo"]
    with installation.unchecked() as (premises, signed), pytest.raises(Refused, match="heads-continue"):
        closing_logs.losses(premises, signed)

    # Browsers send again: what was kept has its place, what was lost gets one in the successor, once.
    for _ in range(2):
        again = _send(installation, collection, spain + malta)
        assert sorted(again.places) == sorted(
            [*((1, index) for index in range(5)), *((2, index) for index in (0, 1, 2, 3, 0, 1))]
        )
    origins = [_origin(collection, code, generation) for code in ("ES", "MT") for generation in (1, 2)]
    public = _look(installation, collection, origins)
    assert list(public.sizes.values()) == [5, 4, 0, 2]
    assert (public.counts["ES"], public.counts["MT"]) == (9 - public.destroyed(origins[0]) - public.destroyed(origins[1]), 2)
    successors = {one.origin: (one.signed_size, one.stored_size) for one in public.notices if isinstance(one, Successor)}
    assert successors == {f"{collection.host}/notices": (3, 2), origins[0]: (9, 5), origins[2]: (2, 0)}
    current = manifest.parse(bytes(collection.current_manifest().manifest))
    assert (current.sequence, current.logs["ES/online"], current.logs["MT/online"]) == (2, origins[1], origins[3])
    assert current.logs["LU/online"].endswith("/LU/online/1")
    # The installation gets another address: its logs keep their names, and what is said of them.
    with installation.unchecked() as (premises, signed):
        moved = PublicLog(premises.store, signed, keys_folder=premises.keys_folder, host="moved.example.org")
        moved.move(NOW.date())
        told = notice.parse(moved.successor(path_of(origins[0])))
        assert isinstance(told, Successor)
        assert told.successor == origins[1]
    if not IS_ON_POSTGRESQL:
        # civium.db was not restored: the organisers' destruction is made good, and listed again.
        assert public.destroyed(origins[0]) == 2


def test_both_generations_are_exported_and_each_is_complete(
    installation: Installation, collection: Collection, tmp_path: Path
) -> None:
    spain = place.envelopes(collection, "ES", 5)
    _send(installation, collection, spain[:2])
    installation.back_up()
    _send(installation, collection, spain[2:])
    installation.restore()
    installation.close(3)
    _send(installation, collection, spain)
    initiative = collection.initiative
    later = NOW.replace(year=2028)
    with open_premises(installation.config, place.BUNDLE) as premises:
        assert exports.generations(initiative, premises, "ES", "online") == (1, 2)
        assert exports.generations(initiative, premises, "MT", "online") == (1,)
        wanted = exports.Wanted("ES", "online", PACKAGE, override_reason="a test")
        options = {"now": later, "progress": lambda done, total: None}
        with pytest.raises(Refused, match="generation-missing"):
            exports.make_export(initiative, premises, wanted, tmp_path, TWO, **options)
        names, rows = [], []
        for generation in (1, 2):
            with pytest.raises(Refused, match="nothing-to-hand-over"):
                handing_over.hand_over(initiative, premises, "ES", "online", TWO, now=later)
            one = dataclasses.replace(wanted, generation=generation)
            made, path = exports.make_export(initiative, premises, one, tmp_path, TWO, **options)
            complete = check_export(path, told=lambda done, total: None)
            names.append(path.name)
            rows.append(complete.head.size)
            assert complete.head.origin == _origin(collection, "ES", generation)
            _, twice = exports.make_export(initiative, premises, one, tmp_path, TWO, **options)
            assert twice == path, "the same bytes again"
            assert made.rows == complete.head.size
        assert names == ["DEMO-1-ES-online.civium", "DEMO-1-ES-online-2.civium"]
        assert rows == [2, 3]
        handing_over.hand_over(initiative, premises, "ES", "online", TWO, now=later)


def test_the_same_old_backup_a_second_time_closes_the_successor_too(installation: Installation, collection: Collection) -> None:
    spain = place.envelopes(collection, "ES", 6)
    _send(installation, collection, spain[:2])
    installation.back_up()
    _send(installation, collection, spain[2:4])
    installation.restore()
    installation.close(2)
    assert _send(installation, collection, spain[2:5]).places == [(2, 0), (2, 1), (2, 2)]
    installation.restore()
    assert _refusal_to_start(installation).code == "store-behind"
    installation.close(2)
    assert _send(installation, collection, spain).places == [(1, 0), (1, 1), (3, 0), (3, 1), (3, 2), (3, 3)]
    public = _look(installation, collection, [_origin(collection, "ES", generation) for generation in (1, 2, 3)])
    assert list(public.sizes.values()) == [2, 0, 4]
    closed = [(one.origin[-2:], one.signed_size, one.stored_size) for one in public.notices if isinstance(one, Successor)]
    assert ("/1", 4, 2) in closed
    assert ("/2", 3, 0) in closed


def test_a_fork_is_closed_as_it_is(installation: Installation, collection: Collection) -> None:
    spain = place.envelopes(collection, "ES", 8)
    _send(installation, collection, spain[:2])
    installation.back_up()
    _send(installation, collection, spain[2:4])
    installation.restore()
    # The copy that lagged took over on another machine, which has a note of its own.
    noted = installation.config.signed_heads_path
    noted.rename(noted.with_name("of-the-first-machine"))
    with installation.unchecked() as (premises, signed):
        from civium.server.initiatives.lost_heads import accept_heads

        accept_heads(premises.store, signed, TWO, notices=f"{premises.host}/notices", now=NOW)
    _send(installation, collection, spain[4:7])
    noted.with_name("of-the-first-machine").rename(noted)
    refused = _refusal_to_start(installation)
    assert (refused.code, refused.facts) == ("store-forked", {"jurisdiction": "ES", "signed": 4})
    (found,) = installation.close(0)
    assert (found.cause, found.signed, found.stored) == ("store-forked", 4, 5)
    assert _send(installation, collection, spain).places == [
        (1, 0), (1, 1), (2, 0), (2, 1), (1, 2), (1, 3), (1, 4), (2, 2)
    ]  # fmt: skip
    public = _look(installation, collection, [_origin(collection, "ES", generation) for generation in (1, 2)])
    assert list(public.sizes.values()) == [5, 3]
    assert public.counts["ES"] == 8


if not IS_ON_POSTGRESQL:  # there civium.db lies in the same database and is restored with the store

    def test_what_the_organisers_records_know_is_told_and_done_again(installation: Installation, collection: Collection) -> None:
        spain = place.envelopes(collection, "ES", 4)
        _send(installation, collection, spain[:3])
        installation.back_up()
        initiative = collection.initiative
        _destroy(installation, collection, spain[0])
        with open_premises(installation.config, place.BUNDLE) as premises:
            place.add_proven_key(initiative, "LU")
            manifests.renew_manifest(initiative, premises, TWO, now=NOW)
            lifecycle.pause(initiative, premises, ONE, now=NOW)
        newest = bytes(collection.current_manifest().sha256)
        _send(installation, collection, [])
        installation.restore()
        assert _refusal_to_start(installation).facts["jurisdiction"] == "notices"
        with installation.unchecked() as (premises, _):
            kept = premises.store.collection(collection.identifier)
            assert (len(kept.manifests), kept.state) == (1, "collecting")
        installation.close(0)
        with open_premises(installation.config, place.BUNDLE) as premises:
            kept = premises.store.collection(collection.identifier)
            assert kept.state == "paused"
            assert [one.manifest_hash for one in kept.manifests][1] == newest
            assert "LU" in {key.jurisdiction for key in kept.keys}
            assert premises.store.reason(place.log_of(premises, collection, "ES"), 0) == "destroyed-by-organisers"
