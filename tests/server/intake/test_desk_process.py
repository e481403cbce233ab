"""The committing process: it does what threads did, outlives its intake's last word, and its death costs nobody a statement."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sqlite3
import subprocess
import threading
from collections import deque
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.errors import Refused
from civium.formats import receipt
from civium.server.intake import desk_frames, desk_process
from civium.server.intake.commit import Committer
from civium.server.intake.desk_process import ProcessDesk, serve_desk
from civium.server.publishing.signed_heads import SignedHead, SignedHeads, log_name
from civium.server.store.protocol import Candidate, Log, Spent
from tests.server import live
from tests.server.intake.asking import config_of, made, on_loop, post, running

LOG = Log(7, "signing.example.org/log/x", bytes(16), "ES", "online", 1)
candidates = st.builds(
    Candidate,
    log=st.just(LOG),
    envelope=st.binary(max_size=5000),
    envelope_hash=st.binary(min_size=32, max_size=32),
    erasure_commitment=st.binary(min_size=32, max_size=32),
    received_on=st.dates(min_value=date(2026, 1, 1), max_value=date(9999, 12, 31)),
    refusal=st.sampled_from([None, Refused("manifest-expired")]),
    mark=st.one_of(st.none(), st.binary(min_size=16, max_size=16)),
    challenge=st.one_of(st.none(), st.builds(Spent, st.binary(min_size=16, max_size=16), st.integers(1, 2**32 - 1))),
)


@given(st.lists(candidates, max_size=5))
def test_candidates_travel_unchanged(batch: list[Candidate]) -> None:
    frame = desk_frames.encode_candidates(batch)
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    arrived = desk_frames.parse_candidates(frame[4:], {LOG.number: LOG}.__getitem__)
    for one, other in zip(batch, arrived, strict=True):
        assert other.refusal is (None if one.refusal is None else desk_frames.OWN_REFUSAL)
        assert [getattr(one, name) for name in vars(one) if name != "refusal"] == [
            getattr(other, name) for name in vars(other) if name != "refusal"
        ]


def test_answers_travel_with_each_ones_own_refusal() -> None:
    own = Refused("manifest-expired")
    told = [b"a receipt", desk_frames.OWN_REFUSAL, Refused("challenge-spent"), Refused("posting-size", largest=3)]
    asked: deque[Refused | None] = deque([None, own, None, None, None])
    answers = desk_frames.parse_answers(desk_frames.encode_answers(told)[4:], asked)
    assert answers[:2] == [b"a receipt", own]
    assert [(one.code, one.facts) for one in answers[2:] if isinstance(one, Refused)] == [
        ("challenge-spent", {}),
        ("posting-size", {"largest": 3}),
    ]
    assert len(asked) == 1, "the last one is not answered yet"


def _process_of(intake: Any) -> Any:
    return intake._committer._desk._process


def test_an_intake_takes_statements_through_it(tmp_path: Path) -> None:
    going = made(tmp_path)
    raws = [live.sealed(going, code) for code in ("ES", "MT", "ES")]

    async def story() -> None:
        async with running(tmp_path, open_desk=None) as intake:
            first = await asyncio.gather(*(post(intake, raw) for raw in raws))
            again = await asyncio.gather(*(post(intake, raw) for raw in raws))
            # Whoever stops a server sends its signal to this one, too: it waits for the intake's word.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(_process_of(intake).pid, number)
            later = await post(intake, live.sealed(going, "MT"))
            process = _process_of(intake)
        assert [one.status for one in (*first, *again, later)] == [200] * 7
        read = [receipt.parse(one.body.decode()) for one in (*first, *again, later)]
        assert [one.index for one in read] == [0, 0, 1, 0, 0, 1, 1]
        assert process.returncode == 0

    on_loop(story())


def test_each_one_hears_the_own_refusal(tmp_path: Path) -> None:
    going = made(tmp_path)

    async def story() -> None:
        desk = ProcessDesk(config_of(tmp_path))
        committer = Committer(desk, queue_limit=10)
        await committer.start()
        good, late = live.candidates(going, 2)
        refused = Candidate(**(vars(late) | {"refusal": Refused("manifest-expired")}))
        receipt_of_good, heard = await asyncio.gather(committer.submit(good), committer.submit(refused), return_exceptions=True)
        assert isinstance(receipt_of_good, bytes)
        assert heard is refused.refusal
        await committer.stop()

    on_loop(story())


def test_its_death_is_told_and_mended_and_costs_no_statement(tmp_path: Path) -> None:
    going = made(tmp_path)
    raws = [live.sealed(going) for _ in range(40)]

    async def story() -> None:
        async with running(tmp_path, open_desk=None) as intake:
            assert (await post(intake, raws[0])).status == 200
            process = _process_of(intake)
            os.kill(process.pid, signal.SIGSTOP)
            waiting = [asyncio.create_task(post(intake, raw)) for raw in raws]
            await asyncio.sleep(0.05)
            os.kill(process.pid, signal.SIGKILL)
            assert {one.status for one in await asyncio.gather(*waiting)} == {503}
            assert not intake._committer.is_ready
            assert (await post(intake, raws[1])).status == 503
            while not intake._committer.is_ready:
                await asyncio.sleep(0.05)
            answers = [await post(intake, raw) for raw in raws]
            assert {one.status for one in answers} == {200}
            assert sorted(receipt.parse(one.body.decode()).index for one in answers) == list(range(40))

    on_loop(story())


def test_where_no_process_can_be_begun_it_is_tried_again_and_the_log_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No file or process more is to be had: the intake must not stay without a committing process for ever."""
    going = made(tmp_path)
    popen, fails = subprocess.Popen, [OSError(errno.EMFILE, "full"), BlockingIOError(errno.EAGAIN, "full")]

    def begun(*arguments: Any, **named: Any) -> Any:
        if fails:
            raise fails.pop()
        return popen(*arguments, **named)

    async def story() -> None:
        async with running(tmp_path, open_desk=None) as intake:
            before = len(list(Path("/proc/self/fd").iterdir()))
            monkeypatch.setattr(desk_process, "_AGAIN_SECONDS", 0.05)
            monkeypatch.setattr(subprocess, "Popen", begun)
            os.kill(_process_of(intake).pid, signal.SIGKILL)
            while intake._committer.is_ready:
                await asyncio.sleep(0.01)
            while not intake._committer.is_ready:
                await asyncio.sleep(0.05)
            assert (await post(intake, live.sealed(going))).status == 200
            assert len(list(Path("/proc/self/fd").iterdir())) == before

    on_loop(story())
    told = [record.message for record in caplog.records if record.name.startswith("civium")]
    assert told == ["desk-ended -9", "desk-not-begun EAGAIN", "desk-not-begun EMFILE"]


