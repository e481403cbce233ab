"""Addresses: what mail can be sent to is put into one form; what could be more than an address is refused."""

from __future__ import annotations

import pytest

from civium.errors import Refused
from civium.server.supporters.addresses import address_hash, fold, parse_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Eimear@Example.ORG ", "Eimear@example.org"),
        ("a.b+night-trains@mail.example.org", "a.b+night-trains@mail.example.org"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("x@παράδειγμα.δοκιμή", "x@xn--hxajbheg2az3al.xn--jxalpdlp"),
        ("eimear@example.org\n", "eimear@example.org"),
        ("_o'neil@example.org", "_o'neil@example.org"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert parse_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "eimear",
        "eimear@",
        "@example.org",
        "eimear@example",
        "eimear@@example.org",
        "ei mear@example.org",
        "eimear@exam ple.org",
        "eimear..n@example.org",
        ".eimear@example.org",
        "eimear.@example.org",
        "eimear@-example.org",
        "eimear@example.org.",
        "eimear@[192.0.2.1]",
        '"eimear"@example.org',
        "eimear(n)@example.org",
        "=1+1@example.org",
        "-oQ/tmp@example.org",
        "+x@example.org",
        "eimear@example.org\r\nBcc: all@example.org",
        "eimear@example.org,all@example.org",
        "ёж@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 130 + "example",
        "eimear@example.org\x00",
    ],
)
def test_what_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match=r"^address-malformed$"):
        parse_address(typed)


def test_two_ways_of_writing_one_address_are_one() -> None:
    assert fold("Eimear@example.org") == fold("eimear@example.org")
    assert address_hash("Eimear@example.org") == address_hash("eimear@example.org") != address_hash("eimear@example.com")
