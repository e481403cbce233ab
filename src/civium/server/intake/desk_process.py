"""A desk in a process of its own: an intake's event loop and its commits do not share one interpreter's lock.

The rules are:
- the process is the intake's child and ends with it: when the connection between them closes, it commits what it took, then ends;
- it ignores the signals that stop a server: the intake drains it;
- should it die, whoever waits is refused with `store-unavailable` (browsers send again), and another one is begun every second.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from io import BufferedReader

from civium.errors import CiviumError, Refused
from civium.server.config import Config
from civium.server.intake.commit import LARGEST_BATCH, Answer
from civium.server.intake.desk_frames import HELLO, LENGTH, encode_answers, encode_candidates, parse_answers, parse_candidates
from civium.server.intake.desk_threads import Work
from civium.server.intake.memory import settle_memory
from civium.server.publishing.signed_heads import SignedHeads, unnoted_heads
from civium.server.publishing.signing import HeadSigner, notices_origin
from civium.server.store.opening import open_store
from civium.server.store.protocol import Candidate, Log, Store

_START_SECONDS = 60
_STOP_SECONDS = 60
_AGAIN_SECONDS = 1
_BUFFER = 1 << 20
_logger = logging.getLogger(__name__)
# PostgreSQL takes some ten messages a batch, and as many signatures as it has logs: with less than this, batches of a stream are of a few.
_LEAST_SECONDS = 0.01


class ProcessDesk:
    """A Desk (commit.py) whose work is done by `serve_desk` in a process of its own."""

    def __init__(self, config: Config, *, largest_batch: int = LARGEST_BATCH) -> None:
        self._config = config
        self._largest_batch = largest_batch
        self._asked: deque[Refused | None] = deque()  # the refusals of those who are not answered yet
        self._is_stopping = False

    async def start(
        self, answered: Callable[[Sequence[Answer]], None], broken: Callable[[], None], mended: Callable[[], None]
    ) -> None:
        """Begin the process and wait until it has opened the store. Raises Refused `store-unavailable`."""
        self._answered, self._broken, self._mended = answered, broken, mended
        await self._begin()
        self._watch = asyncio.create_task(self._keep())

    def commit(self, candidates: Sequence[Candidate]) -> None:
        """Send candidates; what the socket does not take at once waits in memory, and a committer bounds how much that is."""
        self._asked.extend([candidate.refusal for candidate in candidates])
        self._writer.write(encode_candidates(candidates))

    async def stop(self) -> None:
        """Let the process commit and answer what it took, and end."""
        self._is_stopping = True
        self._end_input()
        await self._watch

    def _end_input(self) -> None:
        if not self._writer.is_closing():
            self._writer.write_eof()

    async def _begin(self) -> None:
        try:
            ours = self._start_process()
        except OSError as error:
            # No process or file more is to be had now; there may be one in a second.
            _logger.error("desk-not-begun %s", errno.errorcode.get(error.errno or 0, ""))  # noqa: TRY400  no stack: it says nothing more
            raise Refused("store-unavailable") from None
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=_BUFFER)
        try:
            await asyncio.wait_for(self._reader.readexactly(len(HELLO)), _START_SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError, OSError):
            await self._bury()
            raise Refused("store-unavailable") from None

    def _start_process(self) -> socket.socket:
        """Begin the process and give our end of the connection to it."""
        ours, theirs = socket.socketpair()
        with ExitStack() as undo, theirs:
            undo.callback(ours.close)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "civium.server.intake.desk_process", str(theirs.fileno()), str(self._largest_batch)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=_environment(os.environ, self._config),
            )
            undo.pop_all()
        return ours

    async def _keep(self) -> None:
        """Take answers; make a process that died anew until told to stop."""
        while True:
            await self._take_answers()
            self._asked.clear()
            if not self._is_stopping:
                self._broken()
            await self._bury()
            if self._is_stopping:
                return
            _logger.error("desk-ended %d", self._process.returncode)
            await self._begin_again()

    async def _begin_again(self) -> None:
        """Try until another process has begun, or until told to stop."""
        while not self._is_stopping:
            await asyncio.sleep(_AGAIN_SECONDS)
            try:
                await self._begin()
            except Refused:
                continue
            if self._is_stopping:
                self._end_input()
            else:
                self._mended()
            return

    async def _take_answers(self) -> None:
        """Pass on answers until the process closes its end."""
        try:
            while True:
                (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
                raw = await self._reader.readexactly(length)
                self._answered(parse_answers(raw, self._asked))
        except (asyncio.IncompleteReadError, OSError):
            return

    async def _bury(self) -> None:
        """Wait for the process's end: gone already, or about to be."""
        self._writer.close()
        try:
            await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)


def serve_desk(config: Config, connection: socket.socket, largest_batch: int = LARGEST_BATCH) -> None:
    """Commit batches from a connection and answer them there, until its other end closes.

    Raises Misconfigured `store-behind`, `store-forked` before the first batch.
    """
    store = open_store(config)
    signed = SignedHeads(config.signed_heads_path)

    def check() -> None:
        # Logs that are not noted here are the intake's to judge as it starts: on another machine one may have been filled since.
        unnoted_heads(store, signed, notices=notices_origin(config.host))

    # A server that took over may lack what was signed: nothing is appended there, and the intake says that it is not ready.
    check()
    store.check_after_reconnecting(check)
    work = Work(
        store,
        HeadSigner(config.keys_folder, signed),
        lambda answers: _send(connection, encode_answers(answers)),
        lambda: os._exit(1),  # the intake sees the connection close, and begins another process
        largest_batch=largest_batch,
        least_seconds=_LEAST_SECONDS if config.is_on_postgresql else 0.0,
    )
    settle_memory()
    _send(connection, HELLO)
    logs = _Logs(store)
    with connection.makefile("rb") as stream:
        while (raw := _read_frame(stream)) is not None:
            work.commit(parse_candidates(raw, logs.of))
    work.finish()
    signed.close()
    store.close()


class _Logs:
    """The store's logs by number, read again when one is new."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._logs: dict[int, Log] = {}

    def of(self, number: int) -> Log:
        """Give a log."""
        if number not in self._logs:
            self._logs = {log.number: log for collection in self._store.collections() for log in collection.logs}
        return self._logs[number]


def _send(connection: socket.socket, frame: bytes) -> None:
    try:
        connection.sendall(frame)
    except OSError:
        # The intake has died. What was taken is committed all the same; its senders will ask again.
        return


def _read_frame(stream: BufferedReader) -> bytes | None:
    """Give a whole frame, None if the other end closed, in the middle of one too."""
    try:
        head = stream.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack(head)
        raw = stream.read(length)
    except OSError:
        return None
    return raw if len(raw) == length else None


def _environment(environ: Mapping[str, str], config: Config) -> dict[str, str]:
    """Give the process what it needs: where the store and the keys are, and nothing else of ours."""
    return {name: value for name, value in environ.items() if not name.startswith("CIVIUM_")} | config.of_the_store


def _main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        serve_desk(Config.from_environment(os.environ), socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
    except CiviumError as error:
        sys.stderr.write(f"civium: error: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    _main()
