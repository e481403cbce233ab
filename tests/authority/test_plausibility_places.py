"""One address of many, a street in a burst: persons are counted, runs are short, nobody is struck."""

from __future__ import annotations

from pathlib import Path

from civium.authority.grounds import codes_of
from civium.authority.judging import ACCEPTED, FOR_DECISION
from civium.authority.plausibility_places import address_of, find_bursts, find_crowds, street_of
from civium.authority.policy import Policy
from civium.authority.verification import read_verdicts
from civium.law.rules import Form
from tests.authority.build import DAY, Log, authority_key, greek, spanish, statement
from tests.authority.case import verified
from tests.authority.test_judging import rules


def _form(jurisdiction: str) -> Form:
    return rules(jurisdiction).form(DAY)


def test_house_and_street_are_told_whatever_the_spelling() -> None:
    form = _form("EL")

    def house(fields: dict[str, str]) -> str:
        return address_of(street_of(form, fields), fields)

    spelled = greek(residence_street="ΟΔΟΣ ονείρων", residence_number=" 7", residence_postal_code="151 24")
    assert house(greek()) == house(spelled)
    assert house(greek()) != house(greek(residence_number="8"))
    assert street_of(form, greek()) == street_of(form, greek(residence_number="8"))
    assert street_of(form, greek(residence_street=" - ")) == "" == house(greek(residence_street=""))
    assert street_of(_form("ES"), spanish()) == ""


def test_persons_are_counted_not_statements() -> None:
    same = [(row, b"one") for row in range(9)]
    assert find_crowds(same, 3) == []
    assert find_crowds([*same, (20, b"two"), (30, b"three")], 3) == [*range(9), 20, 30]


def test_a_burst_is_many_persons_in_few_entries() -> None:
    def rows(*at: int, day: int = 9) -> list[tuple[int, int, bytes]]:
        return [(row, day, b"%d" % row) for row in at]

    assert list(find_bursts(rows(1, 2, 3), 3, run=10)) == [[1, 2, 3]]
    assert list(find_bursts(rows(1, 5, 11), 3, run=10)) == []
    assert list(find_bursts(rows(1, 5, 10), 3, run=10)) == [[1, 5, 10]]
    assert list(find_bursts(rows(1, 2, 3, 9, 50, 51, 52), 3, run=10)) == [[1, 2, 3, 9], [50, 51, 52]]
    assert list(find_bursts([*rows(1, 2), *rows(3, day=11)], 3, run=10)) == []
    assert list(find_bursts([*rows(1, 2), *rows(3, day=10)], 3, run=10)) == [[1, 2, 3]], "midnight parts no hand's work"
    assert list(find_bursts([(row, 9, b"one") for row in range(9)], 2, run=10)) == []


def test_a_home_waits_for_a_person_and_policy_says_from_how_many_on(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    for day in range(1, 6):
        log.add(statement(greek(family=f"Αλωνάρακη{'αβγδε'[day - 1]}", born=f"1980-01-0{day}")))
    log.add(statement(greek(residence_number="9", family="Άλλη")))
    for folder in ("few", "many"):
        (tmp_path / folder).mkdir()
    few = verified(log, tmp_path / "few", policy=Policy("EL", thresholds={"address-shared": 5}))
    rows = list(read_verdicts(few.verdicts))
    assert [row.verdict for row in rows] == [FOR_DECISION] * 5 + [ACCEPTED]
    assert [list(codes_of(row.grounds)) for row in rows] == [["address-shared"]] * 5 + [[]]
    assert [row.place for row in rows] == [1] * 5 + [0]
    assert rows[0].labels == ("place-1",)
    many = verified(log, tmp_path / "many", policy=Policy("EL", thresholds={"address-shared": 6, "burst-of-street": 6}))
    assert [list(codes_of(row.grounds)) for row in read_verdicts(many.verdicts)] == [["burst-of-street"]] * 6


def test_the_neutral_thresholds_spare_families(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    for day in range(1, 10):
        log.add(statement(greek(born=f"1980-01-0{day}", first="Φωτεινή" + "α" * (day % 2), residence_postal_code="15124")))
    assert not any(row.place for row in read_verdicts(verified(log, tmp_path).verdicts))
