"""Duplicate tokens at the door: evaluated for who paid, marked, never told; a repeat is not told from a first by anything there is."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import sqlite3
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from civium.formats import duplicate_token, identity_key
from civium.server.intake.app import Intake
from civium.server.store.protocol import Change
from civium.server.store.sqlite import SQLiteStore
from civium.server.tokens.keys import destroy_token_keys, load_token_keys
from tests.server import live
from tests.server.intake import asking, gate
from tests.server.intake.asking import NOON, Answer, Clock, ask, on_loop, running


def _code(answer: Answer) -> tuple[int, str]:
    return answer.status, msgspec.json.decode(answer.body)["code"]


def test_an_identity_has_one_token_whoever_asks(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            ana = [await gate.token(intake, going, gate.ANA, await gate.work(intake)) for _ in range(2)]
            bea = await gate.token(intake, going, gate.BEA, await gate.work(intake))
            assert ana[0] == ana[1] != bea

    on_loop(story())


def test_an_evaluation_costs_a_challenge(tmp_path: Path) -> None:
    gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            solved = await gate.work(intake)
            (_, one), (_, other) = gate.blind(gate.ANA), gate.blind(gate.BEA)
            assert _code(await gate.evaluate(intake, one, b"")) == (403, "challenge-missing")
            assert _code(await gate.evaluate(intake, one, bytes(61))) == (400, "challenge-malformed")
            assert (await gate.evaluate(intake, one, solved)).status == 200
            assert (await gate.evaluate(intake, one, solved)).status == 200, "the same again, after a lost answer"
            assert _code(await gate.evaluate(intake, other, solved)) == (403, "challenge-spent")

    on_loop(story())


@pytest.mark.parametrize("element", ["00" * 32, "ff" * 32, "01" + "00" * 31, "ed" + "ff" * 30 + "7f"])
def test_what_is_no_element_is_refused(tmp_path: Path, element: str) -> None:
    gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            answer = await gate.evaluate(intake, bytes.fromhex(element), await gate.work(intake))
            assert _code(answer) == (400, "token-element")

    on_loop(story())


def test_what_is_no_request_is_refused(tmp_path: Path) -> None:
    gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            for body in (b"", b"\2" + bytes(80), bytes(6000)):
                assert _code(await ask(intake, "POST", "/api/tokens", [body], asking.POSTING)) == (400, "token-request-malformed")
            assert _code(await ask(intake, "POST", "/api/tokens", [bytes(9000)], asking.POSTING)) == (413, "posting-size")
            assert _code(await ask(intake, "GET", "/api/tokens")) == (405, "method-not-allowed")
            solved, (_, blinded) = await gate.work(intake), gate.blind(gate.ANA)
            assert _code(await gate.evaluate(intake, blinded, solved, bytes(16))) == (404, "unknown-collection")

    on_loop(story())


def test_nothing_is_evaluated_before_the_start_in_a_pause_or_after_the_end(tmp_path: Path) -> None:
    gate.made(tmp_path)
    clock = Clock()

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            _, blinded = gate.blind(gate.ANA)
            for days, code in ((-300, "collection-not-started"), (200, "collection-ended")):
                clock.now = NOON + timedelta(days=days)
                assert _code(await gate.evaluate(intake, blinded, await gate.work(intake))) == (403, code)
            clock.now = NOON
            store = SQLiteStore(tmp_path / "statements.db")
            store.change_collection(live.IDENTIFIER, Change(state="paused"), expected_version=1)
            store.close()
            for _ in range(200):
                answer = await gate.evaluate(intake, blinded, await gate.work(intake))
                if answer.status != 200:
                    break
                await asyncio.sleep(0.01)
            assert _code(answer) == (403, "collection-paused")

    on_loop(story())


def test_a_collection_that_asks_for_none_evaluates_nothing(tmp_path: Path) -> None:
    asking.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            assert _code(await gate.evaluate(intake, gate.blind(gate.ANA)[1], b"")) == (404, "token-unasked")

    on_loop(story())


def test_a_statement_without_a_token_is_refused_and_a_retry_needs_none(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            raw, solved = live.unsealed(going), await gate.work(intake)
            assert _code(await gate.post(intake, raw, b"", solved)) == (400, "token-missing")
            token = await gate.token(intake, going, gate.ANA, solved)
            assert (await gate.post(intake, raw, token, solved)).status == 200
            assert (await gate.post(intake, raw, b"", b"")).status == 200

    on_loop(story())


def test_repeats_are_stored_and_counted_at_the_end(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            # The same person from fifty connections, and two others.
            answers = await asyncio.gather(*(gate.sign(intake, going, gate.ANA) for _ in range(50)))
            answers += [
                await gate.sign(intake, going, gate.BEA),
                await gate.sign(intake, going, gate.BEA | {"id_number": "00000002W"}),
            ]
            assert {answer.status for answer in answers} == {200}

    on_loop(story())
    store = SQLiteStore(tmp_path / "statements.db")
    spain = live.log_of(going.collection, "ES")
    assert [head.size for head in store.heads(live.IDENTIFIER)] == [52, 0]
    assert store.repeats(spain) == 49
    store.close()


def test_without_its_keys_nothing_new_is_received_and_retries_are(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            raw, solved = live.unsealed(going), await gate.work(intake)
            token = await gate.token(intake, going, gate.ANA, solved)
            assert (await gate.post(intake, raw, token, solved)).status == 200
            assert destroy_token_keys(tmp_path / "keys", live.IDENTIFIER)
            for _ in range(200):
                answer = await gate.post(intake, live.unsealed(going), token, await gate.work(intake))
                if answer.status != 200:
                    break
                await asyncio.sleep(0.01)
            assert _code(answer) == (503, "tokens-unavailable")
            assert _code(await gate.evaluate(intake, gate.blind(gate.ANA)[1], await gate.work(intake)))[0] == 503
            assert (await gate.post(intake, raw, token, b"")).status == 200

    on_loop(story())


Seen = list[tuple[str, int, dict[bytes, bytes], int]]


async def _everything(intake: Intake, going: live.Live) -> Seen:
    """Ask for all there is to be asked, and give what can be told of each answer without its random parts."""
    api, seen = f"/api/collections/{live.IDENTIFIER.hex()}", []
    origins = [log.origin.partition("/")[2] for log in going.collection.logs]
    paths = [f"{api}/counts", f"{api}/keys", f"{api}/challenge", "/health/ready", "/health/live"]
    paths += [
        f"/log/{origin}/{rest}"
        for origin in origins
        for rest in ("checkpoint", "tile/0/000.p/1", "tile/0/000.p/2", "tile/entries/000.p/2")
    ]
    for path in paths:
        answer = await ask(intake, "GET", path)
        assert answer.headers is not None
        size = len(answer.body) if not path.endswith("/challenge") else 0
        body = answer.body if path.endswith("/counts") else b""
        seen.append((path, answer.status, {**answer.headers, b"content-length": b"", b"counts": body}, size))
    return seen


def _observed(folder: Path, first: dict[str, str]) -> tuple[Seen, Seen, Seen, list[str]]:
    """Let somebody sign, then Ana; give what everybody sees of the second statement and after it, and what the store did for it."""
    folder.mkdir()
    going = gate.made(folder)
    spoken: list[str] = []
    replies: Seen = []
    before: Seen = []
    after: Seen = []

    async def story() -> None:
        async with running(folder, publish_seconds=0.02) as intake:
            await gate.sign(intake, going, first)
            await asyncio.sleep(0.1)
            before.extend(await _everything(intake, going))
            intake._store._writer.set_trace_callback(lambda text: spoken.append(_shape(text)))
            client, blinded = gate.blind(gate.ANA)
            solved = await gate.work(intake)
            evaluated = await gate.evaluate(intake, blinded, solved)
            token = gate.finish(client, evaluated.body, going.collection.token_key)
            signed = await gate.post(intake, live.unsealed(going), token, solved)
            intake._store._writer.set_trace_callback(None)
            for name, answer in (("token", evaluated), ("statement", signed)):
                assert answer.headers is not None
                replies.append((name, answer.status, answer.headers, len(answer.body)))
            await asyncio.sleep(0.1)
            after.extend(await _everything(intake, going))

    on_loop(story())
    return before, replies, after, spoken


def _shape(statement: str) -> str:
    """Give a statement without its values."""
    return "".join(character for character in statement.split("values")[0] if not character.isdigit())


def test_nothing_differs_for_who_has_signed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One place where Ana signs a second time, one where she signs after somebody else: all replies, sizes, counts, files, logs are alike."""
    again = _observed(tmp_path / "again", gate.ANA)
    assert [line[1] for line in again[2] if "/ES/" in line[0]] == [200] * 4, "checkpoint and tiles are there"
    logged_again, caplog.records[:] = [record.getMessage() for record in caplog.records], []
    fresh = _observed(tmp_path / "fresh", gate.BEA)
    logged_fresh = [record.getMessage() for record in caplog.records]
    for part, other in zip(again[:3], fresh[:3], strict=True):
        assert part == other
    purge = {"delete from challenge where expires_hour <= ", "BEGIN IMMEDIATE", "COMMIT"}
    acts = [
        [line for line in observed[3] if line.strip() and line.upper().strip() not in {one.upper().strip() for one in purge}]
        for observed in (again, fresh)
    ]
    assert acts[0] == acts[1], "the store did the same, statement by statement"
    assert any("mark" in line for line in acts[0])
    assert logged_again == logged_fresh
    assert _files(tmp_path / "again") == _files(tmp_path / "fresh")
    # The other way round: what is stored does differ, or this test would compare two equal things.
    counts = []
    for name in ("again", "fresh"):
        store = SQLiteStore(tmp_path / name / "statements.db")
        counts.append(store.repeats(store.heads(live.IDENTIFIER)[0].log))
        store.close()
    assert counts == [1, 0]


