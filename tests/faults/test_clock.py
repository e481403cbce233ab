"""The machine's clock steps, by an hour and over midnight in Brussels, and is put right: what holds.

- An entry's day is the day the clock told at its body's last byte. A clock that goes on gives days that never go backwards in a log; one
  that is put back gives the days it tells then. No entry changes its day, and nothing depends on the order of days.
- What was received is answered with the same index and day, whatever the clock says.
- A challenge serves one statement and one evaluation, though the clock passed its hour and came back.
- Limits and patience are counted by a clock that does not step.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from civium.formats import envelope, leaf, receipt
from civium.server.intake.app import Intake
from civium.server.store.sqlite import SQLiteStore
from tests.server import live
from tests.server.intake import asking, gate
from tests.server.intake.asking import Answer, Clock, on_loop, post, running

# Midnight in Brussels between the two days; in winter it is one hour ahead of UTC.
MIDNIGHT = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
BEFORE, AFTER = date(2026, 11, 21), date(2026, 11, 22)


class Ticking(Clock):
    """A clock that goes on by ten milliseconds each time that it is read."""

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=10)
        return self.now


def _told(answer: Answer) -> tuple[int, date]:
    """Give index and day of a receipt."""
    assert answer.status == 200, answer.body
    found = receipt.parse(answer.body.decode())
    return found.index, leaf.parse(found.leaf).received_on


def _code(answer: Answer) -> str:
    return str(msgspec.json.decode(answer.body)["code"])


def _days(folder: Path) -> list[date]:
    """Give the days of the log's entries in their order."""
    store = SQLiteStore(folder / "statements.db")
    (head, *_) = store.heads(live.IDENTIFIER)
    days = [leaf.parse(record).received_on for record in store.read_leaves(head.log, 0, head.size)]
    store.close()
    return days


def test_days_never_go_backwards_while_the_clock_goes_on(tmp_path: Path) -> None:
    """Four hundred senders at once, midnight among them."""
    going, clock = asking.made(tmp_path), Ticking(MIDNIGHT - timedelta(seconds=2))

    async def one(intake: Intake, number: int) -> tuple[int, date]:
        if number % 3 == 0:
            await asyncio.sleep(0)  # some are slower than others
        return _told(await post(intake, live.unsealed(going)))

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            told = await asyncio.gather(*(one(intake, number) for number in range(400)))
            assert {day for _, day in told} == {BEFORE, AFTER}

    on_loop(story())
    days = _days(tmp_path)
    assert len(days) == 400
    assert days == sorted(days)


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=-2)], ids=str)
def test_a_step_over_midnight_changes_no_entry(tmp_path: Path, step: timedelta) -> None:
    going = asking.made(tmp_path)
    clock = Clock(MIDNIGHT + (timedelta(minutes=-1) if step > timedelta() else timedelta(minutes=1)))
    first_day, other_day = (BEFORE, AFTER) if step > timedelta() else (AFTER, BEFORE)
    receipts: list[tuple[bytes, bytes]] = []

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            raws = [live.unsealed(going) for _ in range(3)]
            answers = [await post(intake, raws[0])]
            clock.now += step
            answers += [await post(intake, raws[1])]
            clock.now -= step
            answers += [await post(intake, raws[2])]
            assert [_told(answer) for answer in answers] == [(0, first_day), (1, other_day), (2, first_day)]
            for at, raw in enumerate(raws):
                for moved in (timedelta(), step, timedelta(days=400)):  # after the end, too
                    clock.now += moved
                    again = await post(intake, raw)
                    assert _told(again) == _told(answers[at])
                    receipts.append((raw, again.body))
                    clock.now -= moved

    on_loop(story())
    assert _days(tmp_path) == [first_day, other_day, first_day]
    origin = live.log_of(going.collection, "ES").origin
    for raw, body in receipts:
        found = receipt.parse(body.decode())
        receipt.check(found, envelope_hash=envelope.envelope_hash(raw), origin=origin, log_key=going.log_key, today=AFTER)


def test_the_end_is_the_day_the_clock_tells_at_the_last_byte(tmp_path: Path) -> None:
    """A clock an hour ahead ends a collection an hour early, for as long as it is wrong and no longer; nothing is lost by it."""
    going = asking.made(tmp_path)
    last = datetime(
        live.CLOSES_ON.year, live.CLOSES_ON.month, live.CLOSES_ON.day, 21, 30, tzinfo=UTC
    )  # in summer: half past eleven
    clock = Clock(last)

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            raw = live.unsealed(going)
            clock.now = last + timedelta(hours=1)
            assert _code(await post(intake, raw)) == "collection-ended"
            clock.now = last
            assert _told(await post(intake, raw)) == (0, live.CLOSES_ON)
            clock.now = last + timedelta(hours=1)
            assert _told(await post(intake, raw)) == (0, live.CLOSES_ON)

    on_loop(story())


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)], ids=str)
def test_a_challenge_serves_once_though_the_clock_passed_its_hour_and_came_back(tmp_path: Path, step: timedelta) -> None:
    going, clock = gate.made(tmp_path), Clock(MIDNIGHT)

    async def story() -> None:
        async with running(tmp_path, clock=clock, publish_seconds=0.02) as intake:
            solved = await gate.work(intake)
            (_, blinded), (_, other) = gate.blind(gate.ANA), gate.blind(gate.BEA)
            assert (await gate.evaluate(intake, blinded, solved)).status == 200
            token = await gate.token(intake, going, gate.ANA, await gate.work(intake))
            assert (await gate.post(intake, live.unsealed(going), token, solved)).status == 200
            clock.now += step
            during = await gate.work(intake)
            assert (await gate.post(intake, live.unsealed(going), token, during)).status == 200
            await asyncio.sleep(0.2)  # what has expired by this clock is forgotten
            clock.now -= step
            assert _code(await gate.post(intake, live.unsealed(going), token, solved)) == "challenge-spent"
            assert _code(await gate.evaluate(intake, other, solved)) == "challenge-spent"
            # What was given out while the clock was an hour behind has expired.
            gone = "challenge-spent" if step > timedelta() else "challenge-expired"
            assert _code(await gate.post(intake, live.unsealed(going), token, during)) == gone

    on_loop(story())


def test_limits_do_not_hear_of_a_step(tmp_path: Path) -> None:
    going, clock = asking.made(tmp_path), Clock()
    path = f"/api/collections/{going.collection.identifier.hex()}/challenge"

    async def story() -> None:
        async with running(tmp_path, clock=clock, settings={"CIVIUM_LIMIT": "3"}) as intake:
            told = []
            for step in (0, 1, -1, 24, -24):
                clock.now += timedelta(hours=step)
                told.append((await asking.ask(intake, "GET", path, client=("192.0.2.1", 5))).status)
            assert told == [200, 200, 200, 429, 429]

    on_loop(story())
