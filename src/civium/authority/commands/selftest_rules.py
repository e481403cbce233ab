"""What selftest checks of the law as data, and of the draw: ages, numbers, periods, duties, samples, against their files in vectors/."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from civium.authority.commands.selftest_steps import expect, expect_each
from civium.authority.sampling.seed import commitment_of, draw_key, seed_from_dice
from civium.authority.sampling.selection import drawn_order
from civium.law.ages import is_old_enough, old_enough_from
from civium.law.checks import faults, hints, missing_fields, number_hints
from civium.law.numbers import birth_date_inside, check_digits_agree, normalise, trim
from civium.law.periods import Period, add_months, brussels_date, deadlines
from civium.law.procedure import form_of, load_procedure
from civium.law.rules import AgeRule, Validity

Cases = dict[str, Any]


def check_samples(cases: Cases) -> int:
    """Check the draw of a sample; give how many cases hold."""

    def holds(case: Any) -> bool:
        seed = bytes.fromhex(case["seed"])
        key = draw_key(seed, bytes.fromhex(case["export"]))
        order = list(drawn_order(key, case["size"]))
        return (
            (key.hex(), commitment_of(seed)) == (case["key"], case["commitment"])
            and order[:20] == case["first"]
            and sha256(b"".join(index.to_bytes(4, "big") for index in order)).hexdigest() == case["all"]
        )

    expect(seed_from_dice(cases["dice"]["throws"]).hex() == cases["dice"]["seed"], "the dice")
    return 1 + expect_each(cases["draws"], holds)


def check_ages(cases: Cases) -> int:
    """Check when one is old enough; give how many cases hold."""

    def holds(case: Any) -> bool:
        rule = AgeRule(int(case["years"]), case["rule"], None, None, Validity((), None))
        born_on, on = date.fromisoformat(case["born_on"]), date.fromisoformat(case["on"])
        first = old_enough_from(rule, born_on).isoformat()
        return (first, is_old_enough(rule, born_on, on)) == (case["from"], case["old_enough"])

    return expect_each(cases["ages"], holds)


def check_numbers(cases: Cases) -> int:
    """Check what every accepted number and whole forms deserve; give how many cases hold."""
    eci, on = load_procedure(), date.fromisoformat(cases["on"])

    def holds(case: Any) -> bool:
        form = form_of(eci, case["jurisdiction"], on)
        number = form.number(case["id"])
        if number is None:
            return False
        text = normalise(number.normalise, trim(case["text"]))
        born_on = None if number.birth is None else birth_date_inside(number.birth, text, on)
        return bool(
            list(number_hints(number, form.age, case["text"], on)) == case["hints"]
            and (None if number.check is None else check_digits_agree(number.check, text)) == case["agrees"]
            and (born_on and born_on.isoformat()) == case["born_on"]
        )

    def form_holds(case: Any) -> bool:
        procedure, day = load_procedure(case["procedure"]), date.fromisoformat(case["on"])
        form = form_of(procedure, case["jurisdiction"], day)
        return bool(
            list(missing_fields(form, case["values"])) == case["missing"]
            and [[one.field, one.code] for one in faults(procedure, form, case["values"], day)] == case["faults"]
            and [[one.field, one.code] for one in hints(procedure, form, case["values"], day)] == case["hints"]
        )

    return expect_each(cases["numbers"], holds) + expect_each(cases["forms"], form_holds)


def check_periods(cases: Cases) -> int:
    """Check days in Brussels, periods and the table of duties; give how many cases hold."""
    eci = load_procedure()

    def phase_holds(case: Any) -> bool:
        period = Period(date.fromisoformat(case["opens_on"]), date.fromisoformat(case["closes_on"]))
        today = date.fromisoformat(case["today"])
        return (period.phase(today), period.days_left(today)) == (case["phase"], case["days_left"])

    def duties_hold(case: Any) -> bool:
        events = {event: date.fromisoformat(day) for event, day in case["events"].items()}
        found = deadlines(eci, events, frozenset(map(date.fromisoformat, case["holidays"])))
        return bool([[duty.id, duty.on.isoformat(), duty.latest_on.isoformat()] for duty in found] == case["deadlines"])

    return (
        expect_each(cases["instants"], lambda case: brussels_date(datetime.fromisoformat(case["now"])).isoformat() == case["day"])
        + expect_each(cases["periods"], phase_holds)
        + expect_each(
            cases["months"],
            lambda case: add_months(date.fromisoformat(case["day"]), case["months"]).isoformat() == case["gives"],
        )
        + expect_each(cases["deadlines"], duties_hold)
    )
