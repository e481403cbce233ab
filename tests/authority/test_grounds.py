"""The grounds are a closed set with fixed places; every hint and fault of the law has one."""

from __future__ import annotations

from pathlib import Path

from civium.authority.grounds import ACTIONS, BITS, CERTAIN_CODES, GROUNDS, GROUNDS_SIZE, INDICATION_CODES, codes_of, mask_of
from civium.law.checks import FAULT_CODES, HINT_CODES


def test_every_hint_and_fault_of_the_law_is_a_ground() -> None:
    faults = {"missing-field" if code == "field-empty" else code for code in FAULT_CODES}
    assert faults | set(HINT_CODES) <= set(GROUNDS)


def test_the_places_of_grounds_never_move() -> None:
    """Working files of officers hold these bits: a new ground comes at the end."""
    assert list(BITS)[:5] == ["missing-field", "outside-period", "under-age", "declaration-missing", "repeat"]
    assert [
        BITS[code]
        for code in ("unopenable", "number-checksum", "repeat-names-differ", "repeat-address-differs", "near-repeat-birth-date")
    ] == [
        1 << 5,
        1 << 17,
        1 << 21,
        1 << 25,
        1 << 38,
    ]
    assert max(BITS.values()) < 2 ** (8 * GROUNDS_SIZE)


def test_certain_grounds_strike_and_indications_do_not_by_default() -> None:
    assert all(GROUNDS[code].choices == ("strike",) for code in CERTAIN_CODES)
    assert not any(GROUNDS[code].default == "strike" for code in INDICATION_CODES)
    assert all(GROUNDS[code].default in GROUNDS[code].choices for code in INDICATION_CODES)
    assert all(set(GROUNDS[code].choices) <= set(ACTIONS) for code in INDICATION_CODES)


def test_what_concerns_several_statements_is_never_struck_by_machine() -> None:
    for code in (
        "repeat-names-differ",
        "repeat-address-differs",
        "near-repeat",
        "near-repeat-number",
        "near-repeat-spelling",
        "near-repeat-birth-date",
        "address-shared",
        "burst-of-street",
        "same-name-other-document",
        "token-against-text",
    ):
        assert "strike" not in GROUNDS[code].choices


def test_masks_and_codes_are_each_others_inverse() -> None:
    codes = ["under-age", "number-format"]
    assert list(codes_of(mask_of(reversed(codes)))) == codes
    assert list(codes_of(0)) == []


def test_the_handbook_has_each_ground_with_its_default_and_its_place_in_the_german_list() -> None:
    page = (Path(__file__).parents[2] / "docs" / "handbook" / "checks.md").read_text("utf-8")
    for ground in GROUNDS.values():
        default = f"{ground.default} (certain)" if ground.kind == "certain" else ground.default
        assert f"| `{ground.code}` | {default} | {ground.sentence} | {ground.ebig or '–'} |" in page
