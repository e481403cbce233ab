"""The register's extract: read by its own names, folded like identities, by a rule that is said."""

from __future__ import annotations

from datetime import date

import pytest

from civium.authority.sampling.drawing import SheetRow
from civium.authority.sampling.matching import RULES, Matched, match, read_register
from civium.errors import Refused
from tests.authority.build import greek

BIRTH = RULES["names-birth"]


def row(number: int, **fields: str) -> SheetRow:
    """Give a row of the sample."""
    return SheetRow(number, f"id-{number}", "all", date(2026, 5, 4), fields)


def people(*lines: str) -> bytes:
    """Give an extract."""
    return "\n".join(("full_first_names,family_names,date_of_birth,extra", *lines)).encode()


@pytest.mark.parametrize("day", ["1980-02-29", "19800229", "29.2.1980", "29/02/1980", " 29.02.1980 "])
def test_days_are_read_as_registers_write_them(day: str) -> None:
    register = read_register(people(f"ΦΩΤΕΙΝΗ,Αλωναρακη,{day},x"), BIRTH, {})
    assert match([row(1, **greek())], register, BIRTH, not_found="unclear") == Matched({1: "valid"}, 1, 1, 0)


@pytest.mark.parametrize("day", ["", "1981-02-29", "2/29/1980", "1980", "29-02-1980"])
def test_another_day_or_none_does_not_agree(day: str) -> None:
    register = read_register(people(f"Φωτεινή,Αλωνάρακη,{day},x"), BIRTH, {})
    assert match([row(1, **greek())], register, BIRTH, not_found="invalid").results == {1: "invalid"}


def test_empty_cells_agree_with_nothing() -> None:
    register = read_register(b"id_number\n-\n\n", RULES["number"], {})
    assert match([row(1, id_number="--"), row(2)], register, RULES["number"], not_found="unclear") == Matched(
        {1: "unclear", 2: "unclear"}, 1, 0, 0
    )


def test_a_postal_code_is_compared_too_where_the_rule_says_so() -> None:
    rule = RULES["names-birth-postal"]
    raw = "full_first_names;family_names;date_of_birth;plz\nΦωτεινή;Αλωνάρακη;1980-02-29;151 24\n".encode()
    register = read_register(raw, rule, {"residence_postal_code": "plz"})
    assert match([row(1, **greek())], register, rule, not_found="unclear").results == {1: "valid"}
    assert match([row(1, **greek(residence_postal_code="15125"))], register, rule, not_found="unclear").found == 0


def test_a_line_that_two_statements_find_settles_neither() -> None:
    register = read_register(b"id_number\n1\n2\n", RULES["number"], {})
    found = match(
        [row(1, id_number="1"), row(2, id_number="01"), row(3, id_number="2")], register, RULES["number"], not_found="invalid"
    )
    assert found == Matched({1: "unclear", 2: "unclear", 3: "valid"}, 2, 3, 2)


@pytest.mark.parametrize("raw", [b"", b"id_number\n", b"id_number,x\n1\n"])
def test_what_is_no_extract_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="register-malformed"):
        read_register(raw, RULES["number"], {})


@pytest.mark.parametrize("raw", [b"bsn\n1\n", b"id_number,id_number\n1,2\n"])
def test_a_column_that_is_not_there_or_twice_is_named(raw: bytes) -> None:
    with pytest.raises(Refused, match=r"register-column \(column=id_number\)"):
        read_register(raw, RULES["number"], {})


def test_a_line_that_an_earlier_draw_found_settles_no_second_statement() -> None:
    """The first draw's rows are not asked again; all the same one line of the register is one person."""
    register = read_register(b"id_number\n1\n2\n", RULES["number"], {})
    found = match(
        [row(8, id_number="1"), row(9, id_number="2")],
        register,
        RULES["number"],
        not_found="invalid",
        before=[row(1, id_number="1")],
    )
    assert found == Matched({8: "unclear", 9: "valid"}, 2, 2, 1)
