"""Work is shared among real processes, in order; what one of them finds wrong is heard; none outlives its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.authority.crew import WAITING, core_count, in_order
from civium.errors import Refused, Untrusted

_told: list[int] = []


def _begin(number: int) -> None:
    _told[:] = [number]


def _add(task: int) -> int:
    if task == 13:
        raise Untrusted("export-altered")
    if task == 666:
        os._exit(1)
    return task + _told[0]


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_tasks(processes: int) -> None:
    assert list(in_order(_add, range(12), processes=processes, begin=_begin, told=(100,))) == list(range(100, 112))


@pytest.mark.parametrize("processes", [1, 2])
def test_what_a_task_raises_is_raised_here(processes: int) -> None:
    with pytest.raises(Untrusted, match="export-altered"):
        list(in_order(_add, [1, 13, 2], processes=processes, begin=_begin, told=(0,)))


def test_tasks_are_taken_only_as_they_are_worked_on() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for task in range(100):
            taken.append(task)
            yield task

    results = in_order(_add, tasks(), processes=2, begin=_begin, told=(0,))
    assert next(results) == 0
    assert len(taken) <= 2 * WAITING
    results.close()


def test_a_process_that_ends_by_itself_is_told() -> None:
    with pytest.raises(Refused, match="process-lost"):
        list(in_order(_add, [1, 666, 2], processes=2, begin=_begin, told=(0,)))


def refuse_to_begin() -> None:
    """Begin, but find no token."""
    raise Refused("token-missing")


def test_what_a_beginning_raises_is_raised_here() -> None:
    with pytest.raises(Refused, match="token-missing"):
        list(in_order(tell_process, [1, 2], processes=2, begin=refuse_to_begin, told=()))


def end_at_once() -> None:
    """End while beginning."""
    os._exit(1)


def test_a_process_that_ends_while_it_begins_is_told() -> None:
    with pytest.raises(Refused, match="process-lost"):
        list(in_order(len, [bytes(300_000)] * 20, processes=2, begin=end_at_once, told=()))


def test_there_is_at_least_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    assert core_count() >= 1
    monkeypatch.delattr(os, "sched_getaffinity")
    assert core_count() == os.cpu_count()


def tell_process(_task: int) -> int:
    """Give the number of the process that works."""
    return os.getpid()


def begin_nothing() -> None:
    """Begin with nothing."""


_PARENT = """
import os, signal
from civium.authority.crew import in_order
from tests.authority.test_crew import begin_nothing, tell_process
if __name__ == "__main__":
    results = in_order(tell_process, range(10), processes=2, begin=begin_nothing, told=())
    print(next(results), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_process_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(Path.cwd()), os.environ.get("PYTHONPATH", "")))}
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=60)
    worker = Path(f"/proc/{int(told.stdout)}/stat")
    until = time.monotonic() + 20
    while _is_there(worker):
        assert time.monotonic() < until, "the worker is still there, with the key in its memory"
        os.sched_yield()


def _is_there(worker: Path) -> bool:
    try:
        return worker.read_text("ascii", "replace").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
