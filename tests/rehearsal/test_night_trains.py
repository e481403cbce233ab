"""The demonstration's invented initiative: complete in 24 languages, within the register's limits, and plainly invented."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from civium.law.procedure import load_procedure

FOLDER = files("civium.rehearsal") / "night_trains"
TEXTS = (
    "title", "objectives", "lead", "annex", "treaties", "additional_information", "draft_act", "language_note", "share_text", "thanks_note"
)  # fmt: skip
# Annex II of Regulation (EU) 2019/788: the title with its spaces, the others without.
LONGEST_TITLE, LONGEST_OBJECTIVES, LONGEST_ANNEX, LONGEST_SHARE = 100, 1_100, 5_000, 200
GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
BULGARIAN = "абвгдежзийклмнопрстуфхцчшщъьюяѝ"
LATIN = "abcdefghijklmnopqrstuvwxyz"
ACCENTED = {
    "cs": "áčďéěíňóřšťúůýž", "da": "æøåé", "de": "äöüß", "en": "", "es": "áéíñóúü", "et": "äõöüšž", "fi": "äöå",
    "fr": "àâæçéèêëîïôœùûüÿ", "ga": "áéíóú", "hr": "čćđšž", "hu": "áéíóöőúüű", "it": "àèéìòù", "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž", "mt": "ċġħżà", "nl": "éëïóö", "pl": "ąćęłńóśźż", "pt": "áâãàçéêíóôõúº", "ro": "ăâîșț",
    "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž", "sv": "åäöé",
}  # fmt: skip
LETTERS = {"el": set(GREEK), "bg": set(BULGARIAN)} | {language: set(LATIN + more) for language, more in ACCENTED.items()}
LANGUAGES = tuple(sorted(LETTERS))
# Words that no other of the 24 languages has: each would be a piece of English left behind.
ENGLISH_ONLY = {"the", "and", "night", "which", "with", "capitals", "should", "whole", "citizens"}
PLACEHOLDER = re.compile(r"[{}<>\[\]|\\_*]|%[sd(]|…|\.\.\.|TODO|XXX|[Ll]orem|[Ii]psum")
NOT_ITEM_OR_HEADING = re.compile(r"^(?:[-*•] ?|#+ ?)$", re.MULTILINE)

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_translation = pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])


@cache
def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return read


def _strings(language: str) -> dict[str, str]:
    """Every string that a reader of this language can meet, by its place."""
    text = _read(language)
    found = {name: text[name] for name in TEXTS}
    for number, item in enumerate(text["organiser_questions"]):
        found |= {f"question {number}": item["question"], f"answer {number}": item["answer"]}
    return found


def _without_spaces(text: str) -> int:
    return sum(not character.isspace() for character in text)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))


def _headings(language: str) -> list[str]:
    return [line.removeprefix("## ") for line in _read(language)["annex"].split("\n") if line.startswith("## ")]


def _items(language: str) -> list[str]:
    return [line.removeprefix("- ") for line in _read(language)["objectives"].split("\n") if line.startswith("- ")]


def test_there_is_a_file_for_each_of_the_24_languages_and_no_other() -> None:
    found = {entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".json")}
    assert found == {f"{language}.json" for language in LANGUAGES} | {"initiative.json"}
    assert _read("initiative")["languages"] == list(LANGUAGES)
    assert len(LANGUAGES) == 24


@each_language
def test_a_language_has_every_text_and_nothing_unknown(language: str) -> None:
    text = _read(language)
    assert set(text) == {*TEXTS, "organiser_questions"}
    assert [set(item) for item in text["organiser_questions"]] == [{"question", "answer"}] * 4
    assert all(isinstance(one, str) and one.strip() == one and one for one in _strings(language).values())


@each_language
def test_the_texts_keep_to_the_limits_of_the_register(language: str) -> None:
    text = _read(language)
    assert len(text["title"]) <= LONGEST_TITLE
    assert _without_spaces(text["objectives"]) <= LONGEST_OBJECTIVES
    assert 1_000 < _without_spaces(text["annex"]) <= LONGEST_ANNEX
    assert len(text["share_text"]) <= LONGEST_SHARE


@each_translation
def test_no_english_is_left_in_a_translation(language: str) -> None:
    original = _strings("en")
    for place, text in _strings(language).items():
        assert text != original[place], place
        assert not _words(text) & ENGLISH_ONLY, place


def test_no_two_languages_share_a_text() -> None:
    for place in ("title", "objectives", "lead", "annex", "draft_act", "share_text", "thanks_note"):
        assert len({_strings(language)[place] for language in LANGUAGES}) == 24, place


@each_language
def test_a_text_uses_only_the_letters_of_its_language(language: str) -> None:
    for place, text in _strings(language).items():
        strange = {letter for word in _words(text) for letter in word} - LETTERS[language]
        assert not strange, f"{place}: {sorted(strange)}"


@each_language
def test_texts_are_composed_and_hold_no_control_character(language: str) -> None:
    for text in [json.dumps(_read(language), ensure_ascii=False), *_strings(language).values()]:
        assert unicodedata.is_normalized("NFC", text)
    for text in _strings(language).values():
        assert not [letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn"} and letter != "\n"]


@each_language
def test_typography_is_that_of_print(language: str) -> None:
    for place, text in _strings(language).items():
        assert not set(text) & {"'", '"', "`", "´", "\t"}, place
        assert not re.search(r"[^\S\n]{2}| \n|\n |\n{3}", text), place
        assert not re.search(r" [,.]", text), place
        assert not PLACEHOLDER.search(text), place
        assert not NOT_ITEM_OR_HEADING.search(text), place


def test_french_marks_stand_behind_a_space_that_does_not_break() -> None:
    for place, text in _strings("fr").items():
        assert not re.search(r"[^\u00a0][:;!?]", text), place


def test_spanish_questions_and_calls_open_as_they_close() -> None:
    for place, text in _strings("es").items():
        assert text.count("¿") == text.count("?"), place
        assert text.count("¡") == text.count("!"), place


@each_language
def test_a_question_ends_as_one_and_its_answer_does_not(language: str) -> None:
    mark = ";" if language == "el" else "?"
    for item in _read(language)["organiser_questions"]:
        assert item["question"].endswith(mark)
        assert item["answer"].endswith(".")


@each_language
def test_three_demands_are_the_three_headings_of_the_annex(language: str) -> None:
    assert len(_headings(language)) == 3
    assert [item.split(".", 1)[0] for item in _items(language)] == _headings(language)
    blocks = _read(language)["annex"].split("\n\n")
    assert [block.startswith("## ") for block in blocks] == [False, True, False, True, False, True, False]


@each_translation
def test_years_articles_and_acts_are_the_same_in_every_language(language: str) -> None:
    def numbers(text: str) -> Counter[str]:
        return Counter(number for number in re.findall(r"\d+", text) if number.strip("0"))

    original = _strings("en")
    for place, text in _strings(language).items():
        assert numbers(text) == numbers(original[place]), place


def test_the_initiative_is_plainly_a_demonstration() -> None:
    common = _read("initiative")
    assert common["deployment"] == "demonstration"
    assert common["registration_number"] == "DEMO-NIGHT-TRAINS"
    assert not re.search(r"ECI|\d", common["registration_number"].replace("DEMO-", "", 1))
    assert common["register_url"] is None
    assert common["legal_entity"] is None
    assert common["partial_registration"] is None


def test_every_address_lies_in_a_name_reserved_for_examples() -> None:
    """RFC 2606: nobody owns a name under .example or example.org."""
    written = (FOLDER / "initiative.json").read_text(encoding="utf-8")
    hosts = re.findall(r"(?:@|https?://)([^/\"\s]+)", written)
    assert len(hosts) >= 6
    assert all(host.endswith(".example") or host == "example.org" for host in hosts)


def test_the_dates_could_be_those_of_a_real_initiative() -> None:
    """Art. 8(1): a period of 12 months, begun within six months of registration; and it runs today."""
    common = _read("initiative")
    registered, start, end = (common[f"{name}_on_offset_days"] for name in ("registered", "collection_start", "collection_end"))
    assert registered <= start <= registered + 181
    assert end - start == 365
    assert start < 0 < end


def test_the_group_of_organisers_could_be_registered() -> None:
    """Art. 5(1) and (2): at least seven people who live in at least seven Member States."""
    organisers = _read("initiative")["organisers"]
    assert Counter(one["role"] for one in organisers) == {"representative": 1, "substitute": 1, "member": 5}
    residences = {one["country_of_residence"] for one in organisers}
    assert len(residences) == len({one["name"] for one in organisers}) == 7
    assert residences <= {place.iso for place in load_procedure("eci").jurisdictions.values()}
    assert all(one["email"] for one in organisers if one["role"] != "member")


def test_funding_adds_up() -> None:
    funding = _read("initiative")["funding"]
    assert sum(source["amount"] for source in funding["sources"]) == funding["total"]
    assert len(funding["sources"]) == 4


def test_the_provisions_named_in_the_texts_are_those_of_the_initiative() -> None:
    articles = [provision["article"] for provision in _read("initiative")["treaty_provisions"]]
    assert articles == [90, 91, 170, 171, 172]
    for language in LANGUAGES:
        assert re.findall(r"\d+", _read(language)["treaties"]) == ["90", "91", "170", "172"], language


def test_colour_and_goal_are_what_set_up_expects() -> None:
    common = _read("initiative")
    assert re.fullmatch(r"#[0-9a-f]{6}", common["theme_colour"])
    assert common["goal"] == 1_000_000
    assert common["original_language"] in common["languages"]
