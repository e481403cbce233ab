"""One statement by itself: what is certain strikes, what looks odd is an indication, and the policy says what that does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from civium.authority.grounds import codes_of
from civium.authority.judging import ACCEPTED, FOR_DECISION, GONE, NOBODY, STRUCK, Judgement, Rules, judge_row, judge_statement
from civium.authority.policy import Policy, judge_of
from civium.authority.rows import OpenedRow
from civium.formats import leaf
from civium.formats import statement as statements
from civium.law.procedure import load_procedure
from tests.authority.build import CLOSES_ON, DAY, OPENS_ON, dni, greek, spanish, statement

CONFIRMED = frozenset({("id_number", "number-checksum")})


def rules(jurisdiction: str = "ES", **actions: str) -> Rules:
    policy = Policy(jurisdiction, {code.replace("_", "-"): action for code, action in actions.items()})
    return Rules(load_procedure(), jurisdiction, OPENS_ON, CLOSES_ON, judge_of(policy))


def judged(fields: dict[str, str], day: date = DAY, told: Rules | None = None, **changes: Any) -> tuple[int, list[str]]:
    made = judge_statement(statement(fields, **changes), day, told or rules("EL" if "date_of_birth" in fields else "ES"))
    return made.verdict, list(codes_of(made.grounds))


def test_a_plain_statement_is_accepted_in_both_parts() -> None:
    assert judged(spanish()) == (ACCEPTED, [])
    assert judged(greek()) == (ACCEPTED, [])


@pytest.mark.parametrize("field", greek())
def test_an_empty_field_strikes(field: str) -> None:
    fields = {name: value for name, value in greek().items() if name != field}
    assert judged(fields, told=rules("EL")) == (STRUCK, ["missing-field"])


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2026, 3, 1), STRUCK),
        (OPENS_ON, ACCEPTED),
        (CLOSES_ON, ACCEPTED),
        (date(2026, 9, 2), STRUCK),
        (date(1970, 1, 1), STRUCK),
    ],
)
def test_the_period_is_whole_days_both_ends_included(day: date, verdict: int) -> None:
    assert judged(spanish(), day)[0] == verdict


def test_the_ticks() -> None:
    assert judged(spanish(), declaration=False) == (STRUCK, ["declaration-missing"])
    assert judged(spanish(), privacy_read=False) == (ACCEPTED, ["privacy-not-confirmed"])


def test_age_is_certain_in_part_a_and_an_indication_in_part_b() -> None:
    assert judged(greek(born="2010-01-01")) == (STRUCK, ["under-age"])
    assert judged(greek(born="2009-12-31"))[0] == ACCEPTED, "Greece counts calendar years"
    child = {"full_first_names": "Xawery", "family_names": "Yczyk", "id_number": "12210100019", "id_type": "pesel"}
    verdict, grounds = judged(child, told=rules("PL"))
    assert (verdict, grounds) in ((FOR_DECISION, ["number-suggests-under-age"]), (FOR_DECISION, ["number-checksum"]))


@pytest.mark.parametrize(
    ("born", "code"),
    [("1980-02-30", "date-not-real"), ("2030-01-01", "date-in-future"), ("1850-01-01", "birth-date-implausible")],
)
def test_odd_dates_of_birth_are_decided_by_a_person(born: str, code: str) -> None:
    assert judged(greek(born=born)) == (FOR_DECISION, [code])


def test_a_wrong_check_digit_never_strikes_by_default_and_does_if_the_state_says_so() -> None:
    wrong = spanish("00000000A")
    assert judged(wrong) == (FOR_DECISION, ["number-checksum"])
    assert judged(wrong, told=rules(number_checksum="list")) == (ACCEPTED, ["number-checksum"])
    assert judged(wrong, told=rules(number_checksum="ignore")) == (ACCEPTED, [])
    assert judged(wrong, told=rules(number_checksum="strike")) == (STRUCK, ["number-checksum"])


def test_what_the_signatory_confirmed_is_told() -> None:
    made = judge_statement(statement(spanish("00000000A"), confirmations=CONFIRMED), DAY, rules())
    assert list(codes_of(made.confirmed)) == ["number-checksum"]
    assert not judge_statement(statement(spanish("00000000A")), DAY, rules()).confirmed


def test_a_kind_of_number_that_is_not_offered_is_decided_and_a_field_more_is_listed() -> None:
    assert judged(spanish() | {"id_type": "nie"}) == (FOR_DECISION, ["choice-unknown"])
    assert judged(spanish(nickname="x")) == (ACCEPTED, ["field-unexpected"])
    assert judged(greek(residence_country="XX"))[1] == ["country-unknown"]


def test_a_field_put_in_beside_the_form_does_not_change_who_it_is() -> None:
    plain = judge_statement(statement(greek()), DAY, rules("EL"))
    sly = judge_statement(statement(greek(id_number="1", id_type="x")), DAY, rules("EL"))
    assert (sly.identity, sly.person, sly.alike) == (plain.identity, plain.person, plain.alike)


def test_traces_tell_identity_person_and_likeness_apart() -> None:
    def traces(fields: dict[str, str], jurisdiction: str) -> Judgement:
        return judge_statement(statement(fields), DAY, rules(jurisdiction))

    one, typed, other = (
        traces(fields, "ES") for fields in (spanish(), spanish("0000 0090-k", "ANÁ", "robledo via"), spanish(dni(5)))
    )
    assert (one.identity, one.person, one.alike) == (typed.identity, typed.person, typed.alike)
    assert one.identity != other.identity
    assert one.person == other.person
    passport = traces(spanish() | {"id_type": "passport"}, "ES")
    assert passport.identity != one.identity
    assert passport.alike == one.alike
    assert (one.number_kind, passport.number_kind) == (1, 2)
    at_home, moved = traces(greek(), "EL"), traces(greek(residence_postal_code="10431"), "EL")
    assert at_home.identity != moved.identity
    assert (at_home.alike, at_home.person) == (moved.alike, moved.person)
    elsewhere = traces(greek(residence_street="Οδός Ψεύδους"), "EL")
    assert (at_home.identity, at_home.alike) == (elsewhere.identity, elsewhere.alike)
    assert at_home.person != elsewhere.person
    assert traces(spanish("---"), "ES").alike == NOBODY
    assert one.token == NOBODY
    token = judge_statement(statement(spanish(), identity_key_version=1, token=b"t" * 64), DAY, rules())
    assert token.token != NOBODY


LEAF = leaf.encode(leaf.LeafRecord(DAY, b"h" * 32, bytes(32)))


def test_rows_without_a_statement() -> None:
    assert judge_row(OpenedRow(LEAF, "destroyed-by-law", None), rules()).verdict == GONE
    unopenable = judge_row(OpenedRow(LEAF, "", None), rules())
    assert (unopenable.verdict, list(codes_of(unopenable.grounds))) == (FOR_DECISION, ["unopenable"])
    unreadable = judge_row(OpenedRow(LEAF, "", b"\xff" * 2048), rules(unreadable="strike"))
    assert (unreadable.verdict, list(codes_of(unreadable.grounds))) == (STRUCK, ["unreadable"])
    plain = judge_row(OpenedRow(LEAF, "", statements.pad(statements.encode(statement(spanish())))), rules())
    assert plain.verdict == ACCEPTED


def test_a_day_for_which_no_form_is_known_is_outside_the_period_too() -> None:
    procedure = load_procedure()
    place = procedure.jurisdictions["ES"]
    later = tuple(replace(form, validity=replace(form.validity, valid_from=OPENS_ON)) for form in place.forms)
    places = {**procedure.jurisdictions, "ES": replace(place, forms=later)}
    told = replace(rules(), procedure=replace(procedure, jurisdictions=places), _forms={})
    assert judged(spanish(), date(1990, 1, 1), told) == (STRUCK, ["outside-period"])
    assert judged(spanish(), DAY, told) == (ACCEPTED, [])
