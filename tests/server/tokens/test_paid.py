"""What a challenge pays for: one element, as often as it is sent, for whoever asks the service; and clocks may step."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import challenge
from civium.server.store.protocol import Spent
from civium.server.tokens.asking import AskedTokens
from civium.server.tokens.kept import KeptTokens
from civium.server.tokens.paid import Paid
from civium.server.tokens.process import TokenProcess
from tests.server import live
from tests.server.intake import gate
from tests.server.intake.asking import on_loop

NOW = 1_800_000_000


def _spent(identifier: int, now: int = NOW) -> Spent:
    return Spent(identifier.to_bytes(16, "big"), challenge.expiry_after(now) // challenge.HOUR_SECONDS)


def test_a_challenge_pays_for_one_element_as_often_as_it_is_sent() -> None:
    paid = Paid()
    for _ in range(3):
        paid.take(_spent(1), b"element")
    with pytest.raises(Refused, match="challenge-spent"):
        paid.take(_spent(1), b"another")
    paid.take(_spent(2), b"another")


@pytest.mark.parametrize("step", [3600, -3600, 365 * 86400, -365 * 86400])
def test_a_clock_that_steps_and_is_put_right_sells_nothing_twice(step: int) -> None:
    paid = Paid()
    paid.take(_spent(1), b"element")
    paid.take(_spent(2, NOW + 3600), b"element")
    for number in range(20):
        paid.take(_spent(100 + number, NOW + step), b"during the step")
        paid.take(_spent(200 + number, NOW + step + 3600), b"during the step")
    for again in (_spent(1), _spent(2, NOW + 3600)):
        with pytest.raises(Refused, match="challenge-spent"):
            paid.take(again, b"another")


def test_what_has_long_expired_is_forgotten() -> None:
    paid = Paid()
    for hours in range(1000):
        paid.take(_spent(1, NOW + hours * 3600), b"element %d" % hours)
    assert len(paid._hours) == 4


def test_one_evaluation_a_challenge_holds_for_all_who_ask_one_service(tmp_path: Path) -> None:
    """Twenty processes' lines, one challenge, twenty elements: one of them is evaluated."""
    kept = KeptTokens(tmp_path)
    kept.public_key(live.IDENTIFIER)

    async def story() -> None:
        with tempfile.TemporaryDirectory(prefix="civium-") as folder:
            service = TokenProcess(kept, Path(folder) / "socket")
            await service.start()
            lines = [AskedTokens(Path(folder) / "socket") for _ in range(20)]
            elements = [gate.blind(gate.ANA)[1] for _ in lines]
            answers = await asyncio.gather(
                *(line.evaluate(live.IDENTIFIER, element, _spent(1)) for line, element in zip(lines, elements, strict=True)),
                return_exceptions=True,
            )
            refused = [answer.code for answer in answers if isinstance(answer, Refused)]
            assert refused == ["challenge-spent"] * 19
            (paid_for,) = (at for at, answer in enumerate(answers) if isinstance(answer, bytes))
            assert await lines[0].evaluate(live.IDENTIFIER, elements[paid_for], _spent(1)), "the same again, after a lost answer"
            await asyncio.gather(*(line.close() for line in lines))
            await service.stop()

    on_loop(story())


def test_what_is_no_element_costs_nothing(tmp_path: Path) -> None:
    kept = KeptTokens(tmp_path)
    kept.public_key(live.IDENTIFIER)
    with pytest.raises(Refused, match="token-element"):
        kept.evaluate(live.IDENTIFIER, bytes(32), _spent(1))
    assert kept.evaluate(live.IDENTIFIER, gate.blind(gate.ANA)[1], _spent(1))
