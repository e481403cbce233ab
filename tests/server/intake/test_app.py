"""The intake over ASGI: what it answers, what it leaves to others, how it begins and ends, what it never says."""

from __future__ import annotations

import asyncio
import errno
import logging
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from civium.errors import Misconfigured
from civium.formats import checkpoint, manifest, posting
from civium.server.intake.app import Intake
from civium.server.publishing import log_keys
from civium.server.publishing.signed_heads import SignedHead, SignedHeads, log_name
from civium.server.store.protocol import Change
from civium.server.store.sqlite import SQLiteStore
from tests.server import live
from tests.server.intake.asking import POSTING, ask, config_of, made, on_loop, post, running

BASE = f"/api/collections/{live.IDENTIFIER.hex()}"


def test_anyone_may_read_manifest_signature_keys_and_counts(tmp_path: Path) -> None:
    going = made(tmp_path)
    name = sha256(going.manifest_raw).hexdigest()

    async def story() -> None:
        async with running(tmp_path) as intake:
            for _ in range(3):
                await post(intake, live.unsealed(going))
            raw = (await ask(intake, "GET", f"{BASE}/manifests/{name}")).body
            signature = (await ask(intake, "GET", f"{BASE}/manifests/{name}/signature")).body.decode()
            assert raw == going.manifest_raw
            manifest.check_signature(raw, signature, going.log_key)
            keys = msgspec.json.decode((await ask(intake, "GET", f"{BASE}/keys")).body)
            assert keys["manifest"] == name
            assert {state: key["key_id"] for state, key in keys["keys"].items()} == {
                state: live.authority_key(state).key_id.hex() for state in ("ES", "MT")
            }
            counts = msgspec.json.decode((await ask(intake, "GET", f"{BASE}/counts")).body)
            assert counts == {"received": 3, "goal": 1_000_000, "jurisdictions": {"ES": 0, "MT": 0}}, "States move with the log"
            await intake._move()
            counts = msgspec.json.decode((await ask(intake, "GET", f"{BASE}/counts")).body)
            assert counts["jurisdictions"] == {"ES": 3, "MT": 0}

    on_loop(story())


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/collections/" + "00" * 16 + "/keys", "unknown-collection"),
        ("/api/collections/nothing/keys", "unknown-path"),
        (BASE.upper().replace("/API/COLLECTIONS", "/api/collections") + "/keys", "unknown-path"),
        (BASE, "unknown-path"),
        (f"{BASE}/else", "unknown-path"),
        (f"{BASE}/manifests", "unknown-path"),
        (f"{BASE}/manifests/" + "00" * 32, "unknown-manifest"),
        (f"{BASE}/manifests/" + "00" * 32 + "/else", "unknown-path"),
        ("/log/nothing/checkpoint", "not-published"),
        ("/log/notices", "unknown-path"),
        ("/log/notices/tile/0/1", "tile-path"),
        ("/log/notices/tile/0/000", "not-published"),
        ("/log/notices/tile/entries/000.p/2", "not-published"),
    ],
)
def test_what_is_not_there_is_404_with_its_code(tmp_path: Path, path: str, code: str) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            answer = await ask(intake, "GET", path)
            assert (answer.status, msgspec.json.decode(answer.body)["code"]) == (404, code)

    on_loop(story())


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/console/"), ("POST", "/console/"), ("PUT", f"{BASE}/keys")])
def test_other_paths_are_left_to_others(tmp_path: Path, method: str, path: str) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            answer = await ask(intake, method, path)
            assert (answer.was_taken, answer.status) == (False, 0)

    on_loop(story())


@pytest.mark.parametrize(
    ("method", "pieces", "headers", "status", "code"),
    [
        ("GET", [b""], POSTING, 405, "method-not-allowed"),
        ("POST", [b""], [(b"content-type", b"text/plain")], 415, "content-type"),
        ("POST", [b""], [(b"content-type", b"application/octet-stream-not")], 415, "content-type"),
        ("POST", [b"x"], [(b"content-type", b"application/octet-stream; charset=binary")], 400, "posting-malformed"),
        ("POST", [b"x"], [(b"content-type", b"Application/Octet-Stream")], 400, "posting-malformed"),
        ("POST", [b""], [], 415, "content-type"),
        ("POST", [b"x" * 4000, b"x" * 4000], POSTING, 413, "posting-size"),
        ("POST", [b"x"], [*POSTING, (b"content-length", b"6468")], 413, "posting-size"),
        ("POST", [b"x"], [*POSTING, (b"content-length", b"9" * 4400)], 413, "posting-size"),
        ("POST", [b"x"], [*POSTING, (b"content-length", b"-1")], 413, "posting-size"),
    ],
)
def test_a_request_that_is_no_posting_is_refused(
    tmp_path: Path, method: str, pieces: list[bytes], headers: list[tuple[bytes, bytes]], status: int, code: str
) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            answer = await ask(intake, method, "/api/statements", pieces, headers)
            assert (answer.status, msgspec.json.decode(answer.body)["code"]) == (status, code)
            assert (answer.headers or {}).get(b"allow") == (b"POST" if status == 405 else None)

    on_loop(story())


