"""The letter of Annex V where the organisers hold the key: it says so, and does not promise that nobody here can read the file."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.formats import organisers_key
from civium.server.annex_v import letter, routes
from civium.server.annex_v.letter import Attached
from civium.server.annex_v.numbers import Counted, Row
from civium.server.initiatives import organisers_keys
from civium.server.initiatives.models import Initiative
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE
from tests.server.initiatives.test_organisers_keys import KEYS, prove_all_keys

pytestmark = pytest.mark.usefixtures("civium_db")
FILE = Attached("x.civium", "ab" * 32, 10, 55_000)
COUNTED = Counted({("EL", "online"): Row(10, 0, 0), ("LU", "online"): Row(10, 0, 0)}, over=0, needed=7)


def _said(initiative: Initiative, code: str) -> str:
    made = letter.pdf(letter.compose(initiative, COUNTED, code, "online", [FILE], "en", on=date(2027, 6, 1)))
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def test_the_letter_says_who_holds_the_key(tmp_path: Path) -> None:
    place.make_installation("central")
    initiative = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.add_proven_key(initiative, "LU")
    organisers_keys.add_bundle(initiative, organisers_key.encode(KEYS), ONE, now=NOW)
    prove_all_keys(initiative)
    for code in ("EL", "LU"):
        routes.note_route(initiative, code, "sealed", ONE, now=NOW)
    greece, luxembourg = _said(initiative, "EL"), _said(initiative, "LU")
    assert "sealed to a key that the organisers hold" in greece
    assert "with this State's key" in greece.replace("’", "'")
    assert "the organisers cannot read it" not in greece
    assert "the organisers cannot read it" in luxembourg
    assert "with its own key" in luxembourg
