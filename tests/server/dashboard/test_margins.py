"""Margins: what is left of each State after the loss that was observed, and how it stands."""

from __future__ import annotations

from datetime import date

from civium.law.procedure import load_procedure
from civium.law.progress import progress
from civium.server.dashboard.margins import Margin, by_outlook, losses, margins


def _margin(received: int, threshold: int = 1000, loss: float | None = 0.2) -> Margin:
    return Margin("SE", received, threshold, loss, is_observed=True)


def test_the_outlook_follows_what_is_left_after_the_loss() -> None:
    assert _margin(1563).outlook == "safe"
    assert _margin(1562).outlook == "over"
    assert _margin(1250).outlook == "over"
    assert _margin(1249).outlook == "at-risk"
    assert _margin(1000).outlook == "at-risk"
    assert _margin(999).outlook == "near"
    assert _margin(750).outlook == "near"
    assert _margin(749).outlook == "far"


def test_what_is_missing_reaches_exactly() -> None:
    short = _margin(900)
    assert _margin(900 + short.missing).received == 1000
    assert _margin(900 + short.missing_to_be_safe).outlook == "safe"
    assert _margin(900 + short.missing_to_be_safe - 1).outlook == "over"
    assert _margin(5000).missing_to_be_safe == _margin(5000).missing == 0


def test_the_highest_observation_of_a_state_is_taken_and_the_whole_where_there_is_none() -> None:
    known = losses("eci")
    assert known is not None
    assert known.expected("DE") == 0.239
    assert known.expected("LV") == 0.211
    assert known.expected("SE") == 0.102
    assert known.highest("MT") is None
    assert known.expected("MT") == known.unknown == 0.12


def test_every_observation_is_of_a_state_and_says_where_it_comes_from() -> None:
    known = losses("eci")
    assert known is not None
    for one in known.observations:
        assert one.jurisdiction in load_procedure("eci").jurisdictions
        assert 0 < one.loss < 1
        assert one.initiative
        assert 2012 <= one.year <= 2026


def test_observations_agree_with_the_counts_beside_them() -> None:
    known = losses("eci")
    assert known is not None
    for one in known.observations:
        numbers = [int(word.replace(",", "")) for word in one.counts.split() if word.replace(",", "").isdigit()]
        if numbers:
            assert abs(1 - numbers[1] / numbers[0] - one.loss) < 0.0051, one


def test_all_states_stand_in_the_table_the_best_first() -> None:
    found = margins("eci", progress(load_procedure("eci"), date(2026, 3, 2), {"BE": 21_872, "MT": 1}))
    assert len(found) == 27
    assert found[0].code == "BE"
    assert found[1].code == "MT"
    assert sum(by_outlook(found).values()) == 27


def test_one_statement_is_no_division_by_nothing() -> None:
    one = _margin(1, threshold=4300)
    assert (one.left, one.outlook, one.missing) == (0, "far", 4299)


def test_a_procedure_without_observations_takes_nothing_off() -> None:
    assert losses("petition") is None
    procedure = load_procedure("petition")
    found = margins("petition", progress(procedure, date(2026, 3, 2), {}))
    assert {one.loss for one in found} == {None}
    assert found[0].left == found[0].received
