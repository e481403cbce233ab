"""Thresholds by registration date, and progress against the goal."""

from __future__ import annotations

from datetime import date

import pytest

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.law.progress import progress, thresholds

ECI = load_procedure()


def test_thresholds_are_fixed_by_the_day_of_registration() -> None:
    for day, germany, estonia in (
        (date(2020, 1, 31), 72096, 4506),
        (date(2020, 2, 1), 67680, 4935),
        (date(2024, 7, 15), 67680, 4935),
        (date(2024, 7, 16), 69120, 5040),
        (date(2030, 1, 1), 69120, 5040),
    ):
        assert thresholds(ECI, day)["DE"] == germany
        assert thresholds(ECI, day)["EE"] == estonia
    with pytest.raises(Refused, match="thresholds-unknown"):
        thresholds(ECI, date(2019, 12, 31))


def test_a_threshold_is_the_number_of_members_times_the_size_of_parliament() -> None:
    """Annex I: each State's minimum is its members of the European Parliament times 720 in the newest set."""
    shares = {code: limit / 720 for code, limit in thresholds(ECI, date(2025, 1, 1)).items()}
    assert all(share == int(share) for share in shares.values())
    assert sum(shares.values()) == 720


def test_all_count_toward_the_total_and_only_full_thresholds_toward_the_seven() -> None:
    found = progress(ECI, date(2025, 1, 1), {"DE": 69120, "FR": 58319, "EL": 15121})
    assert found.total == 69120 + 58319 + 15121
    assert found.over == ("DE", "EL")
    assert (found.goal, found.needed) == (1_000_000, 7)
    assert not found.is_goal_reached
    assert len(found.jurisdictions) == 27
    assert found.jurisdictions[0].code == "BE"


@pytest.mark.parametrize(("places", "germans", "reached"), [(7, 900_000, True), (7, 800_000, False), (6, 990_000, False)])
def test_the_goal_needs_the_million_and_seven_states(places: int, germans: int, reached: bool) -> None:
    others = ("FR", "IT", "ES", "PL", "RO", "NL")[: places - 1]
    counts = {code: thresholds(ECI, date(2025, 1, 1))[code] for code in others}
    counts["DE"] = germans if reached or places == 6 else 1_000_000 - sum(counts.values()) - 1
    assert progress(ECI, date(2025, 1, 1), counts).is_goal_reached is reached


def test_a_count_of_an_unknown_jurisdiction_is_refused() -> None:
    with pytest.raises(Refused, match="jurisdiction-unknown"):
        progress(ECI, date(2025, 1, 1), {"GR": 1})


def test_a_petition_has_its_own_goal() -> None:
    found = progress(load_procedure("petition"), date(2025, 1, 1), {"VAL-N": 500, "VAL-C": 2500})
    assert found.is_goal_reached
    assert found.over == ("VAL-N", "VAL-C")
