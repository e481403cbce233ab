"""Days are counted from leaf records, each once; a series has no gaps and its columns add up."""

from __future__ import annotations

from datetime import date

from civium.formats import leaf
from civium.server.open_data.numbers import Series, days_of_leaves, series_of


def _leaf(day: date, number: int = 0) -> bytes:
    return leaf.encode(leaf.LeafRecord(day, number.to_bytes(32, "big"), bytes(32)))


def test_leaves_are_counted_by_their_day() -> None:
    first, second = date(2026, 4, 14), date(2026, 4, 16)
    counted = days_of_leaves([_leaf(first), _leaf(second), _leaf(first, 1)])
    assert counted == {leaf.days_of(first): 2, leaf.days_of(second): 1}
    assert days_of_leaves([]) == {}


def test_a_series_runs_from_the_first_entry_to_the_last_without_gaps() -> None:
    day = leaf.days_of(date(2026, 12, 31))
    series = series_of({"MT": {day + 2: 5}, "ES": {day: 1, day + 2: 2}, "AT": {}}, {"AT": 0, "ES": 1, "MT": 0})
    assert series.days == (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2))
    assert series.entries == {"AT": (0, 0, 0), "ES": (1, 0, 2), "MT": (0, 0, 5)}
    assert list(series.entries) == ["AT", "ES", "MT"]
    assert series.all_entries == (1, 0, 7)
    assert series.destroyed == {"AT": 0, "ES": 1, "MT": 0}


def test_a_collection_without_entries_has_no_days() -> None:
    assert series_of({"ES": {}}, {"ES": 0}) == Series((), {"ES": ()}, {"ES": 0})
    assert series_of({}, {}).all_entries == ()
