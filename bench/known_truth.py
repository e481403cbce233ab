"""Statements of which everything is known: who is whose repeat, whose number slipped, who is under age, who typed nonsense.

The rules are:
- invented people of one State from `civium.rehearsal.people`; everything comes from the seed;
- shares follow what authorities struck in large initiatives, 8 to 15 % in all and up to 24 % in one State: repeats are the most,
  then wrong numbers, changed addresses and under age, a few hundredths nonsense, a few thousandths hostile;
- what a statement truly is, is written down while it is made, never by asking a check; the words that nonsense is made of and the
  Latin spellings of names are lists of this file, some of them unknown to the checks;
- honest people who look odd are in it too: twins, father and son of one name, a student home, names of one letter.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from civium.authority.grounds import GROUNDS
from civium.formats.identity_key import fold_number
from civium.law.numbers import birth_date_inside, check_digits_agree, normalise
from civium.law.procedure import form_of, load_procedure
from civium.law.rules import Form
from civium.rehearsal.mistakes import look_alike_of, near_repeat_of, retyped, with_wrong_check_digits
from civium.rehearsal.people import Person, person_for, safe_birthday, values_for, with_new_numbers
from civium.rehearsal.places import residence_in

OPENS_ON, DAYS = date(2026, 3, 2), 180
Values = dict[str, str]

# Of a thousand statements so many of each kind; the rest is plain. Kinds that a State's form does not know are plain too.
SHARES: Final[Mapping[str, float]] = {
    "repeat": 35,
    "hostile": 4,
    "slipped-number": 8,
    "other-script": 4,
    "names-turned": 4,
    "slipped-birth-date": 3,
    "moved": 8,
    "name-changed": 6,
    "under-age": 10,
    "wrong-checksum": 12,
    "nonsense": 10,
    "look-alike": 6,
    "false-crowd": 0.2,
    "honest-home": 0.1,
    "street-list": 0.2,
}
_NAMES = ("full_first_names", "family_names")
_CROWD, _HOME, _LIST = 32, 24, 16
_REMEMBERED = 400
_TRIES_OF_ONE: Final = 30
# Which check names what: the ground each kind of truth should get.
NEAR = ("near-repeat", "near-repeat-number", "near-repeat-spelling", "near-repeat-birth-date")
ODD_NAMES = ("name-keyboard", "name-repeated", "name-one-sign", "name-digit", "name-placeholder")

# Typed to fill the field, and what the age that follows is.
_FILLED: Final = {"1900-01-01": "birth-date-implausible", "1901-01-01": "birth-date-implausible", "1911-11-11": "age-above-110"}
_NONSENSE: Final = {
    "name-keyboard": ("asdfgh", "Qwertz", "qwerty", "sdfsdf", "hjkl", "zxcv", "Poiuzt", "dfghj", "asdf"),
    "name-repeated": ("xxx", "aaaa", "Lalala", "hahaha", "Mmmm", "bababa", "ooo"),
    "name-one-sign": ("X", "b", "K.", "T"),
    "name-digit": ("Ana1", "123", "User77", "M4ria", "0"),
    "name-placeholder": ("Test", "test", "Anonymous", "Nobody", "Vorname", "Nombre", "abc", "Unknown", "Hans Wurst", "Nix"),
}
# As passports write them, and as people do without one (the last of each).
_IN_LATIN: Final = {
    "EL": (
        ("Γεώργιος", "Georgios"), ("Ευάγγελος", "Evangelos"), ("Ευφροσύνη", "Effrosyni"), ("Χρυσάνθη", "Chrysanthi"),
        ("Παύλος", "Pavlos"), ("Αυγή", "Avgi"), ("Θεοδώρα", "Theodora"), ("Ψαρράς", "Psarras"), ("Μπακάλης", "Bakalis"),
        ("Αγγελόπουλος", "Angelopoulos"), ("Ξενάκης", "Xenakis"), ("Λαμπράκης", "Lamprakis"), ("Ηλίας", "Ilias"),
        ("Γιάννης", "Yannis"), ("Ντίνος", "Dinos"),
    ),
    "BG": (
        ("Георги", "Georgi"), ("Цветелина", "Tsvetelina"), ("Желязко", "Zhelyazko"), ("Мария", "Maria"), ("Христо", "Hristo"),
        ("Кръстев", "Krastev"), ("Щерев", "Shterev"), ("Юлиян", "Yuliyan"), ("Йорданова", "Yordanova"), ("Чавдар", "Chavdar"),
        ("Въжаров", "Vazharov"), ("Хаджиев", "Hadzhiev"), ("Славейков", "Slaveykov"), ("Йовков", "Jovkov"), ("Цанка", "Canka"),
    ),
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Known:
    """One statement of the log with what is true: `truth` are (row, ground), of this row and of earlier ones that it concerns."""

    fields: Values
    received_on: date
    kind: str
    truth: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, repr=False)
class _Earlier:
    row: int
    person: Person
    values: Values


def draw_known(state: str, total: int, seed: int) -> Iterator[Known]:
    """Give `total` statements of one State in the order of the log; the same arguments give the same ones."""
    drawing = _Drawing(state, total, Random(seed))
    for row in range(total):
        yield drawing.next_one(row)


@dataclass(repr=False)
class _Drawing:
    state: str
    total: int
    rng: Random
    earlier: list[_Earlier] = field(default_factory=list)
    # What comes later: (row, order, how it is made).
    later: list[tuple[int, int, Callable[[int], Known]]] = field(default_factory=list)
    planned: int = 0
    identities: set[str] = field(default_factory=set)
    samples: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look up the form once: it is that of the first day."""
        self.form: Form = form_of(load_procedure("eci"), self.state, OPENS_ON)

    def next_one(self, row: int) -> Known:
        """Give the statement of this row: one that was planned for it, or one drawn by the shares."""
        if self.later and self.later[0][0] <= row:
            return heapq.heappop(self.later)[2](row)
        draw, at = self.rng.random() * 1000, 0.0
        for kind, share in SHARES.items():
            at += share
            if draw < at:
                return _KINDS[kind](self, row) or self.plain(row)
        return self.plain(row)

    def day(self, row: int) -> date:
        """Give the day on which a row arrives."""
        return OPENS_ON + timedelta(days=row * DAYS // self.total)

    def one(self, row: int, values: Values, kind: str, *grounds: str, also: Mapping[int, tuple[str, ...]] | None = None) -> Known:
        """Give a statement with its truth, and what is true of earlier rows because of it."""
        others = [(place, ground) for place, codes in (also or {}).items() for ground in codes]
        truth = tuple((row, ground) for ground in grounds) + tuple(others)
        assert all(ground in GROUNDS for _, ground in truth)
        return Known(values, self.day(row), kind, truth)

    def plan(self, row: int, made: Callable[[int], Known]) -> None:
        """Let a statement come at this row, or at the next that is free."""
        self.planned += 1
        heapq.heappush(self.later, (row, self.planned, made))

    def newcomer(self, born_on: date | None = None) -> tuple[Person, Values]:
        """Give somebody whose number, or name with date of birth, nobody has."""
        person, tries = person_for(self.state, self.rng, born_on=born_on), 1
        while (values := self.unused(person)) is None:
            # The invented numbers of one day of birth come to an end; then somebody else is drawn.
            has_more = self.form.numbers and tries % _TRIES_OF_ONE
            person = with_new_numbers(person, self.rng) if has_more else person_for(self.state, self.rng, born_on=born_on)
            tries += 1
        return person, values

    def unused(self, person: Person, id_type: str | None = None) -> Values | None:
        """Give what a person types, None if somebody has that number, or that name with that date of birth."""
        values = values_for(person, self.rng, id_type=id_type)
        who = fold_number(values.get("id_number", "")) or "".join(values[name] for name in (*_NAMES, "date_of_birth"))
        if who in self.identities:
            return None
        self.identities.add(who)
        return values

    def one_of_before(self) -> _Earlier | None:
        """Give somebody who signed, once: what became of them would be hard to tell after two changes."""
        return self.earlier.pop(self.rng.randrange(len(self.earlier))) if self.earlier else None

    def plain(self, row: int) -> Known:
        """Somebody signs."""
        person, values = self.newcomer()
        if len(self.earlier) < _REMEMBERED:
            self.earlier.append(_Earlier(row, person, values))
        else:
            self.earlier[self.rng.randrange(_REMEMBERED)] = _Earlier(row, person, values)
        return self.one(row, values, "plain")

    def repeat(self, row: int) -> Known | None:
        """Somebody signs again, typed a little differently."""
        before = self.one_of_before()
        if before is None:
            return None
        again = retyped(self.state, before.values, self.rng)
        for name in ("residence_street", "residence_city"):
            if name in again:
                again[name] = before.values[name]
        return self.one(row, again, "repeat", "repeat")

    def hostile(self, row: int) -> Known:
        """Somebody signs first with another's number and false names, or with another's name and a false street; the other signs later."""
        _, values = self.newcomer()
        stranger = person_for(self.state, self.rng)
        if self.form.numbers:
            false = {"full_first_names": stranger.first_names, "family_names": stranger.family_names}
            ground = "repeat-names-differ"
        else:
            false, ground = (
                {"residence_street": stranger.residence.street + "weg", "residence_number": "999"},
                "repeat-address-differs",
            )
        self.plan(row + self.rng.randrange(1, 900), lambda at: self.one(at, values, "victim", ground, also={row: (ground,)}))
        return self.one(row, values | false, "hostile")

    def slipped_number(self, row: int) -> Known | None:
        """Somebody signs again and one sign of the number is another, or two neighbours stand the other way round."""
        before = self.one_of_before() if self.form.numbers else None
        if before is None:
            return None
        number = before.person.numbers[before.values["id_type"]]
        place = self.rng.randrange(1, len(number))
        turned = number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :]
        other = self.rng.choice("0123456789" if number[place].isdigit() else "ABCDEFGHJKLMNPRSTVWXYZ")
        slipped = number[:place] + other + number[place + 1 :] if self.rng.random() < 0.6 else turned
        if slipped == number:
            return None
        grounds = ("near-repeat-number",)
        again = before.values | {"id_number": slipped}
        return self.one(row, again, "slipped-number", *grounds, *self._about(again, row), also={before.row: grounds})

    def _about(self, values: Values, row: int) -> tuple[str, ...]:
        """Say what the law finds in a number that slipped: asked of the law, as a slip may do anything."""
        number = self.form.number(values["id_type"])
        assert number is not None
        text = normalise(number.normalise, values["id_number"])
        if number.check is None or not check_digits_agree(number.check, text):
            return ("number-checksum",) if number.check is not None else ()
        born = birth_date_inside(number.birth, text, self.day(row)) if number.birth else None
        return ("number-suggests-under-age",) if born and born > self.day(row) - timedelta(days=18 * 365) else ()

    def other_script(self, row: int) -> Known | None:
        """Somebody signs in Greek or Bulgarian and again in Latin letters."""
        pairs = _IN_LATIN.get(self.state)
        if pairs is None:
            return None
        _, values = self.newcomer()
        first, family = self.rng.sample(pairs, 2)
        own = values | {"full_first_names": first[0], "family_names": family[0]}
        latin = values | {"full_first_names": first[1], "family_names": family[1]}
        return self._twice(row, own, latin, "other-script")

    def names_turned(self, row: int) -> Known | None:
        """Somebody signs again with first and family names in each other's field."""
        _, values = self.newcomer()
        turned = values | {"full_first_names": values["family_names"], "family_names": values["full_first_names"]}
        return self._twice(row, values, turned, "names-turned")

    def _twice(self, row: int, values: Values, again: Values, kind: str) -> Known:
        ground = "repeat-names-differ" if self.form.numbers else "near-repeat-spelling"
        self.plan(row + self.rng.randrange(1, 900), lambda at: self.one(at, again, kind, ground, also={row: (ground,)}))
        return self.one(row, values, kind)

    def slipped_birth_date(self, row: int) -> Known | None:
        """Somebody signs again and the date of birth has a slip."""
        before = self.one_of_before() if not self.form.numbers else None
        if before is None:
            return None
        born = before.person.born_on
        # Of one who is about of age another last digit could make somebody too young: that is the other check's.
        year = born.year // 10 * 10 + (born.year + self.rng.randrange(1, 10)) % 10
        changed = [born.replace(year=min(year, 2003), day=born.day)] if (born.month, born.day) != (2, 29) else []
        if born.day <= 12 and born.day != born.month:
            changed.append(born.replace(month=born.day, day=born.month))
        if not changed or changed[0] == born:
            return None
        ground = ("near-repeat-birth-date",)
        again = before.values | {"date_of_birth": self.rng.choice(changed).isoformat()}
        return self.one(row, again, "slipped-birth-date", *ground, also={before.row: ground})

    def moved(self, row: int) -> Known | None:
        """Somebody signs again from another address."""
        before = self.one_of_before() if not self.form.numbers else None
        if before is None:
            return None
        home = residence_in(self.state, self.rng)
        again = before.values | {
            "residence_street": home.street,
            "residence_number": home.number,
            "residence_postal_code": home.postal_code,
            "residence_city": home.city,
            "residence_country": home.country,
        }
        return self.one(row, again, "moved", "near-repeat", also={before.row: ("near-repeat",)})

    def name_changed(self, row: int) -> Known | None:
        """Somebody signs again and a name is misspelt, shortened or has become two: the checks look for none of these without a number."""
        before = self.one_of_before()
        if before is None:
            return None
        for _ in range(20):
            again = near_repeat_of(before.person, before.values, self.rng)
            same = {name: value for name, value in again.items() if not name.endswith("names")}
            if same == {name: value for name, value in before.values.items() if not name.endswith("names")}:
                ground = ("repeat-names-differ",) if self.form.numbers else ("near-repeat-spelling",)
                return self.one(row, again, "name-changed", *ground, also={before.row: ground})
        return None

    def under_age(self, row: int) -> Known | None:
        """Somebody too young signs; part B tells it only where the number holds a date."""
        born = safe_birthday(self.day(row) - timedelta(days=self.rng.randrange(6 * 365, 15 * 365)))
        _, values = self.newcomer(born_on=born)
        if not self.form.numbers:
            return self.one(row, values, "under-age", "under-age")
        number = self.form.number(values["id_type"])
        return self.one(row, values, "under-age", *(("number-suggests-under-age",) if number and number.birth else ()))

    def wrong_checksum(self, row: int) -> Known | None:
        """Somebody mistypes the number."""
        person, values = self.newcomer()
        number = self.form.number(values.get("id_type", ""))
        if number is None or number.check is None:
            return None
        wrong = with_wrong_check_digits(self.state, number.id, person.numbers[number.id], self.rng)
        return self.one(row, values | {"id_number": wrong}, "wrong-checksum", "number-checksum")

    def nonsense(self, row: int) -> Known:
        """Somebody types what is no name, no date or no number of theirs."""
        _, values = self.newcomer()
        draw = self.rng.random()
        if draw < 0.15 and "date_of_birth" in values:
            filled = self.rng.choice(tuple(_FILLED))
            return self.one(row, values | {"date_of_birth": filled}, "nonsense", "birth-date-placeholder", _FILLED[filled])
        if draw < 0.25 and "date_of_birth" in values:
            return self.one(
                row, values | {"date_of_birth": f"19{self.rng.randrange(7, 15):02d}-06-07"}, "nonsense", "age-above-110"
            )
        if draw < 0.2 and self.form.numbers and self.form.numbers[0].example:
            return self._sample(row, values)
        ground = self.rng.choice(ODD_NAMES)
        name = self.rng.choice(("full_first_names", "family_names"))
        grounds = (ground, "name-characters") if ground == "name-digit" else (ground,)
        return self.one(row, values | {name: self.rng.choice(_NONSENSE[ground])}, "nonsense", *grounds)

    def _sample(self, row: int, values: Values) -> Known:
        """Somebody types the number of the example; from the second on they also have one number and differing names."""
        number = self.form.numbers[0]
        self.samples.append(row)
        born = birth_date_inside(number.birth, number.example or "", self.day(row)) if number.birth else None
        grounds = ["number-sample", *(["age-above-110"] if born and born.year < OPENS_ON.year - 111 else [])]
        also = {} if len(self.samples) == 1 else dict.fromkeys(self.samples, ("repeat-names-differ",))
        return self.one(row, values | {"id_number": number.example or "", "id_type": number.id}, "nonsense", *grounds, also=also)

    def look_alike(self, row: int) -> Known | None:
        """An honest twin, a father or a daughter of one name, a namesake: nothing is wrong."""
        before = self.one_of_before()
        if before is None:
            return None
        other = with_new_numbers(look_alike_of(before.person, self.rng), self.rng)
        values = self.unused(other, before.values.get("id_type"))
        return None if values is None else self.one(row, values, "look-alike")

    def crowd(self, row: int, size: int, kind: str, *grounds: str, gap: int = 40) -> Known | None:
        """So many sign from one house, one after the other in so many entries each; `grounds` are true of each."""
        if self.form.numbers or row + 2 * size > self.total:
            return None
        home = residence_in(self.state, self.rng)
        for place in range(1, size):
            self.plan(
                row + self.rng.randrange(1, gap * size) if gap > 1 else row + 4 * place,
                lambda at: self._from(home, at, kind, grounds),
            )
        return self._from(home, row, kind, grounds)

    def _from(self, home: object, row: int, kind: str, grounds: tuple[str, ...]) -> Known:
        person, _ = self.newcomer()
        living = replace(person, residence=home)  # type: ignore[arg-type]
        values = values_for(living, self.rng)
        if kind == "street-list":
            values["residence_number"] = str(self.rng.randrange(1, 200))
        return self.one(row, values, kind, *grounds)


_KINDS: Final[Mapping[str, Callable[[_Drawing, int], Known | None]]] = {
    "repeat": _Drawing.repeat,
    "hostile": _Drawing.hostile,
    "slipped-number": _Drawing.slipped_number,
    "other-script": _Drawing.other_script,
    "names-turned": _Drawing.names_turned,
    "slipped-birth-date": _Drawing.slipped_birth_date,
    "moved": _Drawing.moved,
    "name-changed": _Drawing.name_changed,
    "under-age": _Drawing.under_age,
    "wrong-checksum": _Drawing.wrong_checksum,
    "nonsense": _Drawing.nonsense,
    "look-alike": _Drawing.look_alike,
    "false-crowd": lambda drawing, row: drawing.crowd(row, _CROWD, "false-crowd", "address-shared"),
    "honest-home": lambda drawing, row: drawing.crowd(row, _HOME, "honest-home"),
    "street-list": lambda drawing, row: drawing.crowd(row, _LIST, "street-list", "burst-of-street", gap=1),
}
