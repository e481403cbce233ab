"""A national of each of the 27 States signs in a browser; each authority opens what was typed, byte for byte."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Route

from civium.authority.custody import parse_private_key, unlock
from civium.authority.opening import open_envelope
from civium.formats import envelope, statement
from civium.formats.export import ExportReader, StatementRow
from civium.formats.receipt import identifier
from civium.law.procedure import load_procedure
from civium.rehearsal.demonstration import PASSPHRASE
from civium.rehearsal.people import person_for, values_for
from tests.stories.conftest import Served
from tests.stories.signing import sign

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATES = tuple(load_procedure("eci").jurisdictions)
# Names that a careless program spoils: scripts, dots, marks, apostrophes, one letter, two hundred.
SPECIAL = {
    "EL": {"full_first_names": "Ὀδυσσεὺς Ϊ́ων", "family_names": "Παπαδοπούλου-Χατζηϊωάννου"},
    "BG": {"full_first_names": "Йордан Ѝво", "family_names": "Щърбанов"},
    "MT": {"full_first_names": "Ġorġ Ħanna", "family_names": "D'Amato-Żerafa"},
    "IE": {"full_first_names": "Síle Úna", "family_names": "Ní Dhuibhir"},
    "DE": {"full_first_names": "İpek Işıl", "family_names": "Groß-ẞtraße"},
    "FR": {"full_first_names": "Éléonore", "family_names": "L’Œuvre-d’Ys"},
    "FI": {"full_first_names": "Å", "family_names": "Ö"},
    "DK": {"full_first_names": "Æ" * 200, "family_names": "Ø" * 200},
    "SK": {"full_first_names": "Ľubomír", "family_names": "Ďurčanský ŕ"},
    "LU": {"full_first_names": "Anne-Cécile", "family_names": "van den Bœck"},
}


def _values(state: str) -> dict[str, str]:
    rng = Random(f"story {state}")
    values = values_for(person_for(state, rng), rng) | SPECIAL.get(state, {})
    # The form sends NFC (docs/spec/statement.md); what is typed here is NFC already, so that bytes can be compared.
    return {name: unicodedata.normalize("NFC", value) for name, value in values.items()}


def _opened(served: Served, state: str, export: Path) -> dict[str, statement.Statement]:
    """Open a whole export with the State's key and give its statements by identifier."""
    key = unlock(
        parse_private_key((served.folder / "authorities" / f"{state.lower()}.civium-private-key").read_bytes()), PASSPHRASE
    )
    found = {}
    with export.open("rb") as stream:
        for row in ExportReader(stream).rows():
            assert isinstance(row, StatementRow)
            plaintext = open_envelope(envelope.parse(row.envelope), key.private)
            assert plaintext is not None
            found[str(identifier(envelope.envelope_hash(row.envelope)))] = statement.parse(plaintext)
    return found


def _languages(served: Served, browser: Browser) -> list[str]:
    page = browser.new_page()
    page.goto(served.page())
    offered = page.locator("#form").get_attribute("data-form-languages") or ""
    page.close()
    return offered.split()


def test_a_national_of_each_state_signs_in_every_language_and_is_opened_byte_for_byte(served: Served, browser: Browser) -> None:
    languages = _languages(served, browser)
    assert len(languages) >= 23
    signed = {}
    for at, state in enumerate(STATES):
        context = browser.new_context(viewport={"width": 360, "height": 780})
        page = context.new_page()
        values = _values(state)
        language = languages[at % len(languages)]
        told = sign(page, served.page(language), state, values)
        signed[state] = (language, values, told)
        assert context.cookies() == []
        context.close()
    assert {language for language, _, _ in signed.values()} >= set(languages[: len(STATES)])
    for state, (language, values, told) in signed.items():
        export = served.export(state)
        found = _opened(served, state, export)[told.identifier]
        assert dict(found.fields) == values, state
        assert (found.language, found.declaration, found.privacy_read) == (language, True, True)


def _switched(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('id="form"', 'id="form" data-sealing="fallback"', 1))


@pytest.mark.parametrize("state", ["ES", "EL"])
def test_the_fallback_seals_the_same(served: Served, browser: Browser, state: str) -> None:
    page = browser.new_page()
    # As a browser without native ML-KEM: the page's own switch, set before the script reads it.
    page.route("**/i/night-trains", _switched)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    values = _values(state) | {"family_names": "Żółć-Ѝ'Ω"}
    told = sign(page, served.page("en"), state, values)
    assert any("seal-fallback" in url for url in loaded)
    assert not any("seal-native" in url for url in loaded)
    folder = served.folder / f"fallback-{state}"
    folder.mkdir()
    served.civium("export", "night-trains", state, "--into", str(folder))
    found = _opened(served, state, next(folder.glob("*.civium")))[told.identifier]
    assert dict(found.fields) == values
    page.close()


def test_the_officer_gets_from_the_file_to_the_draft_certificate(served: Served) -> None:
    state = "ES"
    folder = served.folder / "officer"
    folder.mkdir()
    served.civium("export", "night-trains", state, "--into", str(folder))
    export = next(folder.glob("*.civium"))
    served.authority("open", str(export), "--confirm-rules", state=state)
    served.authority("verify", str(export), state=state)
    waiting = re.findall(
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", served.authority("show", str(export), "--most", "1000", state=state)
    )
    if waiting:
        named = [option for one in dict.fromkeys(waiting) for option in ("--identifier", one)]
        served.authority(
            "decide", str(export), "--by", "officer", "--accept", "--reason", "found in the register", *named, state=state
        )
    draft = folder / "certificate-ES"
    served.authority("certify", str(export), "--to", str(draft), state=state)
    told = json.loads(draft.with_suffix(".json").read_text(encoding="utf-8"))
    with export.open("rb") as stream:
        entries = ExportReader(stream).head.size
    assert told["log"]["size"] == entries
    assert 0 < told["valid"]["online"] <= entries
    assert draft.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
