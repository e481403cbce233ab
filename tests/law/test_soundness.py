"""A procedure's data that does not fit together is told, one code for each fault."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from civium.errors import Misconfigured
from civium.law.procedure import load_procedure, procedure_from
from civium.law.shelf import documents_of
from civium.law.soundness import FLAW_CODES, Flaw, check_procedure, flaws

Document = dict[str, Any]
PLACE = "jurisdictions/VAL-C"


def _with(path: str, key: str, value: object) -> Callable[[Document], None]:
    """Give a change that sets a key in the first element of a list, or in the object, at a path within a document."""

    def change(documents: Document) -> None:
        document, _, inside = path.partition("#")
        target: Any = documents[document]
        for step in filter(None, inside.split(".")):
            target = target[int(step)] if step.isdecimal() else target[step]
        target[key] = value

    return change


FAULTS = {
    "age-rule-unknown": _with(f"{PLACE}#ages.0", "rule", "full_moon"),
    "check-unknown": _with(f"{PLACE}#numbers.0", "check", "mod-12"),
    "deadline-event-unknown": _with("deadlines#0.on.0.0", "after", "full_moon_on"),
    "deployment-unknown": _with("deployments#0", "controller", "stranger"),
    "example-does-not-fit": _with(f"{PLACE}#numbers.0", "example", "12345678904"),
    "field-kind-unknown": _with("procedure#kinds", "full_first_names", "nickname"),
    "form-missing": _with(PLACE, "forms", []),
    "goal-out-of-reach": _with("procedure#goal", "jurisdictions", 4),
    "notice-field-unknown": _with(
        f"{PLACE}#forms.0",
        "notices",
        [{"id": "x", "when": {"field": "shoe_size", "is_not": "44"}, "wording": "x", "source": "invented"}],
    ),
    "number-unknown": _with(f"{PLACE}#forms.0", "numbers", ["library_card"]),
    "part-unknown": _with(f"{PLACE}#forms.0", "part", "C"),
    "pattern-wrong": _with(f"{PLACE}#numbers.0", "pattern", "("),
    "step-unknown": _with(f"{PLACE}#postal_code", "normalise", ["reverse"]),
    "threshold-missing": _with(PLACE, "thresholds", {}),
    "without-choices": _with("procedure#choices", "residence_municipality", []),
}


def test_the_packages_own_procedures_fit() -> None:
    for name in ("eci", "petition"):
        assert flaws(load_procedure(name)) == ()
        check_procedure(load_procedure(name))


def test_every_code_has_a_fault_that_shows_it() -> None:
    assert FAULTS.keys() == set(FLAW_CODES)


@pytest.mark.parametrize("code", FLAW_CODES)
def test_a_fault_is_told_by_its_code(code: str) -> None:
    documents = copy.deepcopy(dict(documents_of("petition")))
    FAULTS[code](documents)
    procedure = procedure_from(documents)
    assert {flaw.code for flaw in flaws(procedure)} == {code}
    with pytest.raises(Misconfigured, match=code):
        check_procedure(procedure)


def test_a_flaw_of_a_jurisdiction_says_where() -> None:
    documents = copy.deepcopy(dict(documents_of("petition")))
    _with(f"{PLACE}#postal_code", "example", "1000")(documents)
    assert flaws(procedure_from(documents)) == (Flaw("example-does-not-fit", "VAL-C"),)
    _with(PLACE, "postal_code", None)(documents)
    assert flaws(procedure_from(documents)) == ()
