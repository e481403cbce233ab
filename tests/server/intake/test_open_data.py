"""Open data from memory: the total is live, the rest moves with the public log; each leaf is counted once; nothing tells a repeat."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from civium.errors import Refused
from civium.server.intake.open_data import OpenData
from civium.server.intake.receive import prepare
from civium.server.intake.replies import Reply
from civium.server.publishing.public_log import PublicLog
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.site import shown
from civium.server.store.protocol import Store
from tests.server import live
from tests.server.intake import asking, test_pages
from tests.server.intake.asking import ask, on_loop, running
from tests.server.intake.test_pages import Seconds
from tests.server.site import made
from tests.server.store.test_protocol import ENGINES

HEX = live.IDENTIFIER.hex()
BASE = f"/api/collections/{HEX}"
OCS = "/i/night-trains/public/api"
HOSTED = (made.initiative(collection=shown.Collection(HEX, "ab" * 32)),)


class Site(test_pages.Site):
    """A site that hosts the invented initiative."""

    def hosted(self) -> tuple[shown.Initiative, ...]:
        return HOSTED


class Counted:
    """A store that notes which heads and leaves are read, and can be away."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.heads_read = 0
        self.leaves_read: list[tuple[str, int, int]] = []
        self.is_away = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def heads(self, identifier: bytes) -> Any:
        self.heads_read += 1
        if self.is_away:
            raise Refused("store-unavailable")
        return self._store.heads(identifier)

    def read_leaves(self, log: Any, start: int, stop: int) -> Any:
        self.leaves_read.append((log.jurisdiction, start, stop))
        if self.is_away:
            raise Refused("store-unavailable")
        return self._store.read_leaves(log, start, stop)


class Here:
    """Open data on a store, with its public log and a clock that is put forward by hand."""

    def __init__(self, store: Store, folder: Path, *, work: int = 0) -> None:
        self.going = live.go_live(store, folder, work=work)
        self.store, self.seconds = Counted(store), Seconds()
        self.signed = SignedHeads(folder / "signed-heads")
        self.public_log = PublicLog(store, self.signed, keys_folder=folder / "keys", host=live.HOST)
        self.collections = prepare(store.collections())
        self.open_data = self.again()

    def again(self) -> OpenData:
        """A process that has just begun."""
        return OpenData(self.store, self.public_log, version="0.1.0", monotonic=self.seconds)  # type: ignore[arg-type]

    def append(self, count: int, jurisdiction: str = "ES", *, on: date = live.TODAY) -> None:
        """Append so many entries."""
        self.store.append(list(live.candidates(self.going, count, jurisdiction, on=on)))

    def move(self) -> None:
        """Let the public log move."""
        self.public_log.move(live.TODAY)

    async def count(self, open_data: OpenData | None = None) -> None:
        """Look, and wait until the days are counted."""
        open_data = open_data or self.open_data
        await open_data.take(self.collections, HOSTED, live.TODAY)
        if open_data._counting is not None:
            await open_data._counting

    async def get(self, path: str, *headers: tuple[bytes, bytes]) -> Reply:
        """Ask for a path."""
        reply = await self.open_data.answer(path, {"headers": list(headers)})
        assert reply is not None, path
        return reply

    async def told(self, path: str) -> Any:
        """Give what a path tells."""
        return msgspec.json.decode((await self.get(path)).body)


@pytest.fixture(params=sorted(ENGINES))
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Here]:
    store = ENGINES[request.param](request, tmp_path)
    here = Here(store, tmp_path)
    yield here
    here.signed.close()
    store.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Here]:
    store = live.open_store(tmp_path)
    here = Here(store, tmp_path)
    yield here
    here.signed.close()
    store.close()


def test_the_total_is_live_and_the_store_is_asked_once_for_all(small: Here) -> None:
    async def total() -> int:
        return int((await small.told(f"{BASE}/counts"))["received"])

    async def story() -> None:
        small.append(3)
        await small.count()
        assert await asyncio.gather(*(total() for _ in range(20))) == [3] * 20, "nobody is told 0 while it is read"
        assert small.store.heads_read == 1
        small.append(2)
        small.seconds.now = 0.24
        assert (await total(), small.store.heads_read) == (3, 1)
        small.seconds.now = 0.26
        assert set(await asyncio.gather(*(total() for _ in range(20)))) <= {3, 5}
        assert (await total(), small.store.heads_read) == (5, 2)
        assert (await small.told(f"{OCS}/report/progression"))["signatureCount"] == 5
        assert small.store.heads_read == 2, "one total for all who tell it"

    on_loop(story())


