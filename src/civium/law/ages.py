"""Whether somebody is old enough to sign, and from which day."""

from __future__ import annotations

from datetime import date

from civium.law.rules import AgeRule

# Closed set: age reached on the day of signing, or reached at some time in the year of signing (Greece, LAW-7).
AGE_RULES = ("completed_years", "calendar_year")


def old_enough_from(rule: AgeRule, born_on: date) -> date:
    """Give the first day on which a person born on this day may sign (Art. 2(1); LAW-8).

    Whoever was born on 29 February completes the year at the end of 28 February in a year without a 29th, so from 1 March.
    """
    assert rule.rule in AGE_RULES
    year = born_on.year + rule.years
    if year > date.max.year:  # a birth in the last years the calendar has, in an entry dated later still
        return date.max
    if rule.rule == "calendar_year":
        return date(year, 1, 1)
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def is_old_enough(rule: AgeRule, born_on: date, on: date) -> bool:
    """Say whether a person born on this day has the minimum age on the day of signing."""
    return old_enough_from(rule, born_on) <= on
