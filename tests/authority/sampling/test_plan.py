"""The plan keeps its seed sealed, and a seed that is not the committed one is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from civium.authority.sampling.plan import BEFORE_OPENING, Plan, from_table, read_plan, write_plan
from civium.authority.sampling.seed import commitment_of
from civium.authority.sampling.size import PRESETS, Demand
from civium.authority.sampling.strata import Strata
from civium.errors import Refused, Untrusted
from tests.authority.build import authority_key

SEED = b"0123456789abcdef" * 2
PLAN = Plan(commitment_of(SEED), date(2026, 3, 1), BEFORE_OPENING, PRESETS["nl"], Strata("days", ("2026-05-01",)), "each")


def test_a_plan_is_written_once_with_its_seed_sealed(tmp_path: Path) -> None:
    path, key = tmp_path / "x.civium-sample", authority_key()
    write_plan(path, PLAN, SEED, key)
    assert read_plan(path, key) == (PLAN, SEED)
    raw = path.read_bytes()
    assert SEED not in raw
    assert SEED.hex().encode() not in raw
    assert PLAN.commitment.encode() in raw
    with pytest.raises(Refused, match="file-exists"):
        write_plan(path, PLAN, SEED, key)


def test_what_a_killed_act_left_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "x.civium-sample.part").write_bytes(b"half")
    write_plan(tmp_path / "x.civium-sample", PLAN, SEED, authority_key())
    assert read_plan(tmp_path / "x.civium-sample", authority_key())[1] == SEED


def test_another_seed_than_the_committed_one_is_untrusted(tmp_path: Path) -> None:
    write_plan(tmp_path / "x", replace(PLAN, commitment="00" * 32), SEED, authority_key())
    with pytest.raises(Untrusted, match="sample-seed"):
        read_plan(tmp_path / "x", authority_key())


def test_without_a_plan_nothing_is_read(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="sample-no-plan"):
        read_plan(tmp_path / "x", authority_key())


def test_a_plan_in_writing_is_the_same_plan() -> None:
    assert from_table(PLAN.table()) == PLAN
    own = replace(PLAN, demand=Demand(Fraction("1.959964"), Fraction("0.0125"), Fraction("0.2"), "own"))
    assert from_table(own.table()) == own