def test_while_the_store_is_away_the_number_before_is_told(small: Here) -> None:
    async def story() -> None:
        small.store.is_away = True
        await small.count()
        with pytest.raises(Refused, match="store-unavailable"):
            await small.get(f"{BASE}/counts")
        small.store.is_away = False
        small.append(3)
        assert (await small.told(f"{BASE}/counts"))["received"] == 3
        small.store.is_away = True
        small.seconds.now += 1
        assert (await small.told(f"{BASE}/counts"))["received"] == 3

    on_loop(story())


def test_jurisdictions_move_with_the_public_log(small: Here) -> None:
    async def story() -> None:
        await small.count()
        small.append(2)
        before = await small.told(f"{BASE}/counts")
        assert before == {"received": 2, "goal": 1_000_000, "jurisdictions": {"ES": 0, "MT": 0}}
        small.move()
        after = await small.told(f"{BASE}/counts")
        assert after["jurisdictions"] == {"ES": 2, "MT": 0}, "at once, not when the total is read again"
        table = (await small.get(f"{BASE}/counts.csv")).body.decode().split("\r\n")
        assert table[1].startswith("ES,2,")
        assert table[3] == "all,2,1000000"
        rows = (await small.told(f"{OCS}/report/map"))["signatureCountryCount"]
        assert {row["countryCode"]: row["count"] for row in rows if row["count"]} == {"es": 2}

    on_loop(story())


def test_days_are_told_for_what_the_public_log_shows_each_leaf_read_once(here: Here) -> None:
    yesterday = live.TODAY - timedelta(days=1)

    async def series() -> Any:
        return await here.told(f"{BASE}/series")

    async def story() -> None:
        here.append(3, on=yesterday)
        here.append(2, "MT")
        await here.count()
        with pytest.raises(Refused, match="not-counted-yet"):
            await series()  # nothing was published yet: that is not the same as no days
        here.move()
        await here.count()
        assert await series() == {
            "collection": HEX,
            "days": [yesterday.isoformat(), live.TODAY.isoformat()],
            "entries": {"all": [3, 2], "ES": [3, 0], "MT": [0, 2]},
            "destroyed": {"ES": 0, "MT": 0},
        }
        assert sorted(here.store.leaves_read) == [("ES", 0, 3), ("MT", 0, 2)]
        here.append(1)
        await here.count()
        assert (await series())["entries"]["all"] == [3, 2], "not before the log moves"
        log = live.log_of(here.going.collection, "ES")
        assert here.store.destroy_body(log, 0, reason="destroyed-by-organisers")
        here.move()
        await here.count()
        assert (await series())["entries"] == {"all": [3, 3], "ES": [3, 1], "MT": [0, 2]}
        assert (await series())["destroyed"] == {"ES": 1, "MT": 0}
        assert here.store.leaves_read[2:] == [("ES", 3, 4)]
        latest = await here.told(f"{OCS}/signature/lastSignatures")
        assert latest["numbers"] == 5
        assert latest["metadatas"][0] == {"country": "es", "date": f"{live.TODAY:%d/%m/%Y}"}
        # A process that begins counts once what there is, and tells the same bytes.
        bodies = {
            path: (await here.get(path)).body for path in (f"{BASE}/series", f"{BASE}/series.csv", f"{OCS}/report/evolutionMap")
        }
        here.store.leaves_read.clear()
        here.open_data = here.again()
        await here.count()
        assert sorted(here.store.leaves_read) == [("ES", 0, 4), ("MT", 0, 2)]
        assert {path: (await here.get(path)).body for path in bodies} == bodies

    on_loop(story())