def _files(folder: Path) -> dict[str, int]:
    """Give all files with their sizes."""
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def test_a_stolen_database_gives_no_way_to_test_a_guess(tmp_path: Path) -> None:
    """The thief knows Ana's number and everything public, and tries every keyed and unkeyed hash that could be there."""
    going = gate.made(tmp_path)
    tokens: list[bytes] = []

    async def story() -> None:
        async with running(tmp_path) as intake:
            solved = await gate.work(intake)
            tokens.append(await gate.token(intake, going, gate.ANA, solved))
            assert (await gate.post(intake, live.unsealed(going), tokens[0], solved)).status == 200

    on_loop(story())
    keys = load_token_keys(tmp_path / "keys", live.IDENTIFIER)
    assert keys is not None
    origin = live.log_of(going.collection, "ES").origin
    guess = identity_key.identity_key("ES", gate.ANA)
    asked = duplicate_token.token_input(live.IDENTIFIER, "ES", guess)
    stolen = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()) if path.is_file())
    assert (tmp_path / "statements.db").read_bytes()[:15] == b"SQLite format 3"
    known = [bytes(32), live.IDENTIFIER, going.collection.token_key, going.log_key, origin.encode(), going.manifest_raw, b""]
    # With the token itself, which only the token service gives, and pays-for by work, a guess still needs the store key.
    for what in (guess, asked, tokens[0], b"00000000T"):
        candidates = {what[:16], sha256(what).digest()[:16]}
        for key, message in itertools.product(known, (what, origin.encode() + what, live.IDENTIFIER + what)):
            candidates |= {hmac.digest(key, message, sha256)[:16], sha256(key + message).digest()[:16]}
        for key in (*(one for one in known if len(one) == 32), sha256(b"").digest()):
            if len(what) == duplicate_token.TOKEN_SIZE:
                candidates.add(duplicate_token.mark(key, live.IDENTIFIER, origin, what))
        assert not any(candidate in stolen for candidate in candidates)
    assert tokens[0] not in stolen
    for secret in (keys.seed, keys.store_key):
        assert secret not in stolen
    # With the keys it would be found: this is what it looks like.
    assert duplicate_token.mark(keys.store_key, live.IDENTIFIER, origin, tokens[0]) in stolen


