"""Work shared among processes: in order, with little of it in memory at a time.

The rules are:
- processes, not threads: a thread that opens envelopes holds the interpreter (measured: two threads do no more than one);
- each process gets what it needs to know, the key above all, once;
- a process ends when its parent does, however the parent ended: no orphan keeps a key in memory;
- Ctrl-C reaches the whole group; the parent alone hears it and decides what it means.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from civium.errors import Refused

Task = TypeVar("Task")
Result = TypeVar("Result")

# Two tasks wait for each process while it works on a third: enough to keep it busy, little enough to stop at once.
WAITING = 3


def core_count() -> int:
    """Give the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    work: Callable[[Task], Result], tasks: Iterable[Task], *, processes: int, begin: Callable[..., None], told: tuple[Any, ...]
) -> Iterator[Result]:
    """Give `work(task)` for each task in the order of the tasks; `begin(*told)` runs once in each process before.

    With one process everything runs in this one. What a task raises is raised here; Refused `process-lost` if a process ended by itself.
    """
    if processes == 1:
        begin(*told)
        yield from map(work, tasks)
        return
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(begin, told))
    waiting: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            with _unheard():
                waiting.append(executor.submit(work, task))
            if len(waiting) >= processes * WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        # Most often the machine's memory was short; what was done is kept.
        raise Refused("process-lost") from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _unheard() -> Iterator[None]:
    """Let processes that begin meanwhile never hear Ctrl-C, not even before their first line; here it is heard afterwards."""
    if sys.platform == "win32":
        yield
        return
    # Begun now: beginning it unblocks what is blocked below.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(begin: Callable[..., None], told: tuple[Any, ...]) -> None:  # pragma: no cover - runs in the other processes
    # Where it could not be kept from this process from its beginning on: Windows.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    begin(*told)


def _end_with_parent() -> None:  # pragma: no cover - runs in the other processes
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
