"""Whether a procedure's data fits together: what an operator who writes one of their own must mend before it is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from civium.errors import Misconfigured
from civium.law.ages import AGE_RULES
from civium.law.deployments import CONTROLLERS, KINDS, READERS
from civium.law.numbers import check_digits_agree, is_birth_date_known, is_check_known, normalise
from civium.law.periods import EVENTS
from civium.law.rules import AcceptedNumber, Jurisdiction, Procedure

FIELD_KINDS: Final = ("name", "text", "postal-code", "country", "date", "number", "number-type", "choice")
FLAW_CODES: Final = (
    "age-rule-unknown",
    "check-unknown",
    "deadline-event-unknown",
    "deployment-unknown",
    "example-does-not-fit",
    "field-kind-unknown",
    "form-missing",
    "goal-out-of-reach",
    "notice-field-unknown",
    "number-unknown",
    "part-unknown",
    "pattern-wrong",
    "step-unknown",
    "threshold-missing",
    "without-choices",
)


@dataclass(frozen=True)
class Flaw:
    """One thing that does not fit: its code, and the jurisdiction it was found in ("" for the procedure itself)."""

    code: str
    jurisdiction: str = ""


def flaws(procedure: Procedure) -> tuple[Flaw, ...]:
    """Give everything in a procedure's data that does not fit together; () if it can be used."""
    found = [Flaw(code) for code in _procedure_flaws(procedure)]
    for place in procedure.jurisdictions.values():
        found += [Flaw(code, place.code) for code in _jurisdiction_flaws(procedure, place)]
    return tuple(found)


def check_procedure(procedure: Procedure) -> None:
    """Raise Misconfigured with the first flaw of a procedure that cannot be used."""
    for flaw in flaws(procedure):
        raise Misconfigured("procedure-does-not-fit", flaw=flaw.code)


def _procedure_flaws(procedure: Procedure) -> Iterator[str]:
    for field in {field for fields in procedure.parts.values() for field in fields}:
        kind = procedure.kinds.get(field)
        if kind not in FIELD_KINDS:
            yield "field-kind-unknown"
        if kind == "choice" and not procedure.choices.get(field):
            yield "without-choices"
    for deployed in procedure.deployments.values():
        if deployed.kind not in KINDS or deployed.controller not in CONTROLLERS or not set(deployed.readers) <= set(READERS):
            yield "deployment-unknown"
    for deadline in procedure.deadlines:
        if not {offset.event for group in deadline.groups for offset in group} <= set(EVENTS):
            yield "deadline-event-unknown"
    if procedure.goal.jurisdictions > len(procedure.jurisdictions):
        yield "goal-out-of-reach"


def _jurisdiction_flaws(procedure: Procedure, place: Jurisdiction) -> Iterator[str]:
    known = {number.id for number in place.numbers}
    if not place.forms:
        yield "form-missing"
    for form in place.forms:
        if form.part not in procedure.parts:
            yield "part-unknown"
        if not set(form.numbers) <= known:
            yield "number-unknown"
        if not {notice.field for notice in form.notices} <= procedure.kinds.keys():
            yield "notice-field-unknown"
    if any(age.rule not in AGE_RULES for age in place.ages):
        yield "age-rule-unknown"
    if not {period.key for period in procedure.threshold_periods} <= place.thresholds.keys():
        yield "threshold-missing"
    for number in place.numbers:
        yield from _number_flaws(number)
    if place.postal_code is not None:
        yield from _pattern_flaws(place.postal_code.pattern, place.postal_code.normalise, place.postal_code.example)


def _number_flaws(number: AcceptedNumber) -> Iterator[str]:
    is_known = (number.check is None or is_check_known(number.check)) and (
        number.birth is None or is_birth_date_known(number.birth)
    )
    if not is_known:
        yield "check-unknown"
    wrong = [
        *_pattern_flaws(number.pattern, number.normalise, number.example),
        *_pattern_flaws(number.not_national or "", (), None),
    ]
    yield from wrong
    if is_known and not wrong and number.example is not None and number.check is not None:
        text = normalise(number.normalise, number.example)
        yield from () if check_digits_agree(number.check, text) else ("example-does-not-fit",)


def _pattern_flaws(pattern: str, steps: Iterable[str], example: str | None) -> Iterator[str]:
    """Give what is wrong with a pattern, with its steps, or with its example against both."""
    try:
        compiled = re.compile(pattern, re.ASCII)
        text = normalise(steps, example or "")
    except re.error:
        yield "pattern-wrong"
    except Misconfigured:
        yield "step-unknown"
    else:
        if example is not None and compiled.search(text) is None:
            yield "example-does-not-fit"
