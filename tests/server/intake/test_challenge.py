"""Proof of work at the door: what is asked for, what is spent, what is told to who brings none; retries need nothing."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import msgspec

from civium.formats import challenge, receipt
from civium.server.intake.challenge import Challenges
from civium.server.store.protocol import Change
from civium.server.store.sqlite import SQLiteStore
from tests.server import live
from tests.server.intake import asking, gate
from tests.server.intake.asking import NOON, Answer, Clock, ask, on_loop, running

KEY = bytes(range(32))
NOW = int(NOON.timestamp())


def _code(answer: Answer) -> tuple[int, str]:
    return answer.status, msgspec.json.decode(answer.body)["code"]


def test_a_statement_without_work_is_refused_and_with_it_received(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            raw, solved = live.unsealed(going), await gate.work(intake)
            token = await gate.token(intake, going, gate.ANA, solved)
            assert _code(await gate.post(intake, raw, token, b"")) == (403, "challenge-missing")
            assert _code(await gate.post(intake, raw, token, b"x")) == (400, "challenge-malformed")
            forged = solved[:-1] + bytes((solved[-1] ^ 1,))
            assert _code(await gate.post(intake, raw, token, forged)) == (403, "challenge-forged")
            answer = await gate.post(intake, raw, token, solved)
            assert answer.status == 200
            assert receipt.parse(answer.body.decode()).index == 0, "what was refused took no index"

    on_loop(story())


def test_a_challenge_serves_one_envelope_and_its_retries_need_none(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            raw, solved = live.unsealed(going), await gate.work(intake)
            token = await gate.token(intake, going, gate.ANA, solved)
            first = await gate.post(intake, raw, token, solved)
            for again in (solved, b"", await gate.work(intake), bytes(61)):
                retried = await gate.post(intake, raw, token, again)
                assert (retried.status, retried.body.splitlines()[:3]) == (200, first.body.splitlines()[:3])
            assert _code(await gate.post(intake, live.unsealed(going), token, solved)) == (403, "challenge-spent")
            fresh = await gate.work(intake)
            assert (await gate.post(intake, live.unsealed(going), token, fresh)).status == 200

    on_loop(story())


def test_of_fifty_envelopes_with_one_challenge_one_is_received(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            solved = await gate.work(intake)
            token = await gate.token(intake, going, gate.ANA, solved)
            answers = await asyncio.gather(*(gate.post(intake, live.unsealed(going), token, solved) for _ in range(50)))
            assert sorted(answer.status for answer in answers) == [200] + [403] * 49

    on_loop(story())


def test_an_expired_challenge_is_told_so(tmp_path: Path) -> None:
    going, clock = gate.made(tmp_path), Clock()

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            solved = await gate.work(intake)
            token = await gate.token(intake, going, gate.ANA, solved)
            clock.now += timedelta(hours=2)
            assert _code(await gate.post(intake, live.unsealed(going), token, solved)) == (403, "challenge-expired")

    on_loop(story())


def test_who_comes_before_the_start_hears_of_that_and_not_of_work(tmp_path: Path) -> None:
    going, clock = gate.made(tmp_path), Clock(NOON - timedelta(days=300))

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            assert _code(await gate.post(intake, live.unsealed(going), b"", b"")) == (403, "collection-not-started")
            assert _code(await gate.post(intake, live.unsealed(going, key_id=bytes(16)), b"", b""))[1] == "collection-not-started"

    on_loop(story())


def test_work_is_changed_while_it_runs(tmp_path: Path) -> None:
    gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            store = SQLiteStore(tmp_path / "statements.db")
            store.change_collection(live.IDENTIFIER, Change(work=4321), expected_version=1)
            store.close()
            path = f"/api/collections/{live.IDENTIFIER.hex()}/challenge"
            for _ in range(200):
                answer = await ask(intake, "GET", path)
                if json.loads(answer.body)["maxnumber"] == 4321:
                    break
                await asyncio.sleep(0.01)
            assert json.loads(answer.body)["maxnumber"] == 4321
            assert answer.headers is not None
            assert answer.headers[b"cache-control"] == b"no-store"

    on_loop(story())


def test_a_collection_that_asks_for_none_says_so(tmp_path: Path) -> None:
    asking.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            answer = await ask(intake, "GET", f"/api/collections/{live.IDENTIFIER.hex()}/challenge")
            assert json.loads(answer.body)["maxnumber"] == 0
            for path in (f"/api/collections/{bytes(16).hex()}/challenge", "/api/collections/../challenge"):
                assert _code(await ask(intake, "GET", path)) == (404, "unknown-collection")

    on_loop(story())


def test_nothing_of_a_challenge_is_kept_but_its_name_and_its_hour(tmp_path: Path) -> None:
    going, clock = gate.made(tmp_path), Clock()

    async def story() -> None:
        async with running(tmp_path, clock=clock, publish_seconds=0.05) as intake:
            assert (await gate.sign(intake, going, gate.ANA)).status == 200
            assert _rows(tmp_path) == [(NOW // 3600 + 1,)], "given out at noon sharp, it lasts an hour"
            clock.now += timedelta(hours=2)  # an hour late: the clock might have been ahead
            for _ in range(200):
                if not _rows(tmp_path):
                    break
                await asyncio.sleep(0.01)
            assert _rows(tmp_path) == []

    on_loop(story())


def _rows(folder: Path) -> list[tuple[int]]:
    connection = sqlite3.connect(folder / "statements.db")
    try:
        return connection.execute("select expires_hour from challenge").fetchall()
    finally:
        connection.close()


def test_numbers_are_drawn_from_all_there_are() -> None:
    challenges = Challenges(KEY)
    drawn = {challenge.solve(_given(challenges, 3, 0)).number for _ in range(200)}
    assert drawn == {0, 1, 2, 3}


def _given(challenges: Challenges, most: int, later: int) -> challenge.Challenge:
    told = json.loads(challenges.give(live.IDENTIFIER, most, NOW + later).body)
    return challenge.Challenge(told["salt"], told["challenge"], told["signature"], told["maxnumber"])


def _solved(challenges: Challenges, later: int) -> bytes:
    return challenge.encode(challenge.solve(_given(challenges, 5, later)))
