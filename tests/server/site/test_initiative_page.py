"""The page of an initiative: all of it, before and together with the form; the form's place without any field."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from lxml import html

from civium.law import wording
from civium.law.procedure import load_procedure
from civium.server.site import assets, languages, shown
from tests.server.site import made

ADDRESS = "/{}/i/night-trains"


def _tree(code: str = "en", **changes: object) -> html.HtmlElement:
    received = changes.pop("received", 612_480)
    page = made.site(made.initiative(**changes), received=received).render(ADDRESS.format(code))  # type: ignore[arg-type]
    assert page is not None
    return html.document_fromstring(page.body.decode())


def _words(tree: html.HtmlElement) -> dict[str, str]:
    return json.loads(tree.get_element_by_id("words").text)  # type: ignore[no-any-return]


def test_the_whole_initiative_stands_on_the_page() -> None:
    initiative = made.initiative()
    text = initiative.texts["en"]
    seen = _tree().text_content()
    for part in (text.title, text.lead, text.treaties, text.additional_information, text.draft_act, text.language_note):
        assert part in seen
    for line in (text.objectives + "\n" + text.annex).splitlines():
        assert line.removeprefix("- ").removeprefix("## ") in seen
    for person in initiative.organisers:
        assert person.name in seen
    for part in (
        "DEMO-NIGHT-TRAINS",
        "2 March 2026",
        "13 April 2027",
        "Eimear Ní Dhuibhir",
        "contact@night-trains.example",
        "€38,400",
    ):
        assert part in seen
    for question in text.questions:
        assert question.answer in seen


@pytest.mark.parametrize("code", languages.CODES)
def test_what_is_served_in_the_place_of_the_form_has_no_field(code: str) -> None:
    place = _tree(code).get_element_by_id("form")
    assert place.xpath(".//input|.//select|.//textarea|.//form|.//button") == []
    assert len(place.xpath(".//li")) >= 3


def test_the_place_of_the_form_gives_the_script_what_http_md_says() -> None:
    place = _tree("el").get_element_by_id("form")
    given = dict(place.items())
    assert given["data-collection"] == made.COLLECTION
    assert given["data-manifest"] == "ab" * 32
    assert given["data-jurisdictions"].split() == list(load_procedure("eci").jurisdictions)
    assert given["data-language"] == "el"
    assert given["data-rules"] in made.site(made.initiative()).assets()
    assert given["data-keys"] == f"/api/collections/{made.COLLECTION}/keys"
    assert given["data-manifest-url"] == f"/api/collections/{made.COLLECTION}/manifests/{'ab' * 32}"
    assert given["data-statements"] == "/api/statements"
    assert given["data-closes-on"] == "2027-04-13"
    assert given["data-form-languages"].split() == list(languages.CODES) or len(given["data-form-languages"].split()) == 24


@pytest.mark.parametrize("code", languages.CODES)
def test_the_words_hold_every_sentence_and_the_official_wording_untouched(code: str) -> None:
    words = _words(_tree(code))
    assert all(words.values())
    assert words["official.declaration"] == wording.wording(code, "declaration").text
    assert words["official.privacy_statement"] == wording.privacy_statement(code, "demonstration").text
    for name in ("full_first_names", "family_names", "residence_street", "residence_number", "residence_postal_code", "residence_city",
                 "residence_country", "date_of_birth", "id_number", "id_type"):  # fmt: skip
        assert words[f"official.{name}"]
    assert "form.title" in words


@pytest.mark.parametrize("code", ["ga", "mt"])
def test_languages_that_browsers_lack_bring_the_names_of_countries(code: str) -> None:
    words = _words(_tree(code))
    assert words["country.DE"] == languages.language(code).country("DE")
    assert words["country.DE"] != "Germany"
    assert "country.DE" not in _words(_tree("el"))


def test_a_demonstration_in_croatian_says_that_its_privacy_statement_is_english() -> None:
    words = _words(_tree("hr"))
    assert words["official.privacy_statement.language"] == "en"
    assert "official.privacy_statement.language" not in _words(_tree("de"))


def test_a_language_without_a_text_falls_back_openly() -> None:
    whole = made.initiative()
    texts = {code: text for code, text in whole.texts.items() if code != "mt"}
    collection = shown.Collection(made.COLLECTION, "cd" * 32, "", (), tuple(texts), b"{}")
    tree = _tree("mt", texts=texts, collection=collection)
    assert tree.get("lang") == "mt"
    title = tree.get_element_by_id("title")
    assert title.get("lang") == "en"
    assert title.text == whole.texts["en"].title
    assert "English" in tree.xpath("//div[contains(@class,'notice')]")[0].text_content()
    assert tree.xpath("//*[@id='form']") == [], "nobody signs what they cannot read"


def test_a_language_without_privacy_statement_is_read_but_not_signed() -> None:
    tree = _tree("hr", deployment="individual")
    assert tree.xpath("//*[@id='form']") == []
    assert tree.xpath("//script/@src") == [assets.bundle()["share.js"].path]
    offered = tree.xpath("//section[@id='support']//a[@hreflang]/@hreflang")
    assert len(offered) == 23
    assert "hr" not in offered
    assert _tree("de", deployment="individual").get_element_by_id("form") is not None


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting", "The collection begins on 13 April 2026."),
        ("paused", "Nothing can be sent just now."),
        ("ended", "It ended on 13 April 2027."),
        ("withdrawn", "The organisers have withdrawn this initiative."),
        ("destroyed", "all statements stored here have been destroyed"),
    ],
)
def test_when_nothing_can_be_sent_the_page_says_why_and_what_next(state: str, said: str) -> None:
    tree = _tree(state=state)
    support = tree.get_element_by_id("support")
    assert said in support.text_content()
    assert tree.xpath("//*[@id='form']|//script[contains(@src,'/form.')]|//p[@class='thumb']") == []
    assert tree.xpath("//*[@id='support-h']")


def test_a_companion_leads_to_the_central_system() -> None:
    tree = _tree(deployment="companion", collection=None, central_url="https://central.example/form")
    assert tree.xpath("//section[@id='support']//a[contains(@class,'button')]/@href") == ["https://central.example/form"]
    assert tree.xpath("//progress|//script[contains(@src,'/form.')]") == []


def test_figures_are_those_received_and_those_over_their_threshold() -> None:
    tree = _tree()
    assert "612,480 of 1,000,000 statements received" in " ".join(
        tree.xpath("//p[@class='goal-total']")[0].text_content().split()
    )
    assert "5 of 7 States" in tree.text_content()
    assert len(tree.xpath("//*[local-name()='rect' and @class='on']")) == 5
    assert "144 days" in tree.text_content()
    rows = [row.text_content() for row in tree.xpath("//table//tbody/tr/th")]
    assert rows == sorted(rows)
    assert len(rows) == 27


def test_a_beginning_without_statements_and_a_last_day() -> None:
    tree = _tree(received=0, closes_on=made.TODAY)
    assert "1 day" in tree.text_content()
    assert tree.xpath("//progress/@value") == ["0"]
    over = _tree(received=1_200_000)
    assert over.xpath("//progress/@value") == ["1000000"]


def test_numbers_that_are_not_known_are_not_shown() -> None:
    site = made.site(made.initiative())
    site._counts = lambda _: None
    tree = html.document_fromstring(site.render("/en/i/night-trains").body.decode())  # type: ignore[union-attr]
    assert tree.xpath("//progress") == []
    assert "144 days" in tree.text_content()


def test_text_of_organisers_stays_text() -> None:
    whole = made.initiative()
    bad = "<script>alert(1)</script>"
    text = shown.Text("en", bad, bad, lead=bad, annex=bad, questions=(shown.Question(bad, bad),))
    tree = _tree(texts={**whole.texts, "en": text}, maker=bad, operator=bad)
    assert {script.get("type") for script in tree.xpath("//script")} == {"module", "application/json"}
    assert all(script.get("src") or script.get("type") == "application/json" for script in tree.xpath("//script"))
    assert tree.get_element_by_id("title").text == bad


def test_partial_registration_and_a_legal_entity_are_told() -> None:
    seen = _tree(
        partial_registration=shown.PartialRegistration("Point 2 is not registered.", "https://register.example/decision"),
        legal_entity=shown.LegalEntity("Night Trains asbl", "BE"),
    ).text_content()
    assert "Only a part of this initiative was registered." in seen
    assert "Point 2 is not registered." in seen
    assert "Night Trains asbl, Belgium" in seen


def test_waiting_counts_the_days_until_it_opens() -> None:
    seen = _tree(state="waiting", opens_on=made.TODAY + timedelta(days=3)).text_content()
    assert "3 days" in seen
    assert "until it opens, on 24 November 2026" in seen


def test_an_end_tells_its_result_and_a_destruction_shows_no_figure() -> None:
    fewer = _tree(state="ended").text_content()
    assert "Fewer statements were received here than the goal asks for." in fewer
    reached = made.site(made.initiative(state="ended", goal=5), received=612_480)
    reached._counts = lambda _: shown.Counts(1_200_000, dict.fromkeys(load_procedure("eci").jurisdictions, 90000))
    page = reached.render("/en/i/night-trains")
    assert page is not None
    assert "As many statements as the goal asks for were received, in enough States." in page.body.decode()
    gone = _tree(state="destroyed")
    assert gone.xpath("//p[@class='goal-total']") == []


def test_who_reads_on_a_phone_learns_at_once_that_nothing_can_be_sent() -> None:
    early = _tree(state="paused").xpath("//section[contains(@class,'intro')]//div[contains(@class,'early')]")
    assert "Paused for the moment" in early[0].text_content()
    assert not _tree().xpath("//div[contains(@class,'early')]")


def test_blocks_stand_in_their_order_and_only_where_they_are_wanted() -> None:
    titles = _tree(blocks=("questions", "organisers")).xpath("//section[@id='asks']//h2/text()")
    assert titles == ["What it asks for", "Questions people ask", "Who organises it"]
    assert "Every State" not in _tree(blocks=("organisers",)).text_content()
    video = shown.Video("https://films.example/x", {"en": "A film"})
    link = _tree("el", video=video).xpath("//a[@href='https://films.example/x']")[0]
    assert (link.text, link.get("lang"), link.get("rel")) == ("A film", "en", "noreferrer")
