"""The second barrier: there is none unless one is named; one that refuses is honoured, and whoever passes goes on as before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.server.intake.app import Intake
from civium.server.intake.barrier import HEADER, LONGEST_ANSWER, barrier_named
from tests.server import live
from tests.server.intake import gate
from tests.server.intake.asking import Answer, ask, on_loop, running

NAMED = {"CIVIUM_BARRIER": "tests.server.intake.test_barrier:Doorkeeper"}
API = f"/api/collections/{live.IDENTIFIER.hex()}"


class Doorkeeper:
    """Lets pass who repeats the word of this collection."""

    def ask(self, collection: bytes, now: int) -> bytes:
        return json.dumps({"word": collection.hex()[:4]}).encode()

    def check(self, collection: bytes, answer: bytes, now: int) -> None:
        if answer != collection.hex()[:4].encode():
            raise Refused("barrier-closed")


async def _challenge(intake: Intake, answer: bytes | None) -> Answer:
    headers = [] if answer is None else [(HEADER, answer)]
    return await ask(intake, "GET", f"{API}/challenge", headers=headers)


def test_without_a_name_nothing_changes(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            assert (await ask(intake, "GET", f"{API}/barrier")).status == 404
            answers = [await _challenge(intake, answer) for answer in (None, b"", b"whatever")]
            assert [answer.status for answer in answers] == [200] * 3
            assert len({tuple((answer.headers or {}).items()) for answer in answers}) == 1
            assert (await gate.sign(intake, going, gate.ANA)).status == 200

    on_loop(story())


def test_a_barrier_that_refuses_is_honoured(tmp_path: Path) -> None:
    going = gate.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, settings=NAMED) as intake:
            for answer in (None, b"", b"open", b"0" * (LONGEST_ANSWER + 1)):
                refused = await _challenge(intake, answer)
                assert (refused.status, json.loads(refused.body)) == (403, {"code": "barrier-closed", "facts": {}})
            asked = await ask(intake, "GET", f"{API}/barrier")
            assert asked.status == 200
            assert asked.headers is not None
            assert asked.headers[b"cache-control"] == b"no-store"
            passed = await _challenge(intake, json.loads(asked.body)["word"].encode())
            told = json.loads(passed.body)
            solved = gate.solved(told)
            token = await gate.token(intake, going, gate.ANA, solved)
            assert (await gate.post(intake, live.unsealed(going), token, solved)).status == 200

    on_loop(story())


@pytest.mark.parametrize(
    "name", ["none", "no_such_module:Maker", "json:NoSuchMaker", "json:loads", "../json:loads", "os:environ"]
)
def test_a_barrier_that_is_not_there_stops_the_intake(name: str) -> None:
    with pytest.raises(Misconfigured, match="barrier-missing"):
        barrier_named(name)
    assert barrier_named("") is None
