"""Receive: what is taken, every refusal in its order, and retries that are safe whatever has changed."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civium.errors import Refused
from civium.formats import envelope, leaf, posting, receipt
from civium.server.intake import receive
from civium.server.store.protocol import AcceptedManifest, Change, Collection
from civium.server.store.sqlite import SQLiteStore
from tests.server import live
from tests.server.intake.asking import NOON, Answer, Clock, ask, made, on_loop, post, running


def _code(answer: Answer) -> tuple[int, str]:
    return answer.status, msgspec.json.decode(answer.body)["code"]


def _checked(going: live.Live, raw: bytes, answer: Answer, *, today: date | None = None) -> receipt.Receipt:
    """Check a receipt as a browser does."""
    assert answer.status == 200, answer.body
    parsed = receipt.parse(answer.body.decode())
    sealed = envelope.parse(raw)
    receipt.check(
        parsed,
        envelope_hash=envelope.envelope_hash(raw),
        origin=live.log_of(going.collection, sealed.header.jurisdiction).origin,
        log_key=going.log_key,
        erasure_commitment=sealed.header.erasure_commitment,
        today=today,
    )
    return parsed


def test_a_sealed_statement_becomes_an_entry_with_a_receipt(tmp_path: Path) -> None:
    going = made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            raw = live.sealed(going, "MT")
            parsed = _checked(going, raw, await post(intake, raw), today=live.TODAY)
            assert parsed.index == 0
            assert leaf.parse(parsed.leaf).received_on == live.TODAY

    on_loop(story())
    store = SQLiteStore(tmp_path / "statements.db")
    assert [head.size for head in store.heads(live.IDENTIFIER)] == [0, 1]
    store.close()


def test_many_at_once_get_dense_indices(tmp_path: Path) -> None:
    going = made(tmp_path)
    raws = [live.unsealed(going, "ES" if number % 3 else "MT") for number in range(200)]

    async def story() -> None:
        async with running(tmp_path) as intake:
            answers = await asyncio.gather(*(post(intake, raw) for raw in raws))
        parsed = [_checked(going, raw, answer) for raw, answer in zip(raws, answers, strict=True)]
        for state, count in (("ES", 133), ("MT", 67)):
            indices = [
                found.index for found, raw in zip(parsed, raws, strict=True) if envelope.parse(raw).header.jurisdiction == state
            ]
            assert sorted(indices) == list(range(count))

    on_loop(story())


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "posting-malformed"),
        (b"\x02", 400, "posting-malformed"),
        (posting.encode(posting.Posting(bytes(100))), 400, "envelope-size"),
        (posting.encode(posting.Posting(bytes(3400))), 400, "envelope-version"),
        (posting.encode(posting.Posting(bytes(3400))) + b"\0", 400, "posting-malformed"),
        (bytes(posting.MAXIMUM_SIZE + 1), 413, "posting-size"),
    ],
)
def test_what_is_malformed_is_refused(tmp_path: Path, body: bytes, status: int, code: str) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            headers = [(b"content-type", b"application/octet-stream")]
            assert _code(await ask(intake, "POST", "/api/statements", [body], headers)) == (status, code)

    on_loop(story())


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"collection": bytes(16)}, 404, "unknown-collection"),
        ({"key_id": bytes(16)}, 404, "unknown-key"),
        ({"jurisdiction": "MT", "key_id": live.authority_key("ES").key_id}, 404, "unknown-jurisdiction"),
        ({"jurisdiction": "LU", "key_id": live.authority_key("ES").key_id}, 404, "unknown-jurisdiction"),
        ({"suite": envelope.SUITES[envelope.P256_SUITE]}, 400, "envelope-suite"),
        ({"manifest_hash": bytes(32)}, 404, "unknown-manifest"),
        ({"channel": "paper"}, 404, "unknown-channel"),
    ],
)
def test_a_header_that_is_not_of_this_collection_is_refused(
    tmp_path: Path, changed: dict[str, Any], status: int, code: str
) -> None:
    going = made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            assert _code(await post(intake, live.unsealed(going, **({"jurisdiction": "ES"} | changed)))) == (status, code)

    on_loop(story())


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2026, 4, 13, 21, 59, 59, tzinfo=UTC), "collection-not-started"),
        (datetime(2026, 4, 13, 22, 0, 0, tzinfo=UTC), None),  # midnight in Brussels, summer time
        (datetime(2027, 4, 13, 21, 59, 59, tzinfo=UTC), None),
        (datetime(2027, 4, 13, 22, 0, 0, tzinfo=UTC), "collection-ended"),
    ],
)
def test_the_period_is_whole_days_in_brussels(tmp_path: Path, now: datetime, code: str | None) -> None:
    going = made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, clock=Clock(now)) as intake:
            answer = await post(intake, live.unsealed(going))
            assert (answer.status, code) == (200, None) or _code(answer) == (403, code)

    on_loop(story())


def test_the_clock_is_read_at_the_last_byte_of_the_body(tmp_path: Path) -> None:
    going = made(tmp_path)
    raw, clock = live.unsealed(going), Clock(datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC))
    body = live.posted(raw)

    async def last_piece() -> dict[str, Any]:
        clock.now += timedelta(seconds=2)
        return {"type": "http.request", "body": body[100:], "more_body": False}

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            headers = [(b"content-type", b"application/octet-stream")]
            answer = await ask(intake, "POST", "/api/statements", [body[:100]], headers, more=last_piece)
            assert leaf.parse(_checked(going, raw, answer).leaf).received_on == date(2026, 11, 22)

    on_loop(story())


def test_a_retry_gives_the_same_entry_whatever_has_changed(tmp_path: Path) -> None:
    going = made(tmp_path)
    raw, clock = live.unsealed(going), Clock()

    async def story() -> None:
        async with running(tmp_path, clock=clock) as intake:
            first = _checked(going, raw, await post(intake, raw))
            _checked(going, other := live.unsealed(going), await post(intake, other))
            for now in (NOON + timedelta(days=1), NOON - timedelta(days=365), NOON + timedelta(days=3650)):
                clock.now = now
                again = _checked(going, raw, await post(intake, raw))
                assert (again.index, again.leaf) == (first.index, first.leaf)
                assert again.checkpoint != first.checkpoint, "the proof is fresh"
            clock.now = NOON
            changes = SQLiteStore(tmp_path / "statements.db")
            changes.change_collection(live.IDENTIFIER, Change(state="ended", keys=()), expected_version=1)
            changes.destroy_body(going.collection.logs[0], 0, reason="erased-by-signatory", evidence=bytes(16))
            changes.close()
            again = _checked(going, raw, await post(intake, raw))
            assert (again.index, again.leaf) == (first.index, first.leaf)
            assert _code(await post(intake, live.unsealed(going))) == (403, "collection-ended")

    on_loop(story())


def test_a_pause_by_another_process_holds_from_its_commit_on(tmp_path: Path) -> None:
    going = made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            changes = SQLiteStore(tmp_path / "statements.db")
            changes.change_collection(live.IDENTIFIER, Change(state="paused"), expected_version=1)
            # The intake has not looked yet: the batch's own transaction refuses.
            assert _code(await post(intake, live.unsealed(going))) == (403, "collection-paused")
            changes.change_collection(live.IDENTIFIER, Change(state="collecting"), expected_version=2)
            await intake._look()
            assert (await post(intake, live.unsealed(going))).status == 200
            changes.close()

    on_loop(story())


def _collection(*manifests: AcceptedManifest) -> dict[bytes, receive.Collecting]:
    collection = Collection(
        identifier=live.IDENTIFIER,
        state="collecting",
        opens_on=live.OPENS_ON,
        closes_on=live.CLOSES_ON,
        goal=1,
        version=1,
        keys=(live.authority_key("ES"),),
        manifests=manifests,
        logs=(),
    )
    return receive.prepare([collection])


@pytest.mark.parametrize(
    ("until", "code"), [(None, "unknown-channel"), (live.TODAY, "unknown-channel"), (date(2026, 11, 20), "manifest-expired")]
)
def test_a_page_made_from_an_earlier_manifest_is_heard_until_its_day(until: date | None, code: str, tmp_path: Path) -> None:
    going = made(tmp_path)
    collections = _collection(AcceptedManifest(going.collection.manifests[0].manifest_hash, 1, until))
    with pytest.raises(Refused) as refused:
        receive.candidate_of(collections, envelope.parse(live.unsealed(going)), live.TODAY)
    assert refused.value.code == code


def test_of_two_generations_of_a_log_the_later_one_receives() -> None:
    store_log = live.Log(1, "a/1", live.IDENTIFIER, "ES", "online", 1)
    later = live.Log(2, "a/2", live.IDENTIFIER, "ES", "online", 2)
    found = receive._prepared(
        Collection(live.IDENTIFIER, "collecting", live.OPENS_ON, live.CLOSES_ON, 1, 1, (), (), (later, store_log))
    )
    assert found.logs["ES", "online"] is later


def test_the_calendar_turns_at_midnight_in_brussels_and_back_with_the_clock() -> None:
    clock = Clock(datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC))
    calendar = receive.Calendar(clock)
    days = []
    for step in (0, 1, 3600 * 22 + 3599, 1, -3600 * 48):  # 29 March 2026 has 23 hours
        clock.now += timedelta(seconds=step)
        days.append(calendar.today().day)
    assert days == [28, 29, 29, 30, 27]


@settings(max_examples=3000, deadline=None)
@given(st.data())
def test_random_and_mutated_bodies_are_refused_or_are_entries(data: st.DataObject) -> None:
    """Nothing but Refused leaves the parsers, whatever arrives; what passes is an envelope of this collection."""
    going_header = live.header(_FUZZED, "ES")
    size = going_header.suite.enc_size + envelope.PADDED_SIZES[0] + envelope.TAG_SIZE
    body = bytearray(live.posted(envelope.encode_header(going_header) + bytes(size)))
    kind = data.draw(st.sampled_from(["random", "flipped", "cut", "longer"]))
    if kind == "random":
        body = bytearray(data.draw(st.binary(max_size=200)))
    elif kind == "flipped":
        for _ in range(data.draw(st.integers(1, 4))):
            body[data.draw(st.integers(0, 200))] = data.draw(st.integers(0, 255))
    elif kind == "cut":
        del body[data.draw(st.integers(0, len(body) - 1)) :]
    else:
        body += data.draw(st.binary(min_size=1, max_size=9))
    try:
        sealed = envelope.parse(posting.parse(bytes(body)).envelope)
        candidate = receive.candidate_of(_FUZZED_VIEW, sealed, live.TODAY)
    except Refused:
        return
    assert candidate.log.jurisdiction == "ES"
    assert candidate.refusal is not None or sealed.header.key_id == live.authority_key("ES").key_id
    assert candidate.envelope_hash == envelope.envelope_hash(sealed.raw)


_FUZZED_LOG = live.Log(1, "fuzzed", live.IDENTIFIER, "ES", "online", 1)
_FUZZED = live.Live(
    Path(),
    Collection(
        live.IDENTIFIER,
        "collecting",
        live.OPENS_ON,
        live.CLOSES_ON,
        1,
        1,
        (live.authority_key("ES"),),
        (AcceptedManifest(envelope.envelope_hash(b"manifest"), 1, None),),
        (_FUZZED_LOG,),
    ),
    b"manifest",
    b"",
)
_FUZZED_VIEW = receive.prepare([_FUZZED.collection])
