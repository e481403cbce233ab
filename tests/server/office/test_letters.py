"""Letters hold the official headings exactly, the numbers that are known, paper beside online; they can be read out of their PDF, and are kept as sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from civium.errors import Refused
from civium.law.letters import letter, letters
from civium.law.shelf import picture_of
from civium.law.wording import wordings
from civium.server.initiatives.records import Certificate
from civium.server.office import funding, tables
from civium.server.office import letters as office
from civium.server.office.duties import duties_of
from civium.server.office.funding import Given
from civium.server.office.letters import Numbers
from civium.server.office.sheets import letter_pdf
from tests.server.initiatives.place import NOW, ONE, TODAY

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative
    from civium.server.office.letters import Composed

NUMBERS = Numbers({"ES": 50_000, "MT": 12}, {"ES": 1_200, "DE": 70_000})
ANSWERS = {
    "notice-of-channels": {"central_system": "yes", "paper_upload": "no"},
    "notice-of-early-end": {"last_day": "2027-01-31"},
    "change-of-group": {"changed_on": "2026-11-01", "leaving": "nobody", "joining": "Iva Horvat, member\nPavel Dvořák, member"},
    "submit-to-commission": {"postal_addresses": "12 Lantern Street, Ghent\n4 Quay, Ljubljana"},
}


def _composed(initiative: Initiative, name: str, language: str = "en", numbers: Numbers = NUMBERS) -> Composed:
    found = letter(initiative.procedure, name)
    answers = office.checked_answers(found, language, ANSWERS.get(name, {}))
    return office.compose(initiative, name, language, numbers, answers, today=TODAY)


def _said(made: Composed, emblem: bytes = b"") -> tuple[str, PdfReader]:
    reader = PdfReader(BytesIO(letter_pdf(made.told(), emblem)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


@pytest.mark.parametrize("name", [one.id for one in letters("eci")])
def test_every_letter_can_be_written_read_and_set(initiative: Initiative, name: str) -> None:
    made = _composed(initiative, name)
    text = office.as_text(made.told())
    assert "{" not in text
    assert "ECI(2026)000007" in text
    assert "Night trains for every capital" in text
    said, reader = _said(made)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Annelore Vantieghem" in said or made.official
    for paragraph in made.paragraphs:
        assert " ".join(paragraph.split()) in said


def test_counts_hold_paper_beside_online_and_every_state(initiative: Initiative) -> None:
    made = _composed(initiative, "report-numbers")
    assert "121,212 in all, of which 50,012 online and 71,200 on paper" in made.paragraphs[-1]
    assert made.table is not None
    rows = {row[0]: row[1:] for row in made.table.rows}
    assert rows["Spain"] == ("50,000", "1,200", "51,200", "43,920")
    assert rows["Germany"] == ("0", "70,000", "70,000", "69,120")
    assert rows["Total"][:3] == ("50,012", "71,200", "121,212")
    assert len(rows) == 28


def test_the_submission_has_the_headings_of_annex_vii_word_for_word(initiative: Initiative) -> None:
    for code, online, on_paper in (("ES", 48_000, 1_000), ("DE", 0, 65_000)):
        Certificate.objects.create(
            initiative=initiative,
            jurisdiction=code,
            online_valid=online,
            paper_valid=on_paper,
            certified_on=TODAY,
            reference=f"{code}-1",
            recorded_on=TODAY,
        )
    funding.enter_support(initiative, Given("Lantern Fund", "money", 75_000_00, date(2026, 5, 1)), ONE, now=NOW)
    made = _composed(initiative, "submit-to-commission")
    official = [text.text for text in wordings("en", "annex_vii.items")]
    assert [item.heading for item in made.items] == official
    assert made.heading == "FORM FOR THE SUBMISSION OF AN INITIATIVE TO THE EUROPEAN COMMISSION"
    assert made.source == "Annex VII (OJ L 130, 17.5.2019, p. 55, Annex VII)"
    assert made.items[3].lines == ("114,000",)
    assert made.items[4].table is not None
    # Protocol order: Germany before Spain.
    assert [row[0] for row in made.items[4].table.rows] == ["Germany", "Spain", "Total"]
    assert made.items[5].lines == ("12 Lantern Street, Ghent", "4 Quay, Ljubljana")
    said, _reader = _said(made)
    for heading in official:
        assert " ".join(heading.split()) in said
    assert "EUR 75,000.00" in said
    assert "DE-1" in said


def test_a_letter_of_another_language_or_name_is_refused(initiative: Initiative) -> None:
    with pytest.raises(Refused, match="letter-language"):
        office.compose(initiative, "withdrawal", "de", NUMBERS, {}, today=TODAY)
    with pytest.raises(Refused, match="letter-unknown"):
        office.compose(initiative, "love-letter", "en", NUMBERS, {}, today=TODAY)


@pytest.mark.parametrize(
    ("name", "answers", "code"),
    [
        ("notice-of-channels", {"central_system": "yes"}, r"letter-answer-missing \(place=2\)"),
        ("notice-of-channels", {"central_system": "perhaps", "paper_upload": "no"}, r"letter-answer-unreadable \(place=1\)"),
        ("notice-of-early-end", {"last_day": "tomorrow"}, r"letter-answer-unreadable \(place=1\)"),
        ("withdrawal", {"reason": "x" * 2001}, "typed-too-long"),
        ("withdrawal", {"reason": "bell\x07"}, "typed-unreadable"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(name: str, answers: dict[str, str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        office.checked_answers(letter("eci", name), "en", answers)


def test_what_is_typed_is_never_read_as_blanks_or_commands(initiative: Initiative) -> None:
    answers = office.checked_answers(letter("eci", "withdrawal"), "en", {"reason": "{title} #panic() $x$ *bold*"})
    made = office.compose(initiative, "withdrawal", "en", NUMBERS, answers, today=TODAY)
    assert made.paragraphs[-1] == "{title} #panic() $x$ *bold*"
    said, _reader = _said(made)
    assert "{title} #panic() $x$ *bold*" in said


def test_a_letter_that_was_kept_stays_as_it_was_and_its_sending_does_the_duty(initiative: Initiative) -> None:
    kept = office.keep_letter(initiative, "report-numbers", _composed(initiative, "report-numbers"), ONE, now=NOW)
    for sent_on, how, code in (
        (TODAY + timedelta(days=1), "by e-mail", "letter-day-ahead"),
        (TODAY - timedelta(days=1), "by e-mail", "letter-day-before"),
        (TODAY, " ", "letter-way-missing"),
    ):
        with pytest.raises(Refused, match=code):
            office.note_sent(kept, sent_on, how, ONE, now=NOW)
    office.note_sent(kept, TODAY, "by e-mail, message 12", ONE, now=NOW)
    reports = [duty for duty in duties_of(initiative, today=TODAY) if duty.id == "report-numbers"]
    assert [duty.done_on for duty in reports] == [TODAY, None, None, None, None]
    with pytest.raises(Refused, match="letter-sent"):
        office.note_sent(kept, TODAY, "again", ONE, now=NOW)
    found = office.find_letter(initiative, kept.pk)
    assert found.told == kept.told
    assert found.sent_how == "by e-mail, message 12"
    assert "121,212" in office.as_text(found.told)
    with pytest.raises(Refused, match="letter-unknown"):
        office.find_letter(initiative, kept.pk + 1)


def test_a_region_writes_in_its_own_language_under_its_own_emblem(region: Initiative) -> None:
    made = _composed(region, "report-numbers", "gl", Numbers({"BRA-ILLA": 150}, {"BRA-VAL": 30}))
    assert made.paragraphs[0].endswith("recolleu 180 sinaturas, das que 150 en liña e 30 en papel.")
    assert made.sender[:2] == ("Uxía Outeiro", "Primeira persoa promotora")
    assert made.table is not None
    assert made.table.head == ("", "En liña", "En papel", "En conxunto", "Necesarias")
    said, _reader = _said(made, picture_of("region", made.emblem))
    assert "Illa Parda" in said
    assert made.emblem_alternative.startswith("Emblema de Brañalba")
    form = _composed(region, "hand-over", "gl", Numbers())
    assert [item.heading for item in form.items][:2] == ["Número da iniciativa:", "Título:"]


def test_a_demonstrations_letter_says_that_it_is_one(initiative: Initiative) -> None:
    initiative.deployment = "demonstration"
    made = _composed(initiative, "withdrawal")
    assert office.as_text(made.told()).startswith("DEMONSTRATION")
    assert "DEMONSTRATION" in _said(made)[0]


def test_a_table_of_funding_names_whom_the_law_names(initiative: Initiative) -> None:
    day = date(2026, 5, 1)
    for given in (
        Given("Small Giver", "money", 500_00, day),
        Given("Lantern Fund", "money", 300_00, day),
        Given("lantern  fund", "money", 200_01, day),
        Given("Rail Office", "help", 0, day, "two rooms"),
    ):
        funding.enter_support(initiative, given, ONE, now=NOW)
    assert [row[0] for row in tables.funding(initiative, "en", only_named=True).rows] == ["Lantern Fund", "Rail Office", "Total"]
    assert [row[0] for row in tables.funding(initiative, "en", only_named=False).rows] == [
        "Lantern Fund",
        "Small Giver",
        "Rail Office",
        "Total",
    ]


def test_dates_are_those_of_brussels(initiative: Initiative) -> None:
    late = datetime.fromisoformat("2026-11-21T23:30:00+00:00")
    kept = office.keep_letter(initiative, "withdrawal", _composed(initiative, "withdrawal"), ONE, now=late)
    with pytest.raises(Refused, match="letter-day-before"):
        office.note_sent(kept, date(2026, 11, 21), "by e-mail", ONE, now=late)
    office.note_sent(kept, date(2026, 11, 22), "by e-mail", ONE, now=late)