def test_a_body_too_long_is_refused_before_its_end(tmp_path: Path) -> None:
    made(tmp_path)
    pieces = 0

    async def endless() -> dict[str, Any]:
        nonlocal pieces
        pieces += 1
        return {"type": "http.request", "body": bytes(1000), "more_body": True}

    async def story() -> None:
        async with running(tmp_path) as intake:
            assert (await ask(intake, "POST", "/api/statements", [b""], POSTING, more=endless)).status == 413
        assert pieces == posting.MAXIMUM_SIZE // 1000 + 1

    on_loop(story())


def test_a_body_too_slow_is_given_up(tmp_path: Path) -> None:
    made(tmp_path)

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def story() -> None:
        async with running(tmp_path, settings={"CIVIUM_BODY_SECONDS": "1"}) as intake:
            answer = await ask(intake, "POST", "/api/statements", [b"x"], POSTING, more=never)
            assert (answer.status, msgspec.json.decode(answer.body)["code"]) == (408, "body-slow")

    on_loop(story())


def test_a_sender_who_goes_before_the_last_byte_leaves_nothing(tmp_path: Path) -> None:
    going = made(tmp_path)

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def story() -> None:
        async with running(tmp_path) as intake:
            body = live.posted(live.unsealed(going))
            answer = await ask(intake, "POST", "/api/statements", [body[:-1]], POSTING, more=gone)
            assert (answer.status, msgspec.json.decode(answer.body)["code"]) == (400, "body-incomplete")

    on_loop(story())
    store = SQLiteStore(tmp_path / "statements.db")
    assert [head.size for head in store.heads(live.IDENTIFIER)] == [0, 0]
    store.close()


def test_every_answer_is_guarded_and_nothing_unsafe_is_allowed(tmp_path: Path) -> None:
    going = made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            answers = [
                await post(intake, live.unsealed(going)),
                await post(intake, b"malformed"),
                await ask(intake, "GET", f"{BASE}/keys"),
                await ask(intake, "GET", "/log/notices/checkpoint"),
                await ask(intake, "GET", "/health/ready"),
            ]
        for answer in answers:
            assert answer.headers is not None
            policy = answer.headers[b"content-security-policy"]
            assert b"unsafe" not in policy
            assert policy.startswith(b"default-src 'none';")
            assert answer.headers[b"x-content-type-options"] == b"nosniff"
            assert answer.headers[b"referrer-policy"] == b"no-referrer"
            assert b"set-cookie" not in answer.headers
            assert int(answer.headers[b"content-length"]) == len(answer.body)

    on_loop(story())


def test_a_disk_that_failed_once_does_not_stop_the_public_log_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    going = made(tmp_path)
    path = f"/log/{going.collection.logs[0].origin.partition('/')[2]}/checkpoint"

    async def story() -> None:
        async with running(tmp_path, publish_seconds=0.05) as intake:
            fails = [OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "broken")]
            raise_to = intake._public_log._signed.raise_to

            def note(heads: Any) -> None:
                if fails:
                    raise fails.pop()
                raise_to(heads)

            assert (await post(intake, live.sealed(going))).status == 200
            monkeypatch.setattr(intake._public_log._signed, "raise_to", note)
            while (await ask(intake, "GET", path)).body.split(b"\n")[1] != b"1":
                await asyncio.sleep(0.02)
            assert (await ask(intake, "GET", "/health/ready")).status == 200

    on_loop(asyncio.wait_for(story(), 20))
    assert [record.message for record in caplog.records] == ["disk-failed EIO", "disk-failed ENOSPC"]


def test_a_full_queue_says_when_to_try_again(tmp_path: Path) -> None:
    going = made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, settings={"CIVIUM_QUEUE": "1"}) as intake:
            answers = await asyncio.gather(*(post(intake, live.unsealed(going)) for _ in range(20)))
        assert {answer.status for answer in answers} == {200, 503}
        for answer in answers:
            assert answer.status == 200 or (answer.headers or {})[b"retry-after"] == b"2"

    on_loop(story())


