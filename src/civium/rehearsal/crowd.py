"""A crowd that signs: invented people of many States over many days, with the mistakes people make and the truth about each.

The rules are:
- Signings come in the order of their days; whoever plays them sends each on its day, because the server sets the date.
- Nobody has the identity key of another by chance. `same_identity` is true for repeats, and for the person whose number
  somebody else had used before (`hostile_repeat`): that person's own statement is plain and counts.
- `repeat` is the same person typing again, now and then with another document; `near_repeat` is what needs a person's eye: the same
  person with something changed (does not count), or somebody who only looks alike (counts). `wrong_format` holds slips
  (do not count) and right but unusual numbers and postal codes (count).
- How much of everything: `campaign`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from civium.formats.identity_key import identity_key
from civium.law.ages import is_old_enough
from civium.law.checks import hints
from civium.law.procedure import Form, form_of, load_procedure
from civium.rehearsal.campaign import days_of, odd_chances, state_weights
from civium.rehearsal.mistakes import (
    has_check_digits,
    look_alike_of,
    near_repeat_of,
    retyped,
    with_odd_postal_code,
    with_wrong_check_digits,
    with_wrong_form,
)
from civium.rehearsal.people import Person, person_for, safe_birthday, values_for, with_new_numbers
from civium.rehearsal.signing import KINDS, Signing, StateTruth, Truth, truth_of

__all__ = ["KINDS", "Signing", "StateTruth", "Truth", "draw_crowd", "truth_of"]

_OTHER_DOCUMENT: Final = 0.15
# Enough to choose from; a crowd of a million must not keep everybody in memory.
_REMEMBERED: Final = 300
_DAYS_IN_YEAR: Final = 365.25


class _Signatory(NamedTuple):
    number: int
    person: Person
    values: dict[str, str]


def draw_crowd(seed: int, total: int, jurisdictions: Sequence[str], opens_on: date, today: date) -> Iterator[Signing]:
    """Give `total` signings in the order of their days, from `opens_on` to `today`; the same arguments give the same crowd."""
    assert jurisdictions
    assert opens_on <= today
    crowd = _Crowd(Random(seed), tuple(jurisdictions), today)  # noqa: S311
    left = total
    for day, count in days_of(total, opens_on, today, Random(seed)):  # noqa: S311
        for _ in range(count):
            yield crowd.next_signing(day, left)
            left -= 1


@dataclass(repr=False)
class _Crowd:
    """Who has signed so far, as far as later signings need it."""

    rng: Random
    states: tuple[str, ...]
    last_day: date
    people: int = 0
    used: set[bytes] = field(default_factory=set)
    remembered: dict[str, list[_Signatory]] = field(default_factory=dict)
    victims: list[tuple[date, _Signatory]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Add up the States' weights once."""
        self.weights = tuple(accumulate(state_weights(self.states)))

    def next_signing(self, day: date, left: int) -> Signing:
        """Give one signing of the day; `left` counts those still to come, so that each victim of a hostile one gets a turn."""
        if self.victims and (self.victims[0][0] <= day or left <= len(self.victims)):
            victim = heapq.heappop(self.victims)[1]
            self._remember(victim)
            return _signing(day, victim, "plain", counts=True, same_identity=True)
        state = self.rng.choices(self.states, cum_weights=self.weights)[0]
        draw = self.rng.random()
        kind = next((kind for kind, chance in odd_chances(state) if draw < chance), "plain")
        if kind == "hostile_repeat" and left < len(self.victims) + 2:
            kind = "plain"
        if kind in _AGAIN:
            known = self.remembered.get(state)
            signing = _AGAIN[kind](self, day, self.rng.choice(known)) if known else None
        else:
            signing = _FIRST[kind](self, day, state)
        return signing or self.plain(day, state)

    def plain(self, day: date, state: str) -> Signing:
        """Somebody signs who has never signed."""
        signatory = self._newcomer(day, state)
        self._remember(signatory)
        return _signing(day, signatory, "plain", counts=True)

    def repeat(self, day: date, earlier: _Signatory) -> Signing:
        """Somebody signs again, and types it a little differently or takes another document."""
        others = [kind for kind in earlier.person.numbers if kind != earlier.values.get("id_type")]
        if others and self.rng.random() < _OTHER_DOCUMENT:
            again = values_for(earlier.person, self.rng, id_type=self.rng.choice(others))
        else:
            again = retyped(earlier.person.jurisdiction, earlier.values, self.rng)
        return self._changed(day, earlier, again, "repeat")

    def near_repeat(self, day: date, earlier: _Signatory) -> Signing:
        """Somebody signs again, and something that matters has changed."""
        return self._changed(day, earlier, near_repeat_of(earlier.person, earlier.values, self.rng), "near_repeat")

    def look_alike(self, day: date, earlier: _Signatory) -> Signing | None:
        """Somebody else signs who is easily taken for an earlier signatory; None if that person would be too young."""
        other = look_alike_of(earlier.person, self.rng)
        if not is_old_enough(_form(other.jurisdiction, day).age, other.born_on, day):
            return None
        values = self._unused(other, id_type=earlier.values.get("id_type"))
        return _signing(day, self._numbered(*values), "near_repeat", counts=True)

    def hostile_repeat(self, day: date, state: str) -> Signing:
        """Somebody uses the number (or names, date and postal code) of a person who will sign later."""
        victim = self._newcomer(day, state)
        due = day + timedelta(days=self.rng.randrange((self.last_day - day).days + 1))
        heapq.heappush(self.victims, (due, victim))
        stranger = person_for(state, self.rng)
        if "id_number" in victim.values:
            false = {"full_first_names": stranger.first_names, "family_names": stranger.family_names}
        else:
            false = {"residence_street": stranger.residence.street, "residence_number": stranger.residence.number}
        return _signing(day, self._numbered(victim.person, victim.values | false), "hostile_repeat", counts=False)

    def under_age(self, day: date, state: str) -> Signing:
        """Somebody signs who is too young on the day; asked by part A of Annex III only."""
        rule = _form(state, day).age
        born = day - timedelta(days=self.rng.randrange(int((rule.years - 4) * _DAYS_IN_YEAR), int(rule.years * _DAYS_IN_YEAR)))
        while is_old_enough(rule, safe_birthday(born), day):
            born += timedelta(days=self.rng.randrange(1, 200))
        signatory = self._numbered(*self._unused(person_for(state, self.rng, born_on=safe_birthday(born))))
        return _signing(day, signatory, "under_age", counts=False)

    def wrong_checksum(self, day: date, state: str) -> Signing:
        """Somebody mistypes a number so that its check digits do not agree; its form, if the chosen number has none."""
        signatory = self._newcomer(day, state)
        id_type = signatory.values["id_type"]
        if not has_check_digits(state, id_type):
            return self._mistyped(day, signatory, "wrong_format")
        number = with_wrong_check_digits(state, id_type, signatory.person.numbers[id_type], self.rng)
        return self._changed(day, signatory, signatory.values | {"id_number": number}, "wrong_checksum")

    def wrong_format(self, day: date, state: str) -> Signing:
        """Somebody mistypes a number so that it no longer looks like one."""
        return self._mistyped(day, self._newcomer(day, state), "wrong_format")

    def odd_but_right(self, day: date, state: str) -> Signing:
        """Somebody signs with a real number or postal code whose form the rules do not know: a new card, a foreign habit."""
        signatory = self._newcomer(day, state)
        if "id_number" in signatory.values:
            mistyped = self._mistyped(day, signatory, "wrong_format")
            return replace(mistyped, counts=not mistyped.same_identity)
        values = with_odd_postal_code(signatory.values, self.rng)
        found = self._changed(day, signatory, values, "wrong_format")
        return replace(found, counts=True, same_identity=False)

    def _mistyped(self, day: date, signatory: _Signatory, kind: str) -> Signing:
        id_type = signatory.values["id_type"]
        number = with_wrong_form(signatory.person.jurisdiction, id_type, signatory.person.numbers[id_type], self.rng)
        return self._changed(day, signatory, signatory.values | {"id_number": number}, kind)

    def _changed(self, day: date, signatory: _Signatory, values: dict[str, str], kind: str) -> Signing:
        is_same = not self._use(signatory.person.jurisdiction, values)
        return _signing(day, signatory._replace(values=values), kind, counts=False, same_identity=is_same)

    def _newcomer(self, day: date, state: str) -> _Signatory:
        # Many sign between 20 and 50, few above 80.
        youngest = day - timedelta(days=int(_form(state, day).age.years * _DAYS_IN_YEAR) + 2)
        born = youngest - timedelta(days=int(self.rng.betavariate(1.4, 2.8) * 76 * _DAYS_IN_YEAR))
        return self._numbered(*self._unused(person_for(state, self.rng, born_on=safe_birthday(born))))

    def _numbered(self, person: Person, values: dict[str, str]) -> _Signatory:
        self.people += 1
        return _Signatory(self.people, person, values)

    def _unused(self, person: Person, *, id_type: str | None = None) -> tuple[Person, dict[str, str]]:
        """Give the person with an identity that nobody in the crowd has yet: another serial if need be, or an earlier birthday."""
        while True:
            for _ in range(20):
                values = values_for(person, self.rng, id_type=id_type)
                if self._use(person.jurisdiction, values):
                    return person, values
                person = with_new_numbers(person, self.rng)
            day_before = person.born_on - timedelta(days=1 if (person.born_on.month, person.born_on.day) != (1, 2) else 2)
            person = with_new_numbers(replace(person, born_on=day_before), self.rng)

    def _use(self, jurisdiction: str, values: dict[str, str]) -> bool:
        key = identity_key(jurisdiction, values)
        is_new = key not in self.used
        self.used.add(key)
        return is_new

    def _remember(self, signatory: _Signatory) -> None:
        known = self.remembered.setdefault(signatory.person.jurisdiction, [])
        if len(known) < _REMEMBERED:
            known.append(signatory)
        else:
            known[self.rng.randrange(_REMEMBERED)] = signatory


