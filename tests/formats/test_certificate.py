"""A certificate's file is read strictly: what is another thing, or contradicts itself, is refused and never repeated."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from civium.errors import Refused
from civium.formats import certificate
from civium.formats.certificate import LARGEST_FILE, NAME, Package

FILE: dict[str, Any] = {
    "civium": NAME,
    "draft": True,
    "demonstration": False,
    "made_on": "2027-07-02",
    "authority": "Centre invente",
    "jurisdiction": "LU",
    "registration": "ECI(2026)000007",
    "valid": {"total": 51, "online": 20, "paper": 31},
    "online": {"entries": 24, "accepted": 20},
    "paper": {"received": 40, "valid": 31},
    "policy": {"actions": {}},
    "hashes": {"export": "ab" * 32, "log_root": "cd" * 32, "verdicts": "e" * 64, "decision_journal": ""},
    "log": {"origin": "collect.example/a/LU/online/1", "size": 24, "exported_on": "2027-05-02"},
}


def _read(change: Callable[[dict[str, Any]], object]) -> certificate.CertificateFile:
    told = copy.deepcopy(FILE)
    change(told)
    return certificate.parse(json.dumps(told).encode())


def test_what_the_file_says_is_read() -> None:
    told = certificate.parse(json.dumps(FILE, indent=1).encode() + b"\n")
    assert (told.jurisdiction, told.registration, told.authority) == ("LU", "ECI(2026)000007", "Centre invente")
    assert (told.online_valid, told.paper_valid, told.paper_received, told.entries) == (20, 31, 40, 24)
    assert (told.made_on, told.is_demonstration) == (date(2027, 7, 2), False)
    assert told.packages == (Package(b"\xab" * 32, "collect.example/a/LU/online/1", b"\xcd" * 32),)


def test_a_log_and_its_successor_are_a_package_each() -> None:
    def two(told: dict[str, Any]) -> None:
        told["hashes"] |= {"export": f"{'ab' * 32} {'01' * 32}", "log_root": f"{'cd' * 32} {'02' * 32}"}
        told["log"]["origin"] = "a/LU/online/1 a/LU/online/2"

    packages = _read(two).packages
    assert [(one.sha256[0], one.origin, one.root[0]) for one in packages] == [
        (0xAB, "a/LU/online/1", 0xCD),
        (1, "a/LU/online/2", 2),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(civium="certificate draft v2"),
        lambda told: told.pop("valid"),
        lambda told: told.update(valid=[]),
        lambda told: told.update(demonstration="no"),
        lambda told: told.update(made_on="2.7.2027"),
        lambda told: told.update(authority=""),
        lambda told: told.update(authority="a\u202eb"),
        lambda told: told.update(authority="a" * 501),
        lambda told: told.update(authority=7),
        lambda told: told.update(jurisdiction="lu"),
        lambda told: told["valid"].update(online=True),
        lambda told: told["valid"].update(online=-1),
        lambda told: told["valid"].update(total=52),
        lambda told: told["paper"].update(received=30),
        lambda told: told["paper"].update(valid=30),
        lambda told: told["log"].update(size=25),
        lambda told: told["log"].update(origin=7),
        lambda told: told["hashes"].update(export="ab" * 31),
        lambda told: told["hashes"].update(export=f"{'ab' * 32} {'ab' * 32}"),
    ],
)
def test_what_is_no_such_file_or_contradicts_itself_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(Refused, match="certificate-file-malformed"):
        _read(change)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"%PDF-1.7", b"\xff", b"[" * 100_000, b"{}", b" " * (LARGEST_FILE + 1)],
    ids=["empty", "list", "pdf", "bytes", "deep", "object", "large"],
)
def test_bytes_that_are_no_file_are_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="certificate-file-malformed"):
        certificate.parse(raw)