def test_a_change_by_another_process_is_seen_by_looking(tmp_path: Path) -> None:
    going = made(tmp_path)
    signed = live.signed_manifest(tmp_path, ("ES",), sequence=2, previous=sha256(going.manifest_raw).digest())

    async def story() -> None:
        async with running(tmp_path) as intake:
            other = SQLiteStore(tmp_path / "statements.db")
            change = Change(keys=(live.authority_key("ES"),), manifest=signed, earlier_accepted_until=live.TODAY, notice=b"{}")
            other.change_collection(live.IDENTIFIER, change, expected_version=1)
            other.close()
            async with asyncio.timeout(5):
                while (
                    msgspec.json.decode((await ask(intake, "GET", f"{BASE}/keys")).body)["manifest"]
                    != sha256(signed.raw).hexdigest()
                ):
                    await asyncio.sleep(0.01)
            keys = msgspec.json.decode((await ask(intake, "GET", f"{BASE}/keys")).body)["keys"]
            assert list(keys) == ["ES"]
            assert (await post(intake, live.unsealed(going))).status == 200, "a page that was open is heard"
            assert (await post(intake, live.unsealed(going, "MT"))).status == 404

    on_loop(story())


def test_a_second_intake_does_not_begin(tmp_path: Path) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path):
            with pytest.raises(Misconfigured, match="intake-running"):
                await Intake(config_of(tmp_path), lambda: SQLiteStore(tmp_path / "statements.db")).start()
        async with running(tmp_path) as again:
            assert (await ask(again, "GET", "/health/live")).status == 200

    on_loop(story())


def test_a_database_behind_what_was_signed_does_not_begin(tmp_path: Path) -> None:
    going = made(tmp_path)
    signed = SignedHeads(tmp_path / "signed-heads")
    signed.raise_to([SignedHead(log_name(going.collection.logs[0].origin), 7, bytes(32))])
    signed.close()

    async def story() -> None:
        for _ in range(2):  # what begins and fails lets go of the lock
            with pytest.raises(Misconfigured) as refused:
                await Intake(config_of(tmp_path), lambda: SQLiteStore(tmp_path / "statements.db")).start()
            assert (refused.value.code, refused.value.facts) == ("store-behind", {"jurisdiction": "ES", "signed": 7, "stored": 0})

    on_loop(story())


def test_a_collection_opened_while_it_runs_is_noted_before_its_first_entry(tmp_path: Path) -> None:
    live.open_store(tmp_path).close()

    async def story() -> None:
        async with running(tmp_path) as intake:
            store = SQLiteStore(tmp_path / "statements.db")
            going = live.go_live(store, tmp_path)
            await intake._look()
            signed = SignedHeads(tmp_path / "signed-heads")
            assert all(signed.highest(log.origin) is not None for log in going.collection.logs)
            signed.close()
            store.close()

    on_loop(story())


def test_a_stop_under_load_answers_everyone(tmp_path: Path) -> None:
    going = made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            waiting = [asyncio.create_task(post(intake, live.unsealed(going))) for _ in range(100)]
            await asyncio.sleep(0)
        answers = await asyncio.gather(*waiting)
        kept = sum(answer.status == 200 for answer in answers)
        assert {answer.status for answer in answers} <= {200, 503}
        store = SQLiteStore(tmp_path / "statements.db")
        assert store.heads(live.IDENTIFIER)[0].size == kept == 100
        store.close()

    on_loop(story())


def test_nothing_is_logged_of_a_posting(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    going = made(tmp_path)
    logging.getLogger("civium").setLevel(logging.DEBUG)

    async def story() -> None:
        async with running(tmp_path) as intake:
            assert (await post(intake, live.unsealed(going))).status == 200
            assert (await post(intake, b"malformed")).status == 400
            assert (await post(intake, live.unsealed(going, collection=bytes(16)))).status == 404

    on_loop(story())
    assert [record for record in caplog.records if record.name.startswith("civium")] == []


def test_the_public_log_is_what_was_signed(tmp_path: Path) -> None:
    going = made(tmp_path)
    path = going.collection.logs[0].origin.partition("/")[2]

    async def story() -> None:
        async with running(tmp_path) as intake:
            for _ in range(3):
                await post(intake, live.unsealed(going))
            note = (await ask(intake, "GET", f"/log/{path}/checkpoint")).body.decode()
            assert checkpoint.check(note, going.collection.logs[0].origin, going.log_key).size == 0, (
                "moves every ten minutes only"
            )
            await intake._move()
            note = (await ask(intake, "GET", f"/log/{path}/checkpoint")).body.decode()
            assert checkpoint.check(note, going.collection.logs[0].origin, going.log_key).size == 3
            notices = (await ask(intake, "GET", "/log/notices/checkpoint")).body.decode()
            key = log_keys.public_bytes(log_keys.load_notices_key(tmp_path / "keys"))
            assert checkpoint.check(notices, f"{live.HOST}/notices", key).size == 1

    on_loop(story())