_AGAIN: Final[dict[str, Callable[[_Crowd, date, _Signatory], Signing | None]]] = {
    "repeat": _Crowd.repeat,
    "near_repeat": _Crowd.near_repeat,
    "look_alike": _Crowd.look_alike,
}
_FIRST: Final[dict[str, Callable[[_Crowd, date, str], Signing | None]]] = {
    "plain": _Crowd.plain,
    "hostile_repeat": _Crowd.hostile_repeat,
    "under_age": _Crowd.under_age,
    "wrong_checksum": _Crowd.wrong_checksum,
    "wrong_format": _Crowd.wrong_format,
    "odd_but_right": _Crowd.odd_but_right,
}


def _signing(day: date, signatory: _Signatory, kind: str, *, counts: bool, same_identity: bool = False) -> Signing:
    state = signatory.person.jurisdiction
    # Plain values raise no hint (a test holds this), and asking `law` is the dearest part of a signing.
    found = () if kind in ("plain", "under_age") else hints(load_procedure("eci"), _form(state, day), signatory.values, day)
    return Signing(
        values=signatory.values,
        jurisdiction=state,
        language=signatory.person.language,
        received_on=day,
        confirmed=tuple(sorted((hint.field, hint.code) for hint in found)),
        kind=kind,
        person=signatory.number,
        counts=counts,
        same_identity=same_identity,
    )


@cache
def _form(jurisdiction: str, on: date) -> Form:
    return form_of(load_procedure("eci"), jurisdiction, on)
