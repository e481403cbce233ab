"""Work shared among processes: in order, with little of it in memory at a time.

The rules are:
- processes, not threads: a thread that opens envelopes holds the interpreter (measured: two threads do no more than one);
- each process gets what it needs to know, the key above all, once;
- they share nothing, no lock and no queue: each has a line of its own to its parent, so that one that ends, whenever it ends, is told at once
  (measured: the standard library's pool waits for ever if one is killed while it begins);
- a process ends when its parent does, however the parent ended: no orphan keeps a key in memory;
- Ctrl-C reaches the whole group; the parent alone hears it and decides what it means.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import Any, TypeVar

from civium.errors import CiviumError, Refused

Task = TypeVar("Task")
Result = TypeVar("Result")

# Two tasks wait for each process while it works on a third: enough to keep it busy, little enough to stop at once.
WAITING = 3
_SPAWN = multiprocessing.get_context("spawn")


def core_count() -> int:
    """Give the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    work: Callable[[Task], Result], tasks: Iterable[Task], *, processes: int, begin: Callable[..., None], told: tuple[Any, ...]
) -> Iterator[Result]:
    """Give `work(task)` for each task in the order of the tasks; `begin(*told)` runs once in each process before.

    With one process everything runs in this one. What a task or a beginning raises is raised here (ours and trouble with files); Refused
    `process-lost` if a process ended by itself.
    """
    if processes == 1:
        begin(*told)
        yield from map(work, tasks)
        return
    crew: list[_Worker] = []
    done: dict[int, Result] = {}
    handed = given = 0
    try:
        for task in tasks:
            _least_busy(crew, processes, (work, begin, told)).hand(handed, task)
            handed += 1
            while handed - given >= processes * WAITING:
                _hear(crew, done)
                while given in done:
                    yield done.pop(given)
                    given += 1
        while given < handed:
            while given not in done:
                _hear(crew, done)
            yield done.pop(given)
            given += 1
    except _Lost:
        # Most often the machine's memory was short; what was done is kept.
        raise Refused("process-lost") from None
    finally:
        for worker in crew:
            worker.end()


class _Lost(Exception):
    """A process has ended by itself."""


@dataclass
class _Worker:
    """One process with its line, and how many tasks it has."""

    process: SpawnProcess
    line: Connection
    tasks: int = 0

    def hand(self, number: int, task: Any) -> None:
        """Give it a task. Raises _Lost."""
        with _told_as_lost():
            self.line.send((number, task))
        self.tasks += 1

    def end(self) -> None:
        """End it, whatever it does: it has nothing that could be half done."""
        self.process.terminate()
        self.process.join()
        self.line.close()


@contextmanager
def _told_as_lost() -> Iterator[None]:
    """Turn what a line says whose other end is gone into _Lost."""
    try:
        yield
    except (EOFError, OSError):
        raise _Lost from None


def _least_busy(crew: list[_Worker], processes: int, told: tuple[Any, ...]) -> _Worker:
    """Give the process with the fewest tasks; a new one while there may be more and none is idle."""
    if len(crew) < processes and all(worker.tasks for worker in crew):
        here, there = _SPAWN.Pipe()
        with _unheard(), _told_as_lost():
            process = _SPAWN.Process(target=_serve, args=(there, *told), daemon=True)
            process.start()
        there.close()
        crew.append(_Worker(process, here))
    return min(crew, key=lambda worker: worker.tasks)


def _hear(crew: list[_Worker], done: dict[int, Any]) -> None:
    """Wait until a process says something, and keep it. Raises _Lost, and what a task raised."""
    for line in wait([worker.line for worker in crew]):
        worker = next(worker for worker in crew if worker.line is line)
        with _told_as_lost():
            number, result, error = worker.line.recv()
        if error is not None:
            raise error
        done[number] = result
        worker.tasks -= 1


@contextmanager
def _unheard() -> Iterator[None]:
    """Let processes that begin meanwhile never hear Ctrl-C, not even before their first line; here it is heard afterwards."""
    if sys.platform == "win32":
        yield
        return
    # Begun now: beginning it unblocks what is blocked below.
    resource_tracker.ensure_running()
    noted: list[tuple[Any, ...]] = []
    is_main = threading.current_thread() is threading.main_thread()
    # What is blocked here another thread may still take; and half a beginning cannot be told from none.
    heard = signal.signal(signal.SIGINT, lambda *told: noted.append(told)) if is_main else None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if is_main:
            signal.signal(signal.SIGINT, heard)
        if noted and callable(heard):
            heard(*noted[0])


def _serve(  # pragma: no cover - runs in the other processes
    line: Connection, work: Callable[[Any], Any], begin: Callable[..., None], told: tuple[Any, ...]
) -> None:
    # Where it could not be kept from this process from its beginning on: Windows.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tasks: SimpleQueue[tuple[int, Any]] = SimpleQueue()
    # Tasks are taken off the line while work is done: neither side ever waits for the other to read.
    threading.Thread(target=_take, args=(line, tasks), daemon=True).start()
    number = -1
    try:
        begin(*told)
        while True:
            number, task = tasks.get()
            line.send((number, work(task), None))
    except (CiviumError, OSError) as error:
        line.send((number, None, error))
        threading.Event().wait()  # The parent ends this process when it has heard.


def _take(line: Connection, tasks: SimpleQueue[tuple[int, Any]]) -> None:  # pragma: no cover - runs in the other processes
    with suppress(EOFError, OSError):
        while True:
            tasks.put(line.recv())


def _end_with_parent() -> None:  # pragma: no cover - runs in the other processes
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
