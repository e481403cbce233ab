"""The token service in its own process: what it answers, what becomes of the intake without it, and who can read its keys."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest
import uvloop
from voprf import ristretto

from civium.errors import Misconfigured, Refused
from civium.formats import duplicate_token, receipt, token_service
from civium.server.store.protocol import Spent
from civium.server.tokens.asking import AskedTokens, TokenLine
from civium.server.tokens.kept import KeptTokens
from civium.server.tokens.keys import load_token_keys
from civium.server.tokens.process import TokenProcess
from tests.server import live
from tests.server.intake import gate
from tests.server.intake.asking import on_loop, running

COLLECTION = live.IDENTIFIER
PAID = Spent(bytes(16), 500_000)


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder whose name is short enough for a socket's."""
    with tempfile.TemporaryDirectory(prefix="civium-") as folder:
        yield Path(folder)


@contextmanager
def service(place: Path, keys: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `civium tokens serve` with nothing of the installation in its environment."""
    command = [sys.executable, "-c", "import sys; from civium.command import main; sys.exit(main())", "tokens", "serve"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    with subprocess.Popen(
        [*command, "--keys", str(keys), "--socket", str(place / "socket")], env=kept, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        try:
            assert b"answers on" in process.stderr.readline()
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()


def test_it_evaluates_and_marks_like_the_keys_at_hand(place: Path, tmp_path: Path) -> None:
    with service(place, tmp_path / "keys"), TokenLine(place / "socket") as line:
        public = line.public_key(COLLECTION)
        assert line.public_key(COLLECTION) == public
        near = KeptTokens(tmp_path / "keys")
        assert near.public_key(COLLECTION) == public
        assert line.mark(COLLECTION, "a log", bytes(64)) == near.mark(COLLECTION, "a log", bytes(64))
        with pytest.raises(Refused, match="tokens-unavailable"):
            line.mark(bytes(16), "a log", bytes(64))
        assert (place / "socket").stat().st_mode & 0o777 == 0o600

        async def story() -> None:
            asked = AskedTokens(place / "socket")
            client, blinded = ristretto.Client.blind(b"somebody")
            replies = await asyncio.gather(*(asked.evaluate(COLLECTION, blinded.serialize(), PAID) for _ in range(20)))
            for reply in replies:
                assert gate.finish(client, reply, public) == near_output(near, client, blinded.serialize(), public)
            with pytest.raises(Refused, match="token-element"):
                await asked.evaluate(COLLECTION, bytes(32), PAID)
            assert await asked.mark(COLLECTION, "a log", bytes(64)) == near.mark(COLLECTION, "a log", bytes(64))
            await asked.close()

        on_loop(story())


def near_output(near: KeptTokens, client: ristretto.Client, blinded: bytes, public: bytes) -> bytes:
    """Give the same token by the keys at hand."""
    return gate.finish(client, near.evaluate(COLLECTION, blinded, PAID), public)


@pytest.mark.parametrize("raw", [b"\x04" + bytes(18), b"\x02" + COLLECTION + b"\xff\xff", b"\x02" + COLLECTION + b"\0\1x"])
def test_what_is_malformed_ends_the_line_and_nothing_else(place: Path, tmp_path: Path, raw: bytes) -> None:
    async def story() -> None:
        process = TokenProcess(KeptTokens(tmp_path / "keys"), place / "socket")
        await process.start()
        reader, writer = await asyncio.open_unix_connection(place / "socket")
        writer.write(raw)
        assert await reader.read() == b""
        writer.close()
        reader, writer = await asyncio.open_unix_connection(place / "socket")
        writer.write(token_service.encode_request(token_service.PUBLIC_KEY, COLLECTION))
        assert len(await reader.readexactly(3 + 32)) == 35
        writer.close()
        await process.stop()
        assert not (place / "socket").exists()

    on_loop(story())


def test_answers_keep_the_order_of_questions_however_they_come_and_are_read(place: Path, tmp_path: Path) -> None:
    """Many at once, in pieces of any length, by one who reads nothing before all are asked: more than fits between the two."""
    near = KeptTokens(tmp_path / "keys")
    near.public_key(COLLECTION)
    asked = [number.to_bytes(64, "big") for number in range(20_000)]
    questions = b"".join(
        token_service.encode_request(token_service.MARK, COLLECTION, token_service.encode_mark("a log", token)) for token in asked
    )

    async def story() -> None:
        process = TokenProcess(near, place / "socket")
        await process.start()
        reader, writer = await asyncio.open_unix_connection(place / "socket", limit=1024)
        for start in range(0, 2000, 7):
            writer.write(questions[start : min(start + 7, 2000)])
            await asyncio.sleep(0)
        writer.write(questions[2000:])
        other = AskedTokens(place / "socket")
        assert len(await other.mark(COLLECTION, "a log", bytes(64))) == duplicate_token.MARK_SIZE
        for token in asked:
            answer = await reader.readexactly(token_service.REPLY_START_SIZE + duplicate_token.MARK_SIZE)
            assert answer[token_service.REPLY_START_SIZE :] == near.mark(COLLECTION, "a log", token)
        writer.close()
        await other.close()
        await process.stop()

    on_loop(story())


def test_who_takes_no_answers_is_not_read_from(place: Path, tmp_path: Path) -> None:
    """Otherwise whoever may connect could fill the memory of the process that holds the keys."""

    async def story() -> int:
        tokens = KeptTokens(tmp_path / "keys")
        tokens.public_key(COLLECTION)
        process = TokenProcess(tokens, place / "socket")
        await process.start()
        asked = token_service.encode_request(token_service.MARK, COLLECTION, token_service.encode_mark("a log", bytes(64)))
        whole = asked * 7  # fewer than are answered at once: what is sent is all read
        sent = taken = 0
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as greedy:
            greedy.setblocking(False)
            greedy.connect(str(place / "socket"))
            for _ in range(20_000):
                with suppress(BlockingIOError):
                    sent += greedy.send(whole[sent % len(asked) :])
                for _ in range(3):
                    await asyncio.sleep(0)
            (line,) = process._lines
            held = len(line._read)
            while taken < sent // len(asked) * 19:
                with suppress(BlockingIOError):
                    taken += len(greedy.recv(1 << 20))
                await asyncio.sleep(0)
        await process.stop()
        return held

    assert asyncio.run(asyncio.wait_for(story(), 30)) < 1 << 20


def test_on_the_servers_own_loop_it_is_the_same(place: Path, tmp_path: Path) -> None:
    """Granian's loop is uvloop, whose transports are none of asyncio's by class."""
    near = KeptTokens(tmp_path / "keys")
    near.public_key(COLLECTION)

    async def story() -> None:
        process = TokenProcess(near, place / "socket")
        await process.start()
        asked = AskedTokens(place / "socket")
        tokens = [number.to_bytes(64, "big") for number in range(100)]
        marks = await asyncio.gather(*(asked.mark(COLLECTION, "a log", token) for token in tokens))
        assert marks == [near.mark(COLLECTION, "a log", token) for token in tokens]
        await asked.close()
        await process.stop()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


def test_an_answer_to_nothing_ends_the_line(place: Path) -> None:
    """It could be taken for the next question's; that one is asked over another line."""
    lines = 0

    async def story() -> None:
        async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal lines
            lines += 1
            await reader.read(1)
            writer.write(token_service.encode_reply(token_service.DONE, bytes(16)) * 2)
            await reader.read()
            writer.close()

        server = await asyncio.start_unix_server(tell, place / "socket")
        asked = AskedTokens(place / "socket")
        for number in (1, 2):
            assert await asked.mark(COLLECTION, "a log", bytes(64)) == bytes(16)
            assert lines == number
        await asked.close()
        server.close()

    on_loop(story())


def test_a_socket_that_answers_is_not_taken_and_one_that_was_left_is(place: Path, tmp_path: Path) -> None:
    async def story() -> None:
        first = TokenProcess(KeptTokens(tmp_path / "keys"), place / "socket")
        await first.start()
        with pytest.raises(Misconfigured, match="tokens-socket"):
            await TokenProcess(KeptTokens(tmp_path / "keys"), place / "socket").start()
        await first.stop()
        left = socket.socket(socket.AF_UNIX)
        left.bind(str(place / "socket"))
        left.close()
        again = TokenProcess(KeptTokens(tmp_path / "keys"), place / "socket")
        await again.start()
        await again.stop()
        (place / "socket").write_text("a file of somebody's")
        with pytest.raises(Misconfigured, match="tokens-socket"):
            await again.start()
        with pytest.raises(Misconfigured, match="tokens-socket"):
            await TokenProcess(KeptTokens(tmp_path / "keys"), place / "missing" / "socket").start()

    on_loop(story())


def test_an_intake_outlives_its_token_service(place: Path, tmp_path: Path) -> None:
    """Killed and started again: meanwhile newcomers are told to try again, retries are answered; afterwards all goes on."""
    keys = tmp_path / "elsewhere"
    with service(place, keys), TokenLine(place / "socket") as line:
        token_key = line.public_key(COLLECTION)
        store = live.open_store(tmp_path)
        going = live.go_live(store, tmp_path, ("ES",), token_key=token_key, work=gate.WORK)
        store.close()

    async def story() -> None:
        async with running(tmp_path, settings={"CIVIUM_TOKENS": str(place / "socket")}) as intake:
            raw, solved = live.unsealed(going), await gate.work(intake)
            with service(place, keys):
                token = await gate.token(intake, going, gate.ANA, solved)
                assert (await gate.post(intake, raw, token, solved)).status == 200
            refused = await gate.post(intake, live.unsealed(going), token, await gate.work(intake))
            assert (refused.status, msgspec.json.decode(refused.body)["code"]) == (503, "tokens-unavailable")
            assert (await gate.evaluate(intake, gate.blind(gate.BEA)[1], await gate.work(intake))).status == 503
            assert (await gate.post(intake, raw, token, b"")).status == 200
            with service(place, keys):
                answers = await asyncio.gather(*(gate.sign(intake, going, gate.BEA) for _ in range(20)))
                assert {answer.status for answer in answers} == {200}
                assert sorted(receipt.parse(answer.body.decode()).index for answer in answers) == list(range(1, 21))

    on_loop(story())
    assert not list((tmp_path / "keys").glob("token-*"))
    store = live.open_store(tmp_path)
    assert store.repeats(live.log_of(going.collection, "ES")) == 19
    store.close()


def test_a_service_that_hangs_is_not_waited_for(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civium.server.tokens.asking._PATIENCE_SECONDS", 0.2)
    with service(place, tmp_path / "keys") as process:
        with TokenLine(place / "socket") as line:
            line.public_key(COLLECTION)

        async def story() -> None:
            asked = AskedTokens(place / "socket")
            assert len(await asked.mark(COLLECTION, "a log", bytes(64))) == duplicate_token.MARK_SIZE
            process.send_signal(signal.SIGSTOP)
            with pytest.raises(Refused, match="tokens-unavailable"):
                await asked.mark(COLLECTION, "a log", bytes(64))
            process.send_signal(signal.SIGCONT)
            monkeypatch.setattr("civium.server.tokens.asking._PATIENCE_SECONDS", 20)
            assert len(await asked.mark(COLLECTION, "a log", bytes(64))) == duplicate_token.MARK_SIZE
            await asked.close()

        on_loop(story())


def test_keys_that_were_destroyed_are_forgotten(place: Path, tmp_path: Path) -> None:
    kept = KeptTokens(tmp_path / "keys")
    kept.public_key(COLLECTION)
    kept.forget_destroyed()
    assert len(kept.mark(COLLECTION, "a log", bytes(64))) == 16
    for path in (tmp_path / "keys").iterdir():
        path.unlink()
    kept.forget_destroyed()
    with pytest.raises(Refused, match="tokens-unavailable"):
        kept.mark(COLLECTION, "a log", bytes(64))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc")
@pytest.mark.parametrize("is_near", [True, False])
def test_the_intakes_memory_holds_a_key_only_where_it_keeps_them(place: Path, tmp_path: Path, is_near: bool) -> None:
    """A process receives a statement, then all it can write to is searched; with the keys at hand the search finds what it seeks."""
    keys = tmp_path / "keys" if is_near else tmp_path / "elsewhere"
    with service(place, keys), TokenLine(place / "socket") as line:
        token_key = line.public_key(COLLECTION)
        store = live.open_store(tmp_path)
        going = live.go_live(store, tmp_path, ("ES",), token_key=token_key, work=gate.WORK)
        store.close()
        (tmp_path / "envelope").write_bytes(live.unsealed(going))
        command = [sys.executable, "-m", "tests.server.tokens.receiving", str(tmp_path), "" if is_near else str(place / "socket")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as intake:
            assert intake.stdout is not None
            assert intake.stdout.readline() == b"received\n"
            memory = _memory(intake.pid)
            intake.kill()
    made = load_token_keys(keys, COLLECTION)
    assert made is not None
    assert (made.store_key in memory) == is_near
    assert is_near or made.seed not in memory
    assert token_key in memory


def _memory(process: int) -> bytes:
    """Give all that a process can write to."""
    pieces = []
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in maps.read().splitlines():
            span, rights = line.split()[:2]
            start, stop = (int(part, 16) for part in span.split("-"))
            if not rights.startswith("rw") or stop - start > 1 << 30:
                continue
            with suppress(OSError):
                memory.seek(start)
                pieces.append(memory.read(stop - start))
    return b"".join(pieces)
