"""The register's details in JSON: what is read, and what each bad file is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civium.errors import Refused
from civium.server.register.reading import read

from . import files

VERSION = dict(files.DETAILS["linguisticVersions"][0])
MEMBER = dict(files.DETAILS["members"][0])


def test_details_are_read_whole() -> None:
    told = read(files.details())
    assert (told.source, told.number, told.registered_on) == ("json", files.NUMBER, date(2026, 3, 2))
    assert (told.opens_on, told.closes_on, told.is_partial) == (date(2026, 4, 14), date(2027, 4, 13), False)
    assert told.texts["el"].annex == "Παράρτημα"
    assert told.website == "https://n.example"
    assert [(person.role, person.country) for person in told.organisers] == [("representative", "BE"), ("substitute", "SI")]
    assert told.officer == ("Ilse Maréchal", "dpo@night-trains.example")
    assert told.hidden == 1


def test_an_earlier_end_is_the_end_and_greece_has_its_letters() -> None:
    members = [*files.DETAILS["members"], {"type": "LEGAL_ENTITY", "fullName": "Night Trains asbl", "residenceCountry": "EL"}]
    told = read(files.details(earlyClosureDate="01/02/2027", members=members))
    assert told.closes_on == date(2027, 2, 1)
    assert (told.legal_entity, told.legal_entity_seat) == ("Night Trains asbl", "GR")


def _version(**changed: Any) -> bytes:
    return files.details(linguisticVersions=[{**VERSION, **changed}])


def _member(**changed: Any) -> bytes:
    return files.details(members=[*files.DETAILS["members"], {**MEMBER, "type": "MEMBER", **changed}])


BAD = {
    "a list": (b"[]", "register-key-wrong", {"key": "details"}),
    "no JSON, with its line": (b'{\n"comRegNum": oops}', "register-not-json", {"line": 2}),
    "no number": (b'{"a": NaN}', "register-not-json", {"line": 1}),
    "a number of 5,000 digits": (b'{"a": ' + b"1" * 5000 + b"}", "register-not-json", {"line": 1}),
    "a key twice": (b'{"comRegNum": "a", "comRegNum": "b"}', "register-key-twice", {}),
    "nesting without end": (b'{"a":' * 200_000, "register-too-deep", {"line": 1}),
    "a key that is missing": (files.details(members=None), "register-key-missing", {"key": "members"}),
    "a list that is none": (files.details(linguisticVersions={}), "register-key-wrong", {"key": "linguisticVersions"}),
    "a text that is none": (_version(title=7), "register-key-wrong", {"key": "title", "version": 1}),
    "a version that is none": (
        files.details(linguisticVersions=[7]),
        "register-key-wrong",
        {"key": "linguisticVersions", "version": 1},
    ),
    "an original that is none": (_version(original="yes"), "register-key-wrong", {"key": "original", "version": 1}),
    "no original": (_version(original=False), "register-originals", {"found": 0}),
    "an empty objective": (_version(objectives=" "), "register-text-empty", {"element": "objectives", "version": 1}),
    "a sign that turns the others": (_version(title="a\u202eb"), "register-text-unreadable", {"element": "title", "version": 1}),
    "a sign that nobody can read": (_version(title="a\x00b"), "register-text-unreadable", {"element": "title", "version": 1}),
    "a language that is not official": (_version(languageCode="CY"), "register-language-unknown", {"version": 1}),
    "25 languages": (files.details(linguisticVersions=[VERSION] * 25), "register-too-many-languages", {"found": 25, "most": 24}),
    "a language twice": (
        files.details(linguisticVersions=[VERSION] * 2),
        "register-language-twice",
        {"language": "en", "version": 2},
    ),
    "a day that is none": (files.details(registrationDate="31/02/2026"), "register-date-wrong", {"element": "registrationDate"}),
    "a number that is none": (files.details(comRegNum="<7>"), "register-number-wrong", {}),
    "part of something": (files.details(partiallyRegistered="no"), "register-key-wrong", {"key": "partiallyRegistered"}),
    "a role that is none": (_member(type="KING"), "register-role-unknown", {"member": 5}),
    "a member without a name": (_member(fullName=" "), "register-text-empty", {"element": "fullName", "member": 5}),
    "a country that is none": (
        _member(residenceCountry="Spain"),
        "register-country-wrong",
        {"element": "residenceCountry", "member": 5},
    ),
    "hidden or not": (_member(privacyApplied="y"), "register-key-wrong", {"key": "privacyApplied", "member": 5}),
    "101 members": (files.details(members=[MEMBER] * 101), "register-too-many-organisers", {"found": 101, "most": 100}),
    "another encoding": (files.details().decode().encode("utf-16"), "register-encoding", {"line": 1}),
    "one letter of another encoding": (b'{"a":\n"\xe9"}', "register-encoding", {"line": 2}),
}


@pytest.mark.parametrize(("raw", "code", "facts"), BAD.values(), ids=BAD)
def test_a_bad_file_is_told_what_is_wrong_and_where(raw: bytes, code: str, facts: dict[str, int | str]) -> None:
    with pytest.raises(Refused) as refused:
        read(raw)
    assert (refused.value.code, refused.value.facts) == (code, facts)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*files.DETAILS]), _ANY)
def test_whatever_stands_at_a_key_the_file_is_read_or_refused(key: str, value: Any) -> None:
    told = files.read_or_refused(files.details(**{key: value}))
    assert told.code.startswith("register-") if isinstance(told, Refused) else told.original_language in told.texts