def test_a_mark_goes_with_its_body(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            await gate.sign(intake, going, gate.ANA)

    on_loop(story())
    store = SQLiteStore(tmp_path / "statements.db")
    store.destroy_body(live.log_of(going.collection, "ES"), 0, reason="erased-by-signatory", evidence=bytes(16))
    store.close()
    connection = sqlite3.connect(tmp_path / "statements.db")
    assert connection.execute("select count(*) from mark").fetchone() == (0,)
    connection.close()


def test_an_address_and_a_token_leave_no_trace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An address is planted in the forwarded header, a limit is driven; neither address nor network, nor any token, is in a file or a log."""
    going = gate.made(tmp_path)
    tokens: list[bytes] = []
    planted = "198.51.100.77"

    async def story() -> None:
        async with running(tmp_path, settings={"CIVIUM_PROXIES": "127.0.0.0/8", "CIVIUM_LIMIT": "20"}) as intake:
            solved = await gate.work(intake)
            tokens.append(await gate.token(intake, going, gate.ANA, solved))
            await gate.post(intake, live.unsealed(going), tokens[0], solved)
            path = f"/api/collections/{live.IDENTIFIER.hex()}/challenge"
            headers = [(b"x-forwarded-for", planted.encode())]
            answers = [await ask(intake, "GET", path, headers=headers, client=("127.0.0.1", 5)) for _ in range(25)]
            assert [answer.status for answer in answers] == [200] * 20 + [429] * 5
            assert _code(answers[-1])[1] == "too-many"
            assert answers[-1].headers is not None
            assert b"retry-after" in answers[-1].headers
            assert planted.encode() not in answers[-1].body

    on_loop(story())
    sought = [planted.encode(), b"198.51.100", tokens[0], tokens[0].hex().encode(), bytes((198, 51, 100))]
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.parent.name != "keys":
            raw = path.read_bytes()
            assert not any(value in raw for value in sought), path
    assert planted not in caplog.text
