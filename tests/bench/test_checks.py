"""What the checks find among 5,000 statements of which everything is known: never less than these floors."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.checks import Score, scores_of, table_of
from bench.known_truth import draw_known

# (least precision, least recall). The homes of honest people and fathers with sons of one name are in the sample: they cost precision.
BOTH = {
    "repeat": (0.97, 0.98),
    "name-digit": (1.0, 1.0),
    "name-repeated": (0.95, 1.0),
    "name-keyboard": (0.95, 0.6),
    "name-placeholder": (0.95, 0.6),
    "any name that is none": (0.93, 0.8),
}
PART_A = {
    "under-age": (1.0, 1.0),
    "repeat-address-differs": (1.0, 1.0),
    "near-repeat": (0.97, 0.97),
    "near-repeat-spelling": (0.97, 0.6),
    "near-repeat-birth-date": (0.5, 0.95),
    "birth-date-placeholder": (1.0, 1.0),
    "any near-repeat or group": (0.9, 0.75),
}
PART_B = {
    "number-checksum": (0.98, 0.97),
    "number-suggests-under-age": (1.0, 1.0),
    "number-sample": (1.0, 1.0),
    "near-repeat-number": (0.95, 0.95),
    "repeat-names-differ": (0.85, 0.95),
    "any near-repeat or group": (0.9, 0.95),
}


@pytest.mark.parametrize(("state", "floors"), [("EL", BOTH | PART_A), ("BG", BOTH | PART_B)])
def test_each_check_finds_what_it_looks_for(state: str, floors: dict[str, tuple[float, float]], tmp_path: Path) -> None:
    scores = scores_of(state, 2500, 788, tmp_path)
    short = {name: scores[name] for name, (precision, recall) in floors.items() if _is_below(scores[name], precision, recall)}
    assert not short
    assert all(scores[name].true for name in floors), "nothing is measured where nothing is so"


def _is_below(score: Score, precision: float, recall: float) -> bool:
    return score.precision < precision or score.recall < recall


def test_the_same_seed_gives_the_same_statements_and_another_others() -> None:
    def drawn(seed: int) -> list[object]:
        return [(one.fields, one.received_on, one.truth) for one in draw_known("ES", 400, seed)]

    assert drawn(1) == drawn(1) != drawn(2)


def test_a_score_says_of_nothing_that_it_was_right() -> None:
    assert (Score(0, 0, 0).precision, Score(0, 0, 0).recall) == (1.0, 1.0)
    assert (Score(4, 2, 1).precision, Score(4, 2, 1).recall) == (0.5, 0.25)
    assert table_of("x", {"repeat": Score(0, 0, 0)})[1].split() == ["repeat", "0", "0", "0", "-", "-"]
