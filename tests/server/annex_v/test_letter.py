"""The letter of Annex V: official wording exactly, numbers that add up, what is missing said, nothing declared by a machine."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.law.wording import OfficialText, wording, wordings
from civium.server.annex_v import letter, routes
from civium.server.annex_v.letter import Attached, OfficialForm
from civium.server.annex_v.numbers import Counted, Row
from civium.server.dashboard.burst_ranges import REASONS
from civium.server.initiatives.models import Initiative, JournalEntry
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE

pytestmark = pytest.mark.usefixtures("civium_db")
ON = date(2027, 6, 1)
COUNTED = Counted({("EL", "online"): Row(16_900, 40, 1_660), ("ES", "online"): Row(1_200_000, 0, 25_000)}, over=7, needed=7)
GERMAN = Counted({("DE", "online"): Row(10, 0, 0)}, over=0, needed=7)
FILE = Attached("ECI-2026--000007-EL-online.civium", "ab" * 32, 16_900, 55_000_000)


@pytest.fixture
def initiative(tmp_path: Path) -> Initiative:
    place.make_installation("central")
    return place.add_initiative(tmp_path / "folder", **place.CENTRAL)


def _text(raw: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _compose(initiative: Initiative) -> letter.Letter:
    return letter.compose(initiative, COUNTED, "EL", "online", [FILE], "en", on=ON)


def test_the_wording_is_the_official_journals(initiative: Initiative) -> None:
    said = _flat(_text(letter.pdf(_compose(initiative))))
    assert wording("en", "annex_v.title").text in said
    for number, item in enumerate(wordings("en", "annex_v.items"), start=1):
        assert f"{number}. {item.text}" in said
    assert "OJ L 130, 17.5.2019, p. 55, Annex V" in said


def test_the_numbers_add_up_on_the_page(initiative: Initiative) -> None:
    made = _compose(initiative)
    said = _flat(_text(letter.pdf(made)))
    row = COUNTED.row("EL", "online")
    assert row.entries - row.destroyed - row.repeats == row.signatories == 15_200
    assert "Greece: 15,200" in said
    assert "Total number of collected statements of support: 1,216,860" in said
    assert "Number of Member States where the threshold has been reached: 7" in said
    assert "Entries in the file 16,900" in said
    assert "less: destroyed, their leaf records stay −40" in said
    assert "less: repeats, marked by the duplicate token −1,660" in said
    assert "Signatories (item 5) 15,200" in said
    for _, rows in made.told["numbers"]:
        values = [int(number.replace(",", "").replace("−", "-")) for name, number in rows if not name.startswith("of them")]
        assert sum(values[:-1]) == values[-1]
    assert "The file holds 16,900 entries and not 15,200" in said


def test_the_file_is_named_with_its_hash_and_people_with_room_for_their_address(initiative: Initiative) -> None:
    said = _flat(_text(letter.pdf(_compose(initiative))))
    assert FILE.name in said
    assert ("ab" * 8 + " ") * 2 in said
    assert "Annelore Vantieghem (representative), a@night-trains.example" in said
    assert "Tomaž Breznikar (substitute)" in said
    assert said.count("postal address ") == 1
    assert "postal address, e-mail address" in said, "no address of the substitute is kept here"
    assert said.index("date signature") > said.index("I hereby declare")


def test_a_language_without_official_wording_has_no_letter_and_the_english_one_says_so(initiative: Initiative) -> None:
    assert letter.languages_of_form("eci") == ("en",)
    assert letter.languages_for("eci", "EL") == ("en",)
    with pytest.raises(Refused, match="official-text-missing"):
        letter.compose(initiative, COUNTED, "EL", "online", [FILE], "el", on=ON)
    assert "kept here in English alone, not in Greek; nothing was translated" in _flat(_text(letter.pdf(_compose(initiative))))


def test_where_official_wording_is_kept_the_letter_is_in_that_language(initiative: Initiative) -> None:
    """With a form made up for this test: no source gave one in Greek."""
    made = OfficialForm("el", _greek("ΕΝΤΥΠΟ"), tuple(_greek(f"Στοιχείο {number}:") for number in range(1, 11)))
    composed = letter.fill(initiative, COUNTED, "EL", "online", [FILE], made, on=ON)
    said = _flat(_text(letter.pdf(composed)))
    assert composed.name == "annex-v-EL-online-el.pdf"
    assert "ΕΝΤΥΠΟ" in said
    assert "5. Στοιχείο 5: Ελλάδα: 15.200" in said
    assert "Νυχτερινά τρένα για κάθε πρωτεύουσα" in said
    assert "2 Μαρτίου 2026" in said


def _greek(text: str) -> OfficialText:
    return OfficialText("annex_v", "el", text, "Annex V", "made up", "official_journal", "high", None)


def test_a_procedure_without_the_form_has_no_letter() -> None:
    assert letter.languages_of_form("petition") == ()


def test_a_demonstration_says_so_on_the_letter(tmp_path: Path) -> None:
    place.make_installation()
    made = letter.compose(place.add_initiative(tmp_path / "folder"), COUNTED, "EL", "online", [FILE], "en", on=ON)
    assert "DEMONSTRATION" in _text(letter.pdf(made))


def test_the_same_numbers_give_the_same_bytes_and_a_tagged_document(initiative: Initiative) -> None:
    first, second = letter.pdf(_compose(initiative)), letter.pdf(_compose(initiative))
    assert first == second
    catalogue = PdfReader(io.BytesIO(first)).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert catalogue["/Lang"] == "en"  # type: ignore[index]


def test_what_is_told_is_never_read_as_a_command(initiative: Initiative) -> None:
    text = initiative.text("en")
    assert text is not None
    type(text).objects.filter(pk=text.pk).update(title='Trains #panic("no") *and* $x$')
    assert 'Trains #panic("no") *and* $x$' in _flat(_text(letter.pdf(_compose(initiative))))


def test_a_legal_entity_stands_in_the_place_of_the_group(tmp_path: Path) -> None:
    place.make_installation("central")
    entity = {"name": "Night Trains AISBL", "seat": "BE"}
    made = place.add_initiative(tmp_path / "folder", **place.CENTRAL, legal_entity=entity)
    said = _flat(_text(letter.pdf(_compose(made))))
    assert "Night Trains AISBL (legal entity), contact@night-trains.example" in said
    assert "Tomaž Breznikar" not in said


def test_the_way_to_an_authority_is_noted_and_told(initiative: Initiative) -> None:
    assert "was not noted yet" in json.dumps(_compose(initiative).told)
    for way in ("xml-medium", "sealed"):
        routes.note_route(initiative, "EL", way, ONE, now=NOW)
    assert routes.routes(initiative)["EL"].way == "sealed"
    assert "as the sealed file itself" in _compose(initiative).told["route"]
    assert JournalEntry.objects.filter(act="route-noted").count() == 2
    with pytest.raises(Refused, match="route-unknown"):
        routes.note_route(initiative, "EL", "by-hand", ONE, now=NOW)
    with pytest.raises(Refused, match="jurisdiction-unknown"):
        routes.note_route(initiative, "XX", "sealed", ONE, now=NOW)


def test_paper_is_counted_in_the_total_and_in_no_file() -> None:
    counted = Counted({("ES", "online"): Row(100, 1, 2)}, over=1, needed=7, paper={"ES": 10})
    assert (counted.collected, counted.signatories) == (109, 107)
    with pytest.raises(Refused, match="unknown-jurisdiction"):
        counted.row("ES", "paper")
    assert counted.told() == {"collected": 109, "signatories": 107, "over": 1, "needed": 7}


def test_without_duplicate_tokens_nobody_says_that_there_are_no_repeats(initiative: Initiative) -> None:
    counted = Counted({("ES", "online"): Row(100, 1, 0)}, over=1, needed=7, are_repeats_known=False)
    said = _flat(_text(letter.pdf(letter.compose(initiative, counted, "ES", "online", [FILE], "en", on=ON))))
    assert "Repeats were not counted: this collection asked for no duplicate tokens." in said
    assert "less: repeats" not in said
    assert "Spain: 99" in said


def test_the_authoritys_address_is_printed_where_it_is_known_and_has_room_where_not(initiative: Initiative) -> None:
    contact = load_procedure("eci").jurisdictions["DE"].authority.contact
    assert contact is not None
    assert load_procedure("eci").jurisdictions["EL"].authority.contact is None
    told = letter.compose(initiative, GERMAN, "DE", "online", [FILE], "en", on=ON)
    known, unknown = _flat(_text(letter.pdf(told))), _flat(_text(letter.pdf(_compose(initiative))))
    for line in (*contact.postal_address[1:], "Germany", contact.email or ""):
        assert line in known
    assert "address of the authority" not in known
    assert "address of the authority" in unknown
    # A letter that was kept before has neither: it is set as it was.
    assert letter.pdf(replace(told, told={name: one for name, one in told.told.items() if name not in ("address", "bursts")}))


def test_bursts_are_told_with_what_they_are_not(initiative: Initiative) -> None:
    made = _compose(initiative)
    assert "far faster than usual" not in _text(letter.pdf(made))
    rows = [["log/0a/EL/online/1", "100 to 219", "2027-03-01", letter._BURSTS["unexplained"]]]
    said = _flat(_text(letter.pdf(replace(made, told={**made.told, "bursts": rows}))))
    assert "Ranges of the log that came in far faster than usual" in said
    assert "100 to 219 2027-03-01 confirmed: nothing is known that explains it" in said
    assert "A burst is no fraud" in said
    assert set(letter._BURSTS) == set(REASONS)
