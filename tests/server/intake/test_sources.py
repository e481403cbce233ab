"""Sources: counted apart from statements, by codes that are known, and kept as sums by day."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.intake.sources import LARGEST, Sources
from tests.server import live
from tests.server.intake.asking import NOON, POSTING, ask, made, on_loop, running

TODAY = date(2026, 11, 21)
COLLECTION = live.IDENTIFIER
ONE = COLLECTION + b"rail-forum"


class Book:
    """Keeps what it is given; refuses while it is away."""

    def __init__(self) -> None:
        self.kept: dict[tuple[date, bytes, str], int] = {}
        self.is_away = False

    def known(self) -> frozenset[tuple[bytes, str]]:
        if self.is_away:
            raise Refused("store-unavailable")
        return frozenset({(COLLECTION, "rail-forum"), (COLLECTION, "stand-7")})

    def add(self, told: Mapping[tuple[date, bytes, str], int]) -> None:
        if self.is_away:
            raise Refused("store-unavailable")
        for key, count in told.items():
            self.kept[key] = self.kept.get(key, 0) + count


def _sources(book: Book) -> Sources:
    sources = Sources(book)
    asyncio.run(sources.look())
    return sources


def test_what_is_known_is_counted_and_nothing_else() -> None:
    book = Book()
    sources = _sources(book)
    for raw in (ONE, ONE, COLLECTION + b"stand-7", COLLECTION + b"nobody", bytes(16) + b"rail-forum"):
        sources.take(raw, TODAY)
    asyncio.run(sources.keep())
    assert book.kept == {(TODAY, COLLECTION, "rail-forum"): 2, (TODAY, COLLECTION, "stand-7"): 1}


def test_memory_holds_only_what_is_registered() -> None:
    sources = _sources(Book())
    for number in range(1000):
        sources.take(COLLECTION + b"code-%d" % number, TODAY)
    assert not sources._told


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        COLLECTION,
        COLLECTION + b"-",
        COLLECTION + b"Rail",
        COLLECTION + b"a\n",
        COLLECTION + b"a" * 33,
        COLLECTION + b"\xce\xb1",
    ],
)
def test_what_is_not_a_collection_and_a_code_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="source-malformed"):
        _sources(Book()).take(raw, TODAY)


def test_while_the_database_is_away_the_counts_stay() -> None:
    book = Book()
    sources = _sources(book)
    sources.take(ONE, TODAY)
    book.is_away = True
    with pytest.raises(Refused, match="store-unavailable"):
        asyncio.run(sources.keep())
    book.is_away = False
    sources.take(ONE, TODAY)
    asyncio.run(sources.keep())
    assert book.kept == {(TODAY, COLLECTION, "rail-forum"): 2}


def test_the_answer_is_the_same_for_a_known_and_an_unknown_code(tmp_path: Path) -> None:
    made(tmp_path)

    async def story() -> None:
        book = Book()
        async with running(tmp_path, book=book) as intake:
            known = await ask(intake, "POST", "/api/sources", (ONE,), POSTING)
            unknown = await ask(intake, "POST", "/api/sources", (COLLECTION + b"nobody",), POSTING)
            assert known == unknown
            assert (known.status, known.body) == (204, b"")
            assert known.headers is not None
            assert known.headers[b"cache-control"] == b"no-store"
            wrong = await ask(intake, "POST", "/api/sources", (b"x",), POSTING)
            assert (wrong.status, wrong.body) == (400, b'{"code":"source-malformed","facts":{}}')
            assert (await ask(intake, "GET", "/api/sources")).status == 405
            plain = await ask(intake, "POST", "/api/sources", (ONE,), ((b"content-type", b"text/plain"),))
            assert plain.status == 415, "another site's page cannot send without being asked first"
            assert (await ask(intake, "OPTIONS", "/api/sources")).status in (0, 404, 405), "no other site may tell"
            assert not book.kept
        # What was in memory is kept when the process is told to stop.
        assert book.kept == {(NOON.date(), COLLECTION, "rail-forum"): 1}

    on_loop(story())


def test_sources_share_the_limit_of_their_network(tmp_path: Path) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, book=Book(), settings={"CIVIUM_LIMIT": "2"}) as intake:
            client = ("192.0.2.7", 4711)
            answers = [await ask(intake, "POST", "/api/sources", (ONE,), POSTING, client=client) for _ in range(3)]
            assert [answer.status for answer in answers] == [204, 204, 429]

    on_loop(story())


def test_an_installation_without_partners_answers_alike(tmp_path: Path) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            assert (await ask(intake, "POST", "/api/sources", (ONE,), POSTING)).status == 204

    on_loop(story())


def test_the_largest_body_is_a_collection_and_the_longest_code() -> None:
    assert LARGEST == 16 + 32
    _sources(Book()).take(COLLECTION + b"a" * 32, TODAY)
