"""Throws of a die make a seed if there are enough of them; the hash fixes it."""

from __future__ import annotations

import pytest

from civium.authority.sampling.seed import commitment_of, seed_from_dice
from civium.errors import Refused


def test_white_space_between_throws_does_not_matter() -> None:
    throws = "123456" * 9
    assert seed_from_dice(throws) == seed_from_dice("\n ".join(throws) + "\n")
    assert seed_from_dice(throws) != seed_from_dice(throws[::-1])
    assert commitment_of(seed_from_dice(throws)) != commitment_of(seed_from_dice(throws[::-1]))


def test_fewer_than_fifty_throws_are_refused() -> None:
    with pytest.raises(Refused, match=r"sample-dice-few \(throws=49, needed=50\)"):
        seed_from_dice("1" * 49)


@pytest.mark.parametrize("sign", ["0", "7", "a", "-", "\N{ARABIC-INDIC DIGIT TWO}"])
def test_other_signs_are_no_throws(sign: str) -> None:
    with pytest.raises(Refused, match="sample-dice"):
        seed_from_dice("123456" * 9 + sign)
