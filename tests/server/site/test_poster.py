"""The poster: its words can be read out of the file in every script, it is tagged, it says what it is, and it is made once."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from civium.server.site import campaign_page, languages, poster
from civium.server.site.words import words
from tests.server.site import made

URL = "https://collect.example"


def _poster(code: str, name: str = "poster.pdf", **changed: object) -> PdfReader:
    page = made.site(made.initiative(**changed), url=URL).render(f"/{code}/i/night-trains/{name}")
    assert page is not None
    assert page.media_type == "application/pdf"
    return PdfReader(BytesIO(page.body))


def _said(reader: PdfReader) -> str:
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().replace("\u200b", "").replace("\xa0", " ").split())


@pytest.mark.parametrize("code", ["en", "el", "bg", "mt", "de", "fi", "hu", "lv"])
@pytest.mark.parametrize("name", poster.SIZES)
def test_everything_on_it_can_be_read_out(code: str, name: str) -> None:
    _ = words(code)
    initiative = made.initiative()
    said = _said(_poster(code, name))
    text = initiative.texts[code]
    for sentence in (text.title, text.lead, _("Support this initiative"), _("There is nothing to pay."), _("Demonstration.")):
        assert " ".join(sentence.replace("\xa0", " ").split()) in said, sentence
    assert f"collect.example/{code}/i/night-trains" in said
    assert "DEMO-NIGHT-TRAINS" in said
    assert "Annelore Vantieghem" in said
    assert "Lantern Servers, Ghent" in said


@pytest.mark.parametrize(("name", "width", "height"), [("poster.pdf", 210, 297), ("poster-small.pdf", 148, 209.3)])
def test_it_has_the_size_of_its_paper(name: str, width: float, height: float) -> None:
    box = _poster("en", name).pages[0].mediabox
    assert float(box.width) * 25.4 / 72 == pytest.approx(width, abs=0.2)
    assert float(box.height) * 25.4 / 72 == pytest.approx(height, abs=0.2)


@pytest.mark.parametrize("code", ["en", "el", "bg"])
def test_it_is_tagged_and_says_its_language_and_title(code: str) -> None:
    reader = _poster(code)
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] is True or str(catalogue["/MarkInfo"]["/Marked"]) == "True"
    assert catalogue["/Lang"] == code
    assert reader.metadata is not None
    assert reader.metadata.title == made.initiative().texts[code].title
    assert "/StructTreeRoot" in catalogue


def test_its_link_and_its_code_lead_to_the_page_in_the_reader_s_language() -> None:
    annotations = _poster("el").pages[0]["/Annots"]
    assert {annotation.get_object()["/A"]["/URI"] for annotation in annotations} == {f"{URL}/el/i/night-trains"}


def test_only_a_demonstration_is_marked_as_one() -> None:
    assert "Demonstration." in _said(_poster("en"))
    assert "Demonstration." not in _said(_poster("en", deployment="central"))


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle für alle", ""),
        ("A title as long as the register allows: one hundred characters, or a few words more than that, yes", "word " * 80),
        ("#panic() $ *no* _markup_ \\ [here] @label <tag> `code`", '"quoted" // and /* commented */ #import "x.typ"'),
    ],
)
def test_long_words_and_signs_of_the_typesetter_are_only_words(title: str, lead: str) -> None:
    import dataclasses

    text = dataclasses.replace(made.initiative().texts["en"], title=title, lead=lead)
    said = _said(_poster("en", texts={"en": text}))
    assert title.split()[-1] in said
    assert "collect.example/en/i/night-trains" in said


def test_a_text_in_another_language_says_so() -> None:
    texts = {"en": made.initiative().texts["en"]}
    assert "Night trains for every capital" in _said(_poster("el", texts=texts))


def test_the_same_poster_is_made_once() -> None:
    initiative = made.initiative(maker="Once")
    address = campaign_page.link(URL, initiative, "fi")
    first = poster.render(words("fi"), initiative, address, "poster.pdf")
    assert poster.render(words("fi"), initiative, address, "poster.pdf") is first


@pytest.mark.slow
@pytest.mark.parametrize("code", languages.CODES)
def test_every_language_has_one(code: str) -> None:
    for name in poster.SIZES:
        assert made.initiative().texts[code].title.split()[0] in _said(_poster(code, name))
