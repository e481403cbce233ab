"""Taking a statement back: only with its code, once and for ever, uniformly refused, beside a running intake, and told by count and export."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest

from civium.formats import envelope, erasure, receipt
from civium.server.intake.app import Intake
from civium.server.intake.erasure import MOST_WAITING, MOST_WRONG_TRIES, Erasures, WrongTries, take_back
from civium.server.publishing.notices import NoticesReader, hand_over_notice, handed_over
from civium.server.store.protocol import Change
from civium.server.store.sqlite import SQLiteStore
from tests.server import live
from tests.server.intake.asking import POSTING, Answer, ask, made, on_loop, post, running

CODE = bytes(range(16))
DESTROYED = b'{"destroyed":true}'


def _sealed(going: live.Live, code: bytes = CODE, jurisdiction: str = "ES") -> bytes:
    """Give an envelope whose signatory holds this code."""
    return live.unsealed(going, jurisdiction, erasure_commitment=receipt.erasure_commitment(live.IDENTIFIER, code))


def _request(raw: bytes, code: bytes = CODE, collection: bytes = live.IDENTIFIER) -> bytes:
    return erasure.encode(erasure.Erasure(collection, receipt.identifier(envelope.envelope_hash(raw)), code))


async def _erase(intake: Intake, body: bytes) -> Answer:
    return await ask(intake, "POST", "/api/erasures", [body], POSTING)


def _code(answer: Answer) -> tuple[int, str]:
    return answer.status, msgspec.json.decode(answer.body)["code"]


_MUCH_LATER = itertools.count(10**9, 10)


async def _received(intake: Intake) -> int:
    intake._open_data._monotonic = lambda: float(
        next(_MUCH_LATER)
    )  # the total may be a little old; the test does not wait for it
    count: int = msgspec.json.decode((await ask(intake, "GET", f"/api/collections/{live.IDENTIFIER.hex()}/counts")).body)[
        "received"
    ]
    return count


def test_with_the_code_a_statement_is_destroyed_and_the_evidence_kept(tmp_path: Path) -> None:
    going = made(tmp_path)
    raw, other = _sealed(going), _sealed(going, bytes(16))

    async def story() -> None:
        async with running(tmp_path) as intake:
            for one in (other, raw):
                assert (await post(intake, one)).status == 200
            answers = [await _erase(intake, _request(raw)) for _ in range(3)]
            assert {(answer.status, answer.body) for answer in answers} == {(200, DESTROYED)}, "again and again, the same"
            assert await _received(intake) == 1
            assert (await post(intake, raw)).status == 200, "a retry finds its place"
            assert await _received(intake) == 1, "and revives nothing"
            assert (await post(intake, _sealed(going))).status == 200
            assert await _received(intake) == 2, "one may sign again"

    on_loop(story())
    store = SQLiteStore(tmp_path / "statements.db")
    log = live.log_of(going.collection, "ES")
    rows = list(store.read_rows(log, 0, 3))
    store.close()
    assert [(row.envelope is None, row.reason, row.evidence) for row in rows] == [
        (False, None, b""),
        (True, "erased-by-signatory", CODE),
        (False, None, b""),
    ]
    assert raw[-200:] not in (tmp_path / "statements.db").read_bytes()


def test_unknown_identifier_and_wrong_code_are_told_alike_and_change_nothing(tmp_path: Path) -> None:
    going = made(tmp_path)
    raw = _sealed(going)

    async def story() -> None:
        async with running(tmp_path) as intake:
            await post(intake, raw)
            answers = [
                await _erase(intake, _request(raw, bytes(16))),
                await _erase(intake, _request(_sealed(going))),
                await _erase(intake, erasure.encode(erasure.Erasure(live.IDENTIFIER, receipt.identifier(bytes(32)), bytes(16)))),
            ]
            assert len({(answer.status, answer.body, str(answer.headers)) for answer in answers}) == 1
            assert _code(answers[0]) == (404, "erasure-unknown")
            assert await _received(intake) == 1

    on_loop(story())


@pytest.mark.parametrize(
    ("method", "body", "headers", "status", "code"),
    [
        ("GET", b"", POSTING, 405, "method-not-allowed"),
        ("POST", bytes(49), [(b"content-type", b"application/json")], 415, "content-type"),
        ("POST", b"", POSTING, 400, "erasure-malformed"),
        ("POST", bytes(49), POSTING, 400, "erasure-malformed"),
        ("POST", bytes(50), POSTING, 400, "erasure-malformed"),
        ("POST", bytes(7000), POSTING, 413, "posting-size"),
    ],
)
def test_a_request_that_is_no_erasure_is_refused(
    tmp_path: Path, method: str, body: bytes, headers: Any, status: int, code: str
) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            assert _code(await ask(intake, method, "/api/erasures", [body], headers)) == (status, code)

    on_loop(story())


def test_another_collections_statement_is_not_reached(tmp_path: Path) -> None:
    going = made(tmp_path)
    raw = _sealed(going)

    async def story() -> None:
        async with running(tmp_path) as intake:
            await post(intake, raw)
            assert _code(await _erase(intake, _request(raw, collection=bytes(16)))) == (404, "unknown-collection")

    on_loop(story())


def test_after_the_hand_over_the_authority_is_named_only_to_who_holds_the_code(tmp_path: Path) -> None:
    going = made(tmp_path)
    erased, kept, elsewhere = _sealed(going), _sealed(going, bytes(16)), _sealed(going, CODE, "MT")

    async def story() -> None:
        async with running(tmp_path) as intake:
            for raw in (erased, kept, elsewhere):
                await post(intake, raw)
            await _erase(intake, _request(erased))
            log = live.log_of(going.collection, "ES")
            store = SQLiteStore(tmp_path / "statements.db")
            change = Change(notice=hand_over_notice(log, live.TODAY))
            store.change_collection(live.IDENTIFIER, change, expected_version=1)
            assert handed_over(store) == {(live.IDENTIFIER, "ES", "online")}
            store.close()
            refused = await _erase(intake, _request(kept, bytes(16)))
            assert _code(refused) == (409, "erasure-handed-over")
            assert msgspec.json.decode(refused.body)["facts"] == {"jurisdiction": "ES"}
            assert _code(await _erase(intake, _request(kept, CODE))) == (404, "erasure-unknown")
            assert (await _erase(intake, _request(erased))).body == DESTROYED, "what was done stays said"
            assert (await _erase(intake, _request(elsewhere))).body == DESTROYED, "another log is not handed over"

    on_loop(story())


def test_a_statement_destroyed_by_others_is_told_as_destroyed_and_keeps_its_reason(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    raw, log = _sealed(going), live.log_of(going.collection, "ES")
    store.append([live.candidate(log, raw)])
    store.destroy_body(log, 0, reason="destroyed-by-organisers")
    take_back(store, NoticesReader(store), erasure.parse(_request(raw)))
    (row,) = store.read_rows(log, 0, 1)
    store.close()
    assert (row.reason, row.evidence) == ("destroyed-by-organisers", b"")


def test_a_network_that_is_wrong_too_often_waits_an_hour() -> None:
    now = [0.0]
    tries = WrongTries(lambda: now[0])
    for _ in range(MOST_WRONG_TRIES):
        tries.check(1)
        tries.add(1)
    with pytest.raises(Exception, match="erasure-too-often"):
        tries.check(1)
    tries.check(2)
    now[0] = 3600.0
    tries.check(1)


def test_wrong_tries_are_counted_over_http_and_right_ones_are_not(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    raw = _sealed(going)
    store.append([live.candidate(live.log_of(going.collection, "ES"), raw)])
    network = 7

    async def codes() -> list[str]:
        erasures, told = Erasures(store), []
        for _ in range(MOST_WRONG_TRIES + 5):
            assert (await erasures.erase(_request(raw), network)).status == 200
        for _ in range(MOST_WRONG_TRIES + 1):
            try:
                await erasures.erase(_request(raw, bytes(16)), network)
            except Exception as error:  # noqa: BLE001  every kind is told below
                told.append(str(getattr(error, "code", error)))
        return told

    assert asyncio.run(codes()) == ["erasure-unknown"] * MOST_WRONG_TRIES + ["erasure-too-often"]
    store.close()


def test_the_counts_of_networks_stay_few() -> None:
    tries = WrongTries(lambda: 0.0)
    for number in range(10_050):
        tries.add(number)
    assert len(tries._counts) == 10_000


def test_more_than_may_wait_are_sent_away(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    live.go_live(store, tmp_path)
    body = erasure.encode(
        erasure.Erasure(live.IDENTIFIER, receipt.identifier(uuid.uuid5(uuid.NAMESPACE_URL, "x").bytes * 2), CODE)
    )

    async def story() -> list[str]:
        erasures = Erasures(store)
        asked = [erasures.erase(body, None) for _ in range(MOST_WAITING + 9)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        await erasures.stop()
        return [str(getattr(answer, "code", answer)) for answer in answers]

    told = asyncio.run(story())
    store.close()
    assert told.count("queue-full") == 9
    assert told.count("erasure-unknown") == MOST_WAITING


def test_fifty_at_once_destroy_once_beside_a_batch(tmp_path: Path) -> None:
    going = made(tmp_path)
    raw = _sealed(going)

    async def story() -> None:
        async with running(tmp_path) as intake:
            await post(intake, raw)
            others = [post(intake, _sealed(going)) for _ in range(40)]
            answers = await asyncio.gather(*(_erase(intake, _request(raw)) for _ in range(50)), *others)
            assert {answer.status for answer in answers} == {200}
            assert await _received(intake) == 40
            (head,) = (head for head in intake._store.heads(live.IDENTIFIER) if head.size)
            assert (head.size, head.destroyed) == (41, 1)

    on_loop(story())


def test_an_intake_that_stops_finishes_what_was_asked(tmp_path: Path) -> None:
    going = made(tmp_path)
    raws = [_sealed(going) for _ in range(20)]

    async def story() -> list[Answer]:
        async with running(tmp_path) as intake:
            for raw in raws:
                await post(intake, raw)
            asked = [asyncio.ensure_future(_erase(intake, _request(raw))) for raw in raws]
            await asyncio.sleep(0)
        return await asyncio.gather(*asked)

    answers = asyncio.run(story())
    store = SQLiteStore(tmp_path / "statements.db")
    destroyed = sum(head.destroyed for head in store.heads(live.IDENTIFIER))
    store.close()
    assert {answer.status for answer in answers} == {200}
    assert destroyed == 20


def test_the_code_is_in_no_log_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    going = made(tmp_path)
    raw = _sealed(going)

    async def story() -> None:
        async with running(tmp_path) as intake:
            await post(intake, raw)
            await _erase(intake, _request(raw, bytes(16)))
            await _erase(intake, _request(raw))

    on_loop(story())
    assert CODE.hex() not in caplog.text
    assert str(receipt.identifier(envelope.envelope_hash(raw))) not in caplog.text
