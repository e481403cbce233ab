"""The statement and the protocol sheet say whose key it is and how it is kept; no secret is on them."""

from __future__ import annotations

import io
import json
from datetime import date

import pypdf
import pytest

from civium.authority.key_statement import CUSTODIES, CeremonySheet, KeyStatement, ceremony_pdf, encode_statement, statement_pdf
from civium.formats.authority_key import fingerprint_words
from civium.formats.envelope import SUITES
from tests.authority.build import authority_key

DAY = date(2026, 11, 21)


def _text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("custody", CUSTODIES)
def test_a_statement_says_the_same_on_paper_and_in_its_file(suite: str, custody: str) -> None:
    public = authority_key("EL", suite=suite).public
    keeping = (("shares", 5), ("threshold", 3)) if custody == "shares" else (("tokens", 2),)
    statement = KeyStatement(public, 'Υπουργείο Εσωτερικών #link("x") [*]', custody, keeping, DAY)
    text, told = _text(statement_pdf(statement)), json.loads(encode_statement(statement))
    words = fingerprint_words(public.key_id)
    for word in words.split("-"):
        assert word in text
    assert told["fingerprint"] == words
    assert (told["civium"], told["custody"], told["made_on"]) == ("key statement v1", custody, "2026-11-21")
    assert public.key_id.hex() in text
    assert told["key_id"] == public.key_id.hex()
    assert "Υπουργείο Εσωτερικών #link" in text, "a name is never read as the typesetter's command"
    assert CUSTODIES[custody] in " ".join(text.split())
    assert told["keeping"] == dict(keeping)
    assert encode_statement(statement) == encode_statement(statement)


def test_a_protocol_sheet_has_a_line_for_everybody() -> None:
    key = authority_key()
    pdf = ceremony_pdf(CeremonySheet(key.public, 12345, 3, 5, DAY))
    text = " ".join(_text(pdf).split())
    for told in ("Leader", "Recorder", "Witness", *(f"Holder of share {number}" for number in range(1, 6))):
        assert told in text
    assert "5, of which any 3 open the key" in text
    assert "2026-11-21" in text
    assert key.seed.hex() not in text
    assert pdf == ceremony_pdf(CeremonySheet(key.public, 12345, 3, 5, DAY))
