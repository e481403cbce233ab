"""Servers, workers and PostgreSQL killed at random moments under load: every statement ends as one entry, and every receipt given stays true.

`civium serve` runs as an operator runs it; envelopes are really sealed and travel over HTTP; senders do what a browser does.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster import children, descendants
from tests.faults.load import Premises, Senders, check_all, free_port, kill_all, load, send_once_more, serving

Kill = Callable[[Premises, "subprocess.Popen[bytes]", random.Random], None]


def _processes(server: subprocess.Popen[bytes]) -> list[int]:
    """Give the processes below a server that work for it, Python's own tracker left out."""
    return [
        process for process in descendants(server.pid) if b"resource_tracker" not in Path(f"/proc/{process}/cmdline").read_bytes()
    ]


def _kill_a_process(_: Premises, server: subprocess.Popen[bytes], draw: random.Random) -> None:
    os.kill(draw.choice(sorted(_processes(server))), signal.SIGKILL)


def _kill_a_worker(_: Premises, server: subprocess.Popen[bytes], draw: random.Random) -> None:
    workers = [process for process in children(server.pid) if process in _processes(server)]
    serving_ones = [process for process in workers if b"tokens.beside" not in Path(f"/proc/{process}/cmdline").read_bytes()]
    assert len(serving_ones) == 2, serving_ones
    os.kill(draw.choice(serving_ones), signal.SIGKILL)


def _kill_postgresql(premises: Premises, _: subprocess.Popen[bytes], draw: random.Random) -> None:
    assert premises.cluster is not None
    premises.cluster.kill()
    time.sleep(draw.uniform(0, 0.5))
    premises.cluster.start()


# Enough that a kill falls into it, however fast the machine and slow the look for whom to kill.
LOAD = 3000


@pytest.mark.parametrize("act", [_kill_a_worker, _kill_a_process, _kill_postgresql], ids=["worker", "any", "postgresql"])
def test_an_acknowledged_statement_survives_a_kill_beside_it(on_postgresql: Premises, act: Kill) -> None:
    draw = random.Random(act.__name__)
    port = free_port()
    with serving(on_postgresql, port) as server:
        senders = load(on_postgresql, port, LOAD)
        senders.await_acknowledged(1 + draw.randrange(200))
        act(on_postgresql, server, draw)
        assert len(senders.acknowledged) < LOAD, "the kill did not fall into the load: the test tried nothing"
        senders.finish()
        assert len(senders.acknowledged) == LOAD
        send_once_more(senders)
    check_all(on_postgresql, senders.acknowledged)


@pytest.mark.parametrize("kills", [pytest.param(3, id="quick"), pytest.param(12, id="many", marks=pytest.mark.slow)])
def test_an_acknowledged_statement_survives_every_kill_of_all(premises: Premises, kills: int) -> None:
    draw = random.Random(kills)
    port = free_port()
    senders = Senders(premises.going, port)
    for number in range(kills):
        with serving(premises, port) as server:
            before = len(senders.acknowledged)
            if number == 0:
                senders = load(premises, port, 300 * kills)
            senders.await_acknowledged(before + 1 + draw.randrange(100))
            if premises.cluster is not None and number % 3 == 2:
                premises.cluster.kill()  # the machine is gone, with all that ran on it
            kill_all(server)
        if premises.cluster is not None and number % 3 == 2:
            premises.cluster.start()
    assert len(senders.acknowledged) < 300 * kills, "the kills did not fall into the load: the test tried nothing"
    assert senders.broken, "no kill hit a request: the test tried nothing"
    with serving(premises, port):
        senders.finish()
        assert len(senders.acknowledged) == 300 * kills
        send_once_more(senders)
    check_all(premises, senders.acknowledged)


def test_a_stop_while_statements_arrive_loses_none(premises: Premises) -> None:
    port = free_port()
    with serving(premises, port) as server:
        senders = load(premises, port, 600)
        senders.await_acknowledged(50)
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0, "a stop is clean"
    with serving(premises, port):
        senders.finish()
        send_once_more(senders)
    check_all(premises, senders.acknowledged)
