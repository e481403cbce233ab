"""Fifty at once: a person who signs from fifty connections counts once; an envelope sent over fifty is one entry; logs never lock in a circle."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from civium.formats import challenge, duplicate_token, receipt
from civium.server.store.protocol import Candidate, Placed, Spent
from civium.server.tokens.kept import KeptTokens
from tests.faults import demonstration, load
from tests.faults.load import Premises, check_all, free_port, serving
from tests.server import live
from tests.server.intake import gate

AT_ONCE = 50


def _at_once(act: Callable[[int], object], count: int = AT_ONCE) -> list[object]:
    """Do an act so many times, all beginning together."""
    start = threading.Barrier(count)

    def begin(number: int) -> object:
        start.wait(60)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


@pytest.mark.slow
def test_a_person_who_signs_from_fifty_connections_counts_once(
    small_demonstration: demonstration.Demonstration, tmp_path: Path
) -> None:
    """Through the whole spine: really sealed fifty times, received, exported, opened and verified by the authority."""
    demo = demonstration.copy(small_demonstration, tmp_path / "demo")
    port = free_port()
    premises = Premises(demo.data, None, None, _served(demo))  # type: ignore[arg-type]
    somebody = demonstration.person("Fiktiv")
    seal = demo.sealer(somebody)
    before = _verified(demo, tmp_path / "before")
    with serving(premises, port):
        receipts = _at_once(lambda _: demo.device(port, somebody).sign(seal))
    indices = [found.index for found in receipts if isinstance(found, receipt.Receipt)]
    assert sorted(indices) == list(range(3, 3 + AT_ONCE)), "each was received and answered like a first"
    after = _verified(demo, tmp_path / "after")
    grown = {name: after[name] - before[name] for name in after}
    assert grown == {"judged": AT_ONCE, "accepted": 1, "of them repeats": AT_ONCE - 1}


def _served(demo: demonstration.Demonstration) -> dict[str, str]:
    return {"CIVIUM_DATA": str(demo.data), "CIVIUM_URL": "http://localhost:8000", "CIVIUM_LIMIT": "0"}


def _verified(demo: demonstration.Demonstration, folder: Path) -> dict[str, int]:
    """Export, open and verify, and give what is counted."""
    folder.mkdir()
    demo.civium("export", demonstration.SLUG, demonstration.STATE, "--into", str(folder))
    (export,) = folder.glob("*.civium")
    demo.authority("open", str(export), "--confirm-rules")
    told = demo.authority("verify", str(export))
    return {name: _number(told, name) for name in ("judged", "accepted", "of them repeats")}


def _number(told: str, name: str) -> int:
    """Give the number after a word at a line's beginning; where it is not told there is none."""
    found = re.search(rf"^ *{name} (\d+)$", told, re.MULTILINE)
    return int(found[1]) if found is not None else 0


def test_an_envelope_over_fifty_connections_is_one_entry(premises: Premises) -> None:
    port = free_port()
    raw = live.sealed(premises.going, "ES")

    def send(_: int) -> receipt.Receipt:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("POST", "/api/statements", live.posted(raw), load.POSTING)
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, body
            return receipt.parse(body.decode())

    with serving(premises, port):
        receipts = [found for found in _at_once(send) if isinstance(found, receipt.Receipt)]
    assert {found.index for found in receipts} == {0}
    check_all(premises, {raw: receipts})


def test_a_challenge_pays_for_one_evaluation_however_many_workers_are_asked(on_postgresql: Premises, tmp_path: Path) -> None:
    assert on_postgresql.cluster is not None
    folder = tmp_path / "asking"
    folder.mkdir()
    token_key = KeptTokens(folder / "keys").public_key(live.IDENTIFIER)
    premises, port = load.on_postgresql(folder, on_postgresql.cluster, token_key=token_key, work=1000), free_port()
    with serving(premises, port):
        work = gate.solved(json.loads(load.get(port, f"/api/collections/{live.IDENTIFIER.hex()}/challenge")[2]))
        asked = [gate.blind(gate.ANA)[1] for _ in range(AT_ONCE)]

        def evaluate(number: int) -> bytes:
            raw = duplicate_token.encode_request(duplicate_token.TokenRequest(live.IDENTIFIER, asked[number], work))
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("POST", "/api/tokens", raw, load.POSTING)
                response = connection.getresponse()
                return b"%d " % response.status + response.read()

        answers = [answer for answer in _at_once(evaluate) if isinstance(answer, bytes)]
    spent = b'403 {"code":"challenge-spent","facts":{}}'
    assert answers.count(spent) == AT_ONCE - 1
    assert [answer[:4] for answer in answers if answer != spent] == [b"200 "]


@pytest.mark.parametrize("are_logs_shared", [True, False], ids=["logs", "challenges"])
def test_logs_and_challenges_taken_in_opposite_orders_never_lock_in_a_circle(
    on_postgresql: Premises, caplog: pytest.LogCaptureFixture, are_logs_shared: bool
) -> None:
    """Four workers; half of them send their batches the other way round: for the same logs, or the same challenges for other logs."""
    from civium.server.store.postgres.store import PostgresStore

    assert on_postgresql.database is not None
    strings = on_postgresql.database.connection_strings
    going, rounds, workers, size = on_postgresql.going, 12, 4, 240
    start = threading.Barrier(workers)
    hour = challenge.expiry_after(2_000_000_000) // challenge.HOUR_SECONDS
    shared = [[Spent(f"{at:08}{number:08}".encode(), hour) for number in range(size)] for at in range(rounds)]

    def work(number: int) -> int:
        store = PostgresStore(strings)
        states = load.STATES if are_logs_shared else ("ES",) if number % 2 else ("MT",)
        appended = 0
        for at in range(rounds):
            batch: list[Candidate] = [
                replace(one, challenge=shared[at][place])
                for place, one in enumerate(one for state in states for one in live.candidates(going, size // len(states), state))
            ]
            start.wait(60)
            outcome = store.append(batch if number % 2 else batch[::-1])
            appended += sum(isinstance(one, Placed) for one in outcome.outcomes)
        store.close()
        return appended

    appended = sum(one for one in _at_once(work, workers) if isinstance(one, int))
    assert _deadlocks(on_postgresql) == 0
    assert caplog.text == "", "no batch had to be tried again"
    assert appended == rounds * size, "each challenge served one entry"
    store = on_postgresql.open_store()
    assert sum(head.size for head in store.heads(live.IDENTIFIER)) == rounds * size
    store.close()


def _deadlocks(premises: Premises) -> int:
    """Give how many deadlocks PostgreSQL had to break; whoever counts has ended by now."""
    assert premises.cluster is not None
    string = premises.cluster.connection_string("postgres", database="postgres")
    with psycopg.connect(string, autocommit=True) as connection:
        row = connection.execute("select sum(deadlocks) from pg_stat_database").fetchone()
        assert row is not None
        return int(row[0])
