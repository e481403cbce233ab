"""Challenges: what the vectors write is made, solved, checked and refused here; no digit moves between salt and number."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.errors import Refused
from civium.formats import challenge

VALUE: dict[str, Any] = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "challenge.json").read_text("utf-8"))
KEY, COLLECTION, NOW = bytes.fromhex(VALUE["key"]), bytes.fromhex(VALUE["collection"]), VALUE["now"]


def test_solutions_are_as_written_and_true() -> None:
    for case in VALUE["challenges"]:
        told = json.loads(case["reply"])
        given = challenge.Challenge(told["salt"], told["challenge"], told["signature"], told["maxnumber"])
        solution = challenge.solve(given)
        assert (solution.number, challenge.encode(solution).hex()) == (case["number"], case["work"])
        assert challenge.check(KEY, COLLECTION, bytes.fromhex(case["work"]), now=NOW) == solution
        # ALTCHA's own words: the hash of salt and number is the challenge.
        assert sha256(f"{told['salt']}{case['number']}".encode()).hexdigest() == told["challenge"]


@pytest.mark.parametrize("case", VALUE["refused"], ids=lambda case: case["name"])
def test_what_solves_nothing_is_refused(case: dict[str, Any]) -> None:
    collection = bytes.fromhex(case.get("collection", VALUE["collection"]))
    with pytest.raises(Refused) as refused:
        challenge.check(KEY, collection, bytes.fromhex(case["work"]), now=case["now"])
    assert refused.value.code == case["refused"]


@pytest.mark.parametrize(("now", "hours"), [(0, 1), (1, 2), (3599, 2), (3600, 2), (NOW, None)])
def test_an_expiry_is_a_full_hour_in_one_to_two_hours(now: int, hours: int | None) -> None:
    expires = challenge.expiry_after(now)
    assert expires % 3600 == 0
    assert 3600 <= expires - now <= 7200
    assert hours is None or expires == hours * 3600


def test_it_is_good_to_its_last_second() -> None:
    given = challenge.make(KEY, COLLECTION, bytes(16), 7, most=9, now=NOW)
    raw = challenge.encode(challenge.solve(given))
    expires = challenge.expiry_after(NOW)
    assert challenge.check(KEY, COLLECTION, raw, now=expires - 1).expires_hour == expires // 3600
    with pytest.raises(Refused, match="challenge-expired"):
        challenge.check(KEY, COLLECTION, raw, now=expires)


def test_a_digit_cannot_be_taken_for_one_of_the_salt() -> None:
    salts = [challenge.salt_of(COLLECTION, bytes(16), expires) for expires in (3600, 36000, 360000)]
    assert all(salt.endswith("&") for salt in salts)
    texts = {f"{salt}{number}" for salt in salts for number in range(1000)}
    assert len(texts) == 3000


def test_a_challenge_without_a_solution_is_not_solved() -> None:
    with pytest.raises(Refused, match="challenge-malformed"):
        challenge.solve(challenge.Challenge(challenge.salt_of(COLLECTION, bytes(16), 3600), "00" * 32, "00" * 32, 50))


@given(st.binary(max_size=100))
def test_no_bytes_are_more_than_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        challenge.check(KEY, COLLECTION, raw, now=NOW)


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_solution_with_one_byte_changed_is_none(place: int, change: int) -> None:
    raw = bytearray.fromhex(VALUE["challenges"][2]["work"])
    raw[place] ^= change
    with pytest.raises(Refused):
        challenge.check(KEY, COLLECTION, bytes(raw), now=NOW)
