"""What is drawn from, what is drawn, and that a later decision cannot deal the cards again."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from civium.authority.judging import ACCEPTED, FOR_DECISION, GONE, STRUCK
from civium.authority.sampling.drawing import Population, draw, population_of, read_sampled
from civium.authority.sampling.strata import DAYS, MONTH, Strata
from civium.errors import Refused
from tests.authority.build import called
from tests.authority.case import verified
from tests.authority.sampling.drawn import sampled_log
from tests.authority.sampling.test_strata import settled

DAY = date(2026, 3, 28)
TWO = Strata(DAYS, ("2026-04-01",))
KEY = b"k" * 32


def test_accepted_statements_fall_into_strata_in_the_order_of_names() -> None:
    rows = [
        settled(date(2026, 4, 2)),
        settled(verdict=STRUCK),
        settled(date(2026, 3, 2)),
        settled(verdict=GONE),
        settled(date(2026, 4, 3)),
    ]
    population = population_of(rows, Strata(MONTH))
    assert (population.names, population.sizes, population.places) == (("2026-03", "2026-04"), (1, 2), bytes((2, 0, 1, 0, 2)))
    assert population.digest() != population_of(rows[:4], Strata(MONTH)).digest()
    assert population.digest() != population_of(rows, Strata()).digest()
    assert "2026" not in repr(population)


def test_nothing_is_drawn_while_one_waits_or_none_is_accepted() -> None:
    with pytest.raises(Refused, match=r"sample-undecided \(undecided=1\)"):
        population_of([settled(), settled(verdict=FOR_DECISION)], Strata())
    with pytest.raises(Refused, match="sample-nothing"):
        population_of([settled(verdict=STRUCK)], Strata())


def test_too_many_strata_are_refused() -> None:
    months = [settled(date(2024, 1, 1) + timedelta(days=31 * month)) for month in range(26)]
    with pytest.raises(Refused, match=r"sample-strata \(most=24\)"):
        population_of(months, Strata(MONTH))


def _population(outside: frozenset[int] = frozenset()) -> Population:
    rows = [settled(DAY + timedelta(days=index % 8), verdict=STRUCK if index in outside else ACCEPTED) for index in range(400)]
    return population_of(rows, TWO)


def test_each_stratum_gives_what_is_asked_and_nothing_twice() -> None:
    population = _population()
    assert population.sizes == (200, 200)
    rows = draw(population, KEY, [[30, 10], [5, 20]])
    assert Counter((row.phase, row.stratum) for row in rows) == {(1, 0): 30, (1, 1): 10, (2, 0): 5, (2, 1): 20}
    assert [row.number for row in rows] == list(range(1, 66))
    assert len({row.index for row in rows}) == 65
    assert all(population.places[row.index] == row.stratum + 1 for row in rows)


def test_a_further_draw_leaves_the_first_as_it_was() -> None:
    population = _population()
    assert draw(population, KEY, [[30, 10], [5, 20]])[:40] == draw(population, KEY, [[30, 10]])
    assert draw(population, KEY, [[30, 10], [0, 0], [200 - 30, 0]])[-1].phase == 3


def test_all_can_be_drawn() -> None:
    rows = draw(_population(), KEY, [[200, 200]])
    assert {row.index for row in rows} == set(range(400))


def test_a_decision_about_one_statement_moves_no_other() -> None:
    before = draw(_population(), KEY, [[20, 20]])
    struck = before[3].index
    after = draw(_population(frozenset({struck})), KEY, [[20, 20]])
    kept = {row.index for row in before} & {row.index for row in after}
    assert kept == {row.index for row in before} - {struck}


def test_drawn_statements_are_read_in_clear_in_their_order(tmp_path: Path) -> None:
    done = verified(sampled_log(20), tmp_path)
    population = population_of(done.settled(), Strata())
    assert population.sizes == (20,)
    rows = draw(population, KEY, [[7]])
    sheet = read_sampled(done.opened, population, rows)
    assert [row.number for row in sheet] == [1, 2, 3, 4, 5, 6, 7]
    identifiers = [row.row.identifier for row in done.settled()]
    assert [row.identifier for row in sheet] == [identifiers[row.index] for row in rows]
    assert all(row.fields["full_first_names"].endswith(called(drawn.index)) for row, drawn in zip(sheet, rows, strict=True))
    assert "Ana" not in repr(sheet)