def test_a_long_log_is_read_in_pieces(small: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civium.server.intake.open_data._PIECE", 4)

    async def story() -> None:
        small.append(10)
        small.move()
        await small.count()
        assert small.store.leaves_read == [("ES", 0, 4), ("ES", 4, 8), ("ES", 8, 10)]
        assert (await small.told(f"{BASE}/series"))["entries"]["ES"] == [10]

    on_loop(story())


def test_days_that_were_not_counted_yet_are_told_to_be_so_and_come_later(small: Here) -> None:
    async def story() -> None:
        small.append(3)
        small.move()
        small.store.is_away = True
        await small.count()
        with pytest.raises(Refused, match="not-counted-yet"):
            await small.get(f"{BASE}/series")
        assert (await small.get(f"{OCS}/report/evolutionMap/")).status == 404
        small.store.is_away = False
        await small.count()
        assert (await small.told(f"{BASE}/series"))["entries"]["all"] == [3]
        await small.open_data.take(small.collections, HOSTED, live.TODAY)
        assert small.open_data._counting is not None
        assert small.open_data._counting.done(), "what is told is not counted again"

    on_loop(story())


def test_what_changes_nothing_open_makes_nothing_anew(small: Here) -> None:
    """A destroyed statement raises the store's version, and all collections are read again."""

    async def story() -> None:
        small.append(1)
        small.move()
        await small.count()
        made_before = (await small.open_data.answer("/api/initiatives", {"headers": []}), small.open_data._at)
        log = live.log_of(small.going.collection, "ES")
        assert small.store.destroy_body(log, 0, reason="destroyed-by-organisers")
        small.collections = prepare(small.store.collections())
        same = (made.initiative(collection=shown.Collection(HEX, "ab" * 32)),)
        await small.open_data.take(small.collections, same, live.TODAY)
        assert small.open_data._at is made_before[1]
        await small.open_data.take(small.collections, same, live.TODAY + timedelta(days=1))
        assert small.open_data._at is not made_before[1], "at midnight days left change"
        await small.open_data.take(small.collections, (), live.TODAY)
        assert await small.open_data.answer("/api/initiatives/night-trains", {"headers": []}) is None
        assert (await small.told(f"{BASE}/counts"))["received"] == 0

    on_loop(story())


def test_a_stop_does_not_wait_for_the_count(small: Here) -> None:
    async def story() -> None:
        small.append(3)
        small.move()
        await small.open_data.take(small.collections, HOSTED, live.TODAY)
        await small.open_data.stop()
        assert small.open_data._counting is not None
        assert small.open_data._counting.cancelled()
        await small.again().stop()

    on_loop(story())


def test_the_same_bytes_have_the_same_etag_and_are_not_sent_twice(small: Here) -> None:
    async def story() -> None:
        small.append(3)
        small.move()
        await small.count()
        for path in small.open_data.paths:
            plain = await small.get(path)
            headers = dict(plain.headers)
            assert headers[b"access-control-allow-origin"] == b"*"
            assert headers[b"cache-control"].startswith(b"public, max-age=")
            again = await small.get(path, (b"if-none-match", b'"x", ' + headers[b"etag"]))
            assert (again.status, again.body) == (304, b"")
            assert dict(again.headers)[b"etag"] == headers[b"etag"]
            assert b"content-type" not in dict(again.headers)
            compressed = await small.get(path, (b"accept-encoding", b"br, gzip"))
            if b"content-encoding" in dict(compressed.headers):
                assert gzip.decompress(compressed.body) == plain.body
                assert dict(compressed.headers)[b"etag"] != headers[b"etag"]
            else:
                assert compressed.body == plain.body
        etag = dict((await small.get(f"{BASE}/counts")).headers)[b"etag"]
        small.seconds.now += 1
        assert dict((await small.get(f"{BASE}/counts")).headers)[b"etag"] == etag, "read again, and the same"
        small.append(1)
        small.seconds.now += 1
        assert dict((await small.get(f"{BASE}/counts")).headers)[b"etag"] != etag

    on_loop(story())


def _everything(folder: Path, sign: Callable[[Here], None]) -> dict[str, Any]:
    store = live.open_store(folder)
    here = Here(store, folder)
    told: dict[str, Any] = {}

    async def story() -> None:
        sign(here)
        here.move()
        await here.count()
        for path in here.open_data.paths:
            told[path] = await here.get(path)

    on_loop(story())
    here.signed.close()
    store.close()
    return told


def test_nothing_differs_for_a_repeat(tmp_path: Path) -> None:
    """Two statements of two people, and two of one: the same answers to the last byte of their headers."""

    def signing(*marks: bytes) -> Callable[[Here], None]:
        def sign(here: Here) -> None:
            for mark, candidate in zip(marks, live.candidates(here.going, len(marks)), strict=True):
                here.store.append([type(candidate)(**(vars(candidate) | {"mark": mark}))])

        return sign

    (tmp_path / "two").mkdir()
    (tmp_path / "one").mkdir()
    two = _everything(tmp_path / "two", signing(b"a" * 16, b"b" * 16))
    one = _everything(tmp_path / "one", signing(b"a" * 16, b"a" * 16))
    assert two == one
    assert len(one) > 150


def test_an_intake_serves_them_and_tells_other_sites_what_they_may_read(tmp_path: Path) -> None:
    going = asking.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, site=Site()) as intake:
            assert (await asking.post(intake, live.unsealed(going))).status == 200
            await intake._move()
            while (await ask(intake, "GET", f"{OCS}/report/evolutionMap")).status == 503:
                await asyncio.sleep(0.01)
            listed = await ask(intake, "GET", "/api/initiatives")
            assert msgspec.json.decode(listed.body)["initiatives"][0]["collection"] == HEX
            counts = await ask(intake, "HEAD", f"{BASE}/counts")
            assert (counts.status, counts.body) == (200, b"")
            assert int((counts.headers or {})[b"content-length"]) > 40
            for path in (f"{BASE}/counts", f"{OCS}/report/map", "/api/openapi.json", f"/log/{HEX}/ES/online/1/checkpoint"):
                asked = await ask(intake, "OPTIONS", path)
                assert (asked.status, asked.body) == (204, b"")
                assert (asked.headers or {})[b"access-control-allow-methods"] == b"GET, HEAD"
                assert b"content-length" not in (asked.headers or {}), "RFC 9110, 8.6"
            for path in (f"{BASE}/challenge", f"{BASE}/barrier", "/i/night-trains/privacy", "/en/", "/"):
                assert not (await ask(intake, "OPTIONS", path)).was_taken
            assert (await ask(intake, "OPTIONS", "/api/statements")).status == 405
            for path in ("/i/night-trains/public", "/i/night-trains/public/"):
                answer = await ask(intake, "GET", path)
                assert (answer.status, (answer.headers or {})[b"location"]) == (303, b"/i/night-trains")
            assert not (await ask(intake, "GET", "/i/other/public/")).was_taken
            slashed = await ask(intake, "GET", f"{OCS}/initiative/contacts/")
            assert slashed.body == (await ask(intake, "GET", f"{OCS}/initiative/contacts")).body
            absent = await ask(intake, "GET", f"{OCS}/initiative/descriptionByLang/xx")
            assert (absent.status, absent.body) == (204, b"")
            unknown = await ask(intake, "GET", "/i/other/public/api/initiative/descriptionByLang/xx")
            assert (unknown.status, msgspec.json.decode(unknown.body)["code"]) == (404, 404)
            malformed = await ask(intake, "GET", f"{OCS}/initiative/descriptionByLang/xxx")
            assert (malformed.status, msgspec.json.decode(malformed.body)["code"]) == (417, 417)

    on_loop(story())


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/initiatives/other", "/api/initiatives/", "/api/openapi.json/"])
def test_an_api_path_that_is_not_there_is_told_in_json(tmp_path: Path, path: str) -> None:
    live.open_store(tmp_path).close()

    async def story() -> None:
        async with running(tmp_path) as intake:
            answer = await ask(intake, "GET", path)
            assert (answer.status, msgspec.json.decode(answer.body)) == (404, {"code": "unknown-path", "facts": {}})

    on_loop(story())


def test_whatever_comes_in_two_forms_says_so_to_caches(small: Here) -> None:
    """A shared cache that is not told gives the compressed form to who did not ask for it (RFC 9110, 12.5.5)."""

    async def story() -> None:
        logo = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<path d='M0 0h1'/>" * 60 + b"</svg>"
        hosted = (made.initiative(collection=shown.Collection(HEX, "ab" * 32), logo=logo),)
        await small.open_data.take(small.collections, hosted, live.TODAY)
        two_forms = 0
        for path in small.open_data.paths:
            if path.endswith(("/series", "/series.csv", "evolutionMap", "lastSignatures")):
                continue
            packed = dict((await small.get(path, (b"accept-encoding", b"gzip"))).headers)
            plain = dict((await small.get(path)).headers)
            if b"content-encoding" in packed:
                two_forms += 1
                assert packed[b"vary"] == plain[b"vary"] == b"accept-encoding", path
        assert two_forms > 3
        assert b"content-encoding" in dict(
            (await small.get(f"{OCS}/customfiles/download/logo", (b"accept-encoding", b"gzip"))).headers
        )

    on_loop(story())