def test_stopping_while_it_is_dead_ends(tmp_path: Path) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, open_desk=None) as intake:
            os.kill(_process_of(intake).pid, signal.SIGKILL)
            while intake._committer.is_ready:
                await asyncio.sleep(0.01)

    on_loop(story())


def test_what_was_taken_is_committed_when_the_intake_dies(tmp_path: Path) -> None:
    going = made(tmp_path)
    ours, theirs = socket.socketpair()
    working = threading.Thread(target=serve_desk, args=(config_of(tmp_path), theirs))
    working.start()
    assert ours.recv(4) == desk_frames.HELLO
    batch = list(live.candidates(going, 3))
    ours.sendall(desk_frames.encode_candidates(batch[:2]) + desk_frames.encode_candidates(batch[2:])[:-1])
    ours.close()
    working.join(30)
    assert not working.is_alive()
    theirs.close()
    with sqlite3.connect(tmp_path / "statements.db") as database:
        assert database.execute("select count(*) from entry").fetchone() == (2,), "half a frame is nothing"
    database.close()


def test_without_a_store_it_does_not_begin(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async def story() -> None:
        with pytest.raises(Refused, match="store-unavailable"):
            await ProcessDesk(config_of(tmp_path)).start(lambda _: None, lambda: None, lambda: None)

    on_loop(story())
    assert capfd.readouterr().err == "civium: error: store-missing\n"


def test_a_process_whose_store_is_behind_does_not_begin(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    going = made(tmp_path)
    signed = SignedHeads(tmp_path / "signed-heads")
    signed.raise_to([SignedHead(log_name(going.collection.logs[0].origin), 7, bytes(32))])
    signed.close()

    async def story() -> None:
        with pytest.raises(Refused, match="store-unavailable"):
            await ProcessDesk(config_of(tmp_path)).start(lambda _: None, lambda: None, lambda: None)

    on_loop(story())
    assert "store-behind" in capfd.readouterr().err
