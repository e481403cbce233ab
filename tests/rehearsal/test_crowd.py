"""A crowd is as large, ordered and odd as it says, and what it says of itself is true by the law's and the formats' own measure."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from civium.formats import statement
from civium.formats.identity_key import identity_key
from civium.law.checks import faults, hints
from civium.law.procedure import form_of, load_procedure
from civium.rehearsal.campaign import days_of, odd_chances, state_weights
from civium.rehearsal.crowd import KINDS, _Crowd, draw_crowd, truth_of
from civium.rehearsal.people import jurisdictions, person_for

OPENS_ON, TODAY = date(2026, 3, 2), date(2026, 11, 21)


@pytest.fixture(scope="module")
def crowd():
    return list(draw_crowd(7, 12_000, jurisdictions(), OPENS_ON, TODAY))


def test_a_crowd_has_its_size_and_comes_in_the_order_of_days(crowd):
    assert len(crowd) == 12_000
    days = [signing.received_on for signing in crowd]
    assert days == sorted(days)
    assert days[0] == OPENS_ON
    assert days[-1] == TODAY


def test_the_same_seed_gives_the_same_crowd(crowd):
    assert list(draw_crowd(7, 12_000, jurisdictions(), OPENS_ON, TODAY)) == crowd
    assert list(draw_crowd(8, 12_000, jurisdictions(), OPENS_ON, TODAY)) != crowd


def test_every_kind_and_every_state_occurs(crowd):
    assert {signing.kind for signing in crowd} == set(KINDS)
    assert {signing.jurisdiction for signing in crowd} == set(jurisdictions())


def test_confirmations_are_the_hints_that_law_gives(crowd):
    procedure = load_procedure("eci")
    for signing in crowd:
        form = form_of(procedure, signing.jurisdiction, signing.received_on)
        found = hints(procedure, form, signing.values, signing.received_on)
        assert sorted((hint.field, hint.code) for hint in found) == list(signing.confirmed)


def test_nothing_but_age_would_stop_a_form_and_only_under_age_is_too_young(crowd):
    procedure = load_procedure("eci")
    for signing in crowd:
        form = form_of(procedure, signing.jurisdiction, signing.received_on)
        codes = [fault.code for fault in faults(procedure, form, signing.values, signing.received_on)]
        assert codes == (["under-age"] if signing.kind == "under_age" else [])


def test_every_signing_can_be_stated_and_read_back(crowd):
    for signing in crowd:
        stated = statement.Statement(
            language=signing.language,
            rules=load_procedure("eci").version,
            declaration=True,
            privacy_read=True,
            identity_key_version=0,
            token=b"",
            fields=signing.values,
            confirmations=frozenset(signing.confirmed),
        )
        assert statement.parse(statement.pad(statement.encode(stated))) == stated


def test_same_identity_is_what_identity_keys_say(crowd):
    seen = set()
    for signing in crowd:
        key = identity_key(signing.jurisdiction, signing.values)
        assert (key in seen) == signing.same_identity
        seen.add(key)


def test_nobody_counts_twice(crowd):
    counting = [signing.person for signing in crowd if signing.counts]
    assert len(counting) == len(set(counting))


def test_a_repeat_follows_the_statement_it_repeats(crowd):
    known = set()
    for signing in crowd:
        if signing.kind == "repeat" or (signing.kind == "near_repeat" and not signing.counts):
            assert signing.person in known
            assert not signing.counts
        known.add(signing.person)


def test_each_victim_of_a_hostile_statement_signs_later_and_counts(crowd):
    taken = {identity_key(s.jurisdiction, s.values): s for s in crowd if s.kind == "hostile_repeat"}
    assert taken
    answered = [s for s in crowd if s.kind == "plain" and s.same_identity]
    assert len(answered) == len(taken)
    for signing in answered:
        hostile = taken[identity_key(signing.jurisdiction, signing.values)]
        assert hostile.received_on <= signing.received_on
        assert hostile.values != signing.values
        assert hostile.person != signing.person
        assert signing.counts
        assert not hostile.counts


def test_wrong_numbers_are_confirmed_and_do_not_count(crowd):
    wrong = [signing for signing in crowd if signing.kind == "wrong_checksum"]
    assert wrong
    assert all(signing.confirmed == (("id_number", "number-checksum"),) and not signing.counts for signing in wrong)


def test_some_unusual_numbers_and_postal_codes_are_right(crowd):
    codes = {(signing.confirmed[0], signing.counts) for signing in crowd if signing.kind == "wrong_format"}
    assert codes >= {
        (("id_number", "number-format"), True),
        (("id_number", "number-format"), False),
        (("residence_postal_code", "postal-code-format"), True),
    }


def test_the_truth_adds_up(crowd):
    truth = truth_of(crowd)
    assert truth.total == len(crowd) == sum(truth.by_kind.values())
    assert truth.by_kind == dict(Counter(signing.kind for signing in crowd))
    assert truth.counting == sum(signing.counts for signing in crowd)
    assert truth.same_identity == sum(signing.same_identity for signing in crowd)
    assert truth.total == sum(state.total for state in truth.by_state.values())
    germany = [signing for signing in crowd if signing.jurisdiction == "DE"]
    assert truth.by_state["DE"].total == len(germany)
    assert truth.by_state["DE"].counting == sum(signing.counts for signing in germany)


def test_the_share_that_does_not_count_is_the_published_one(crowd):
    state = truth_of(crowd).by_state["DE"]
    assert 0.20 < 1 - state.counting / state.total < 0.27
    assert odd_chances("BE")[-1][1] < 0.02


def test_a_full_campaign_leaves_some_states_just_under_their_threshold():
    states = jurisdictions()
    procedure = load_procedure("eci")
    weights = state_weights(states)
    rates = {
        state: 1_040_000 * weight / sum(weights) / procedure.jurisdictions[state].thresholds[procedure.threshold_periods[-1].key]
        for state, weight in zip(states, weights, strict=True)
    }
    assert sum(rate >= 1 for rate in rates.values()) == 20
    assert {state for state, rate in rates.items() if 0.9 <= rate < 1} == {"BG", "SK", "SI", "LV"}


def test_days_have_a_surge_a_week_and_a_wave_of_attention():
    days = days_of(100_000, OPENS_ON, TODAY, Random(1))
    counts = dict(days)
    assert sum(counts.values()) == 100_000
    assert list(counts) == [OPENS_ON + timedelta(days=day) for day in range(len(days))]
    assert sum(list(counts.values())[:7]) > 10_000
    busiest = max(counts, key=counts.__getitem__)
    assert 0.55 < (busiest - OPENS_ON).days / len(days) < 0.7
    middle = [(day, count) for day, count in days if 40 <= (day - OPENS_ON).days < 150]
    saturdays = [count for day, count in middle if day.weekday() == 5]
    mondays = [count for day, count in middle if day.weekday() == 0]
    assert max(saturdays) < min(mondays)


@pytest.mark.parametrize("total", [0, 1, 2, 40])
def test_a_crowd_of_one_day_and_one_state(total):
    crowd = list(draw_crowd(3, total, ("EL",), TODAY, TODAY))
    assert len(crowd) == total
    assert {signing.received_on for signing in crowd} <= {TODAY}
    assert {signing.jurisdiction for signing in crowd} <= {"EL"}


def test_serials_do_not_run_out_in_a_large_crowd_of_one_state():
    crowd = list(draw_crowd(5, 15_000, ("EE",), OPENS_ON, TODAY))
    assert truth_of(crowd).by_state["EE"].total == 15_000
    assert len({s.values["id_number"] for s in crowd if s.kind == "plain"}) == sum(s.kind == "plain" for s in crowd)


def test_a_signing_shows_nothing_of_itself_in_a_repr(crowd):
    assert crowd[0].values["family_names"] not in repr(crowd[0])


def test_even_in_a_tiny_crowd_each_victim_gets_a_turn():
    hostile = 0
    for seed in range(600):
        crowd = list(draw_crowd(seed, 5, ("DE",), OPENS_ON, TODAY))
        assert len(crowd) == 5
        hostile += sum(signing.kind == "hostile_repeat" for signing in crowd)
        assert sum(s.kind == "hostile_repeat" for s in crowd) == sum(s.kind == "plain" and s.same_identity for s in crowd)
    assert hostile


def test_when_the_serials_of_a_birthday_are_gone_the_day_before_serves():
    crowd = _Crowd(Random(2), ("EE",), TODAY)
    person = person_for("EE", Random(2), born_on=date(1980, 1, 3))
    found = [crowd._unused(person) for _ in range(40)]
    assert len({values["id_number"] for _, values in found}) == 40
    assert {other.born_on for other, _ in found} >= {date(1980, 1, 3), date(1980, 1, 2), date(1979, 12, 31)}
    assert date(1980, 1, 1) not in {other.born_on for other, _ in found}
