"""Group commit: nobody is answered early, nobody waits for ever, and each write is tried lost and kept with its reply lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.formats import receipt
from civium.server.intake.commit import Committer
from civium.server.intake.desk_threads import ThreadDesk, Work
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.publishing.signing import HeadSigner
from civium.server.store.protocol import BatchOutcome, Candidate, Head
from civium.server.store.sqlite import SQLiteStore
from tests.server import live
from tests.server.intake.asking import on_loop


class Disk:
    """A store whose next append is told what becomes of it."""

    def __init__(self, store: SQLiteStore) -> None:
        self._store = store
        self.fate = "kept"
        self.gate = threading.Event()
        self.gate.set()
        self.is_entered = threading.Event()
        self.batches: list[int] = []

    def append(self, batch: Sequence[Candidate]) -> BatchOutcome:
        self.is_entered.set()
        self.gate.wait(10)
        self.batches.append(len(batch))
        if self.fate == "lost":
            raise Refused("store-unavailable")
        outcome = self._store.append(batch)
        if self.fate == "reply-lost":
            raise Refused("store-unavailable")
        if self.fate == "bug":
            raise AssertionError
        return outcome


class Signer:
    """Signs as ever, unless told that the disk for signed heads is full or the key has gone."""

    def __init__(self, signer: HeadSigner) -> None:
        self._signer = signer
        self.error: Exception | None = None

    def sign(self, heads: Iterable[Head]) -> dict[int, str]:
        if self.error is not None:
            raise self.error
        return self._signer.sign(heads)


class Premises:
    """A live collection, a disk that fails on demand, and a committer over both."""

    def __init__(self, folder: Path, *, queue_limit: int = 100) -> None:
        self.store = live.open_store(folder)
        self.going = live.go_live(self.store, folder)
        self.disk = Disk(self.store)
        self.signed = SignedHeads(folder / "signed-heads")
        self.signer = Signer(HeadSigner(folder / "keys", self.signed))
        self.committer = Committer(ThreadDesk(self.disk, self.signer), queue_limit=queue_limit)

    def size(self) -> int:
        return self.store.heads(live.IDENTIFIER)[0].size

    def close(self) -> None:
        self.store.close()
        self.signed.close()


@pytest.mark.parametrize(("fate", "kept"), [("lost", 0), ("reply-lost", 1)])
def test_a_failed_write_is_not_acknowledged_and_its_retry_is_one_entry(tmp_path: Path, fate: str, kept: int) -> None:
    premises = Premises(tmp_path)
    (one,) = live.candidates(premises.going, 1)

    async def story() -> None:
        await premises.committer.start()
        premises.disk.fate = fate
        with pytest.raises(Refused, match="store-unavailable"):
            await premises.committer.submit(one)
        assert premises.size() == kept
        premises.disk.fate = "kept"
        first, second = await premises.committer.submit(one), await premises.committer.submit(one)
        assert receipt.parse(first.decode()).index == receipt.parse(second.decode()).index == 0
        assert premises.size() == 1
        await premises.committer.stop()

    on_loop(story())
    premises.close()


@pytest.mark.parametrize("error", [OSError(28, "full"), Misconfigured("log-key-missing")])
def test_without_a_signed_head_nobody_is_told_and_a_retry_finds_the_entry(tmp_path: Path, error: Exception) -> None:
    premises = Premises(tmp_path)
    (one,) = live.candidates(premises.going, 1)

    async def story() -> None:
        await premises.committer.start()
        premises.signer.error = error
        with pytest.raises(Refused, match="store-unavailable"):
            await premises.committer.submit(one)
        assert premises.size() == 1
        premises.signer.error = None
        assert receipt.parse((await premises.committer.submit(one)).decode()).index == 0
        assert premises.size() == 1
        await premises.committer.stop()

    on_loop(story())
    premises.close()


def test_what_gathers_during_a_commit_is_committed_together(tmp_path: Path) -> None:
    premises = Premises(tmp_path)
    first, *rest = live.candidates(premises.going, 50)

    async def story() -> None:
        await premises.committer.start()
        premises.disk.gate.clear()
        answers = [premises.committer.submit(first)]
        await asyncio.to_thread(premises.disk.is_entered.wait, 10)
        answers += [premises.committer.submit(one) for one in rest]
        assert not any(answer.done() for answer in answers)
        premises.disk.gate.set()
        await asyncio.gather(*answers)
        assert premises.disk.batches == [1, 49]
        await premises.committer.stop()

    on_loop(story())
    premises.close()


def test_where_a_commit_costs_much_the_first_goes_alone_and_a_stream_goes_together(tmp_path: Path) -> None:
    premises = Premises(tmp_path)
    first, *rest = live.candidates(premises.going, 5)
    work = Work(premises.disk, premises.signer, lambda _: None, lambda: None, least_seconds=1.0)
    work.commit([first])
    assert premises.disk.is_entered.wait(10)
    for one in rest:
        work.commit([one])
    work.finish()
    assert premises.disk.batches == [1, 4]
    assert premises.size() == 5
    premises.close()


def test_one_more_than_may_wait_is_refused_and_a_place_becomes_free(tmp_path: Path) -> None:
    premises = Premises(tmp_path, queue_limit=3)
    candidates = list(live.candidates(premises.going, 5))

    async def story() -> None:
        await premises.committer.start()
        premises.disk.gate.clear()
        answers = [premises.committer.submit(one) for one in candidates[:3]]
        with pytest.raises(Refused, match="queue-full"):
            premises.committer.submit(candidates[3])
        premises.disk.gate.set()
        await asyncio.gather(*answers)
        await premises.committer.submit(candidates[3])
        await premises.committer.stop()

    on_loop(story())
    premises.close()


def test_stopping_refuses_newcomers_and_answers_those_who_wait(tmp_path: Path) -> None:
    premises = Premises(tmp_path)
    candidates = list(live.candidates(premises.going, 5))

    async def story() -> None:
        await premises.committer.start()
        premises.disk.gate.clear()
        answers = [premises.committer.submit(one) for one in candidates[:4]]
        stopping = asyncio.create_task(premises.committer.stop())
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="stopping"):
            premises.committer.submit(candidates[4])
        assert not premises.committer.is_ready
        premises.disk.gate.set()
        await stopping
        assert len(await asyncio.gather(*answers)) == 4
        assert premises.size() == 4

    on_loop(story())
    premises.close()


def test_a_sender_who_has_gone_spoils_nothing_for_the_others(tmp_path: Path) -> None:
    premises = Premises(tmp_path)
    candidates = list(live.candidates(premises.going, 2))

    async def story() -> None:
        await premises.committer.start()
        premises.disk.gate.clear()
        gone, stays = (premises.committer.submit(one) for one in candidates)
        gone.cancel()
        premises.disk.gate.set()
        assert receipt.parse((await stays).decode()).index == 1
        assert premises.size() == 2, "what was sent is an entry, whoever waits for the answer"
        await premises.committer.stop()

    on_loop(story())
    premises.close()


def test_a_broken_thread_leaves_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken: list[object] = []
    monkeypatch.setattr(threading, "excepthook", broken.append)
    premises = Premises(tmp_path)
    candidates = list(live.candidates(premises.going, 3))

    async def story() -> None:
        await premises.committer.start()
        premises.disk.fate = "bug"
        with pytest.raises(Refused, match="store-unavailable"):
            await premises.committer.submit(candidates[0])
        assert not premises.committer.is_ready
        with pytest.raises(Refused, match="store-unavailable"):
            await premises.committer.submit(candidates[1])
        await premises.committer.stop()

    on_loop(story())
    premises.close()
    assert len(broken) == 1, "the operator sees the fault"
    assert [record.message for record in caplog.records] == ["desk-broken AssertionError"], "also where the process ends at once"
