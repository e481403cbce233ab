"""The comparison: every field on both sides, marked where they differ; what may be taken over after go-live."""

from __future__ import annotations

import dataclasses

import pytest

from civium.errors import Refused
from civium.server.register.comparing import Row, check_may_be_taken_over, compare
from civium.server.register.reading import read
from civium.server.register.registered import Registered

from . import files

LOADED = read(files.details())


def _row(rows: tuple[Row, ...], field: str, language: str = "") -> Row:
    return next(row for row in rows if (row.field, row.language) == (field, language))


def _changed(language: str, **lines: str) -> Registered:
    text = dataclasses.replace(LOADED.texts[language], **lines)
    return dataclasses.replace(LOADED, texts={**LOADED.texts, language: text})


def test_the_same_file_differs_in_nothing_and_everything_is_listed() -> None:
    rows = compare(LOADED, LOADED, is_live=True)
    assert {row.standing for row in rows} == {"same"}
    assert {"number", "registered_on", "opens_on", "closes_on", "website", "organiser", "officer", "is_partial"} <= {
        row.field for row in rows
    }
    assert [(row.field, row.language) for row in rows if row.language] == [
        ("title", "el"),
        ("objectives", "el"),
        ("annex", "el"),
        ("title", "en"),
        ("objectives", "en"),
    ]
    check_may_be_taken_over(rows, is_live=True)


def test_a_changed_word_is_marked_on_both_sides() -> None:
    rows = compare(LOADED, _changed("en", objectives="We ask for day trains."), is_live=False)
    row = _row(rows, "objectives", "en")
    before, after = row.pieces
    assert row.standing == "differs"
    assert [piece.text for piece in before if piece.is_marked] == ["night"]
    assert [piece.text for piece in after if piece.is_marked] == ["day"]
    assert "".join(piece.text for piece in before) == "We ask for night trains."


def test_a_new_language_and_one_that_is_gone_are_seen() -> None:
    without_greek = dataclasses.replace(LOADED, texts={"en": LOADED.texts["en"]})
    assert _row(compare(without_greek, LOADED, is_live=True), "title", "el").standing == "new"
    gone = compare(LOADED, without_greek, is_live=True)
    assert _row(gone, "title", "el").standing == "missing"
    with pytest.raises(Refused) as refused:
        check_may_be_taken_over(gone, is_live=True)
    assert (refused.value.code, refused.value.facts) == ("register-text-missing", {"language": "el"})
    check_may_be_taken_over(gone, is_live=False)


@pytest.mark.parametrize(
    ("registered", "what"),
    [
        (_changed("en", title="Night buses"), "title-en"),
        (_changed("el", objectives="x"), "objectives-el"),
        (_changed("el", annex=""), "annex-el"),
        (_changed("en", annex="An annex that nobody saw"), "annex-en"),
        (dataclasses.replace(LOADED, number="ECI(2026)000008"), "number"),
        (dataclasses.replace(LOADED, registered_on=LOADED.registered_on.replace(day=3)), "registered_on"),
        (dataclasses.replace(LOADED, original_language="el"), "original_language"),
    ],
)
def test_what_is_signed_does_not_change_once_live(registered: Registered, what: str) -> None:
    rows = compare(LOADED, registered, is_live=True)
    with pytest.raises(Refused) as refused:
        check_may_be_taken_over(rows, is_live=True)
    assert (refused.value.code, refused.value.facts) == ("register-text-changed", {"what": what})
    check_may_be_taken_over(compare(LOADED, registered, is_live=False), is_live=False)


def test_a_new_language_and_another_group_may_come_once_live() -> None:
    people = (*LOADED.organisers[:1], dataclasses.replace(LOADED.organisers[1], name="Ulla Saarikangas"))
    registered = dataclasses.replace(LOADED, organisers=people)
    rows = compare(dataclasses.replace(LOADED, texts={"en": LOADED.texts["en"]}), registered, is_live=True)
    assert [(row.loaded, row.registered) for row in rows if row.field == "organiser" and row.standing != "same"] == [
        ("substitute, Tomaž Breznikar, SI", ""),
        ("", "substitute, Ulla Saarikangas, SI"),
    ]
    check_may_be_taken_over(rows, is_live=True)


def test_what_xml_does_not_tell_is_not_compared() -> None:
    rows = compare(LOADED, read(files.export(people=files.PEOPLE[:2])), is_live=True)
    assert not {"annex", "officer", "is_partial", "opens_on", "closes_on"} & {row.field for row in rows}
    assert {row.standing for row in rows if row.field == "organiser"} == {"same"}


def test_a_demonstrations_number_is_its_own() -> None:
    assert "number" not in {row.field for row in compare(LOADED, LOADED, is_live=False, keeps_number=True)}


def test_a_text_without_end_is_compared_whole() -> None:
    long = " ".join(str(number) for number in range(5_000))
    row = _row(compare(LOADED, _changed("el", annex=long), is_live=False), "annex", "el")
    assert [len(pieces) for pieces in row.pieces] == [1, 1]
