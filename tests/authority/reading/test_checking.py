"""A delivery as a whole: one State, one initiative, nothing twice, and the period that is judged by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from civium.authority.reading.checking import Asked
from civium.authority.reading.xml_file import NEW, OLD
from civium.errors import Refused
from tests.authority.reading import made

OLD_ASKED = Asked("ES", closes_on=date(2013, 11, 1))


def _refused(*paths: Path, asked: Asked | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        made.check(*paths, asked=asked)
    return caught.value


def _write(folder: Path, **files: str) -> Path:
    return made.plant(folder, {f"{name}.xml": text for name, text in files.items()})


def test_a_file_of_5_0_says_everything_itself(tmp_path: Path) -> None:
    checked = made.check(
        _write(tmp_path, lv=made.form([made.signature(n, day="" if n == 2 else "2022-07-15") for n in range(3)]))
    )
    assert (checked.size, checked.layout, checked.registration) == (3, NEW, "ECI(2022)000000")
    assert (checked.opens_on, checked.closes_on, checked.undated) == (date(2022, 1, 1), date(2022, 12, 31), 1)
    assert checked.texts["und"]["contact_persons"] == "A. Beispiel a@example.org"


def test_an_old_tree_needs_the_last_day_told(tmp_path: Path) -> None:
    files = {
        f"0001_es_{language}": made.form([made.signature(n)], country="ES", language=language, head=made.HEAD_3)
        for n, language in enumerate(("es", "ca"))
    }
    _write(tmp_path, **files)
    assert _refused(tmp_path, asked=Asked("ES")).code == "reading-period-missing"
    checked = made.check(tmp_path, asked=OLD_ASKED)
    assert (checked.layout, checked.opens_on, checked.size) == (OLD, date(2012, 5, 10), 2)
    assert set(checked.texts) == {"es", "ca"}
    assert checked.texts["ca"]["objectives"] == "Ventanas"


def test_an_old_file_need_not_name_its_initiative(tmp_path: Path) -> None:
    _write(tmp_path, a=made.form([made.signature()], country="ES", language="es", head=""))
    asked = replace(OLD_ASKED, opens_on=date(2012, 5, 10))
    assert _refused(tmp_path, asked=asked).code == "reading-registration"
    assert made.check(tmp_path, asked=replace(asked, registration="ECI(2012)000009")).size == 1


def test_another_state_is_refused_greece_in_all_its_spellings_is_not(tmp_path: Path) -> None:
    for country in ("gr", "GR", "el", "EL", " gr\n"):
        _write(tmp_path, a=made.form([made.signature(groups=made.group("general", {}))], country=country))
        assert made.check(tmp_path, asked=Asked("EL")).size == 1
    refused = _refused(tmp_path)
    assert (refused.code, refused.facts["jurisdiction"]) == ("reading-other-state", "LV")
    _write(tmp_path, a=made.form([], country="lv"), b=made.form([made.signature()], country="lt"))
    assert _refused(tmp_path).facts["file"] == 2


def test_two_initiatives_are_not_read_together(tmp_path: Path) -> None:
    _write(tmp_path, a=made.form([made.signature(1)]), b=made.form([made.signature(2)]).replace("(2022)000000", "(2022)000001"))
    refused = _refused(tmp_path)
    assert (refused.code, refused.facts["file"]) == ("reading-initiatives-mixed", 2)


def test_copies_word_for_word_are_taken_once_and_differing_ones_are_refused(tmp_path: Path) -> None:
    one = made.form([made.signature(n) for n in range(4)])
    _write(tmp_path, a=one, b=made.form([made.signature(n) for n in (9, 3, 1)]))
    checked = made.check(tmp_path)
    assert (checked.size, checked.copies, checked.total) == (5, {5, 6}, 7)
    for changed in (one.replace("Jānis 2", "Juris"), one.replace("2022-07-15", "2022-07-16")):
        _write(tmp_path, b=changed)
        refused = _refused(tmp_path)
        assert refused.code == "reading-identifier-twice"
    assert (refused.facts["file"], refused.facts["other_file"]) == (2, 1)


def test_a_statement_without_a_uuid_is_named_by_its_place(tmp_path: Path) -> None:
    _write(tmp_path, a=made.form([made.signature(1, name="7f1d77f8-4573-4396-a7bd-39616cXYZ"), made.signature(2, name="")]))
    checked = made.check(tmp_path)
    assert (checked.size, checked.named_by_place) == (2, 2)
    assert [str(told.name) for told in checked.readers[0].statements()] == [f"00000001-0000-8000-8000-{n:012d}" for n in (1, 2)]


def test_the_number_announced_is_compared_and_gaps_are_accepted_knowingly(tmp_path: Path) -> None:
    _write(tmp_path, **{"0001_lv_lv": made.form([made.signature(1)]), "0003_lv_lv": made.form([made.signature(3)])})
    assert _refused(tmp_path).facts == {"missing": 1}
    asked = Asked("LV", accepts_gaps=True, announced=2)
    assert made.check(tmp_path, asked=asked).size == 2
    refused = _refused(tmp_path, asked=replace(asked, announced=3))
    assert (refused.code, refused.facts) == ("reading-number-differs", {"announced": 3, "found": 2})


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<startOfTheCollectionPeriod>2022-01-01", "<startOfTheCollectionPeriod>2023-01-01", "reading-period"),
        ("<endOfTheCollectionPeriod>2022-12-31", "<endOfTheCollectionPeriod>31/31/2022", "reading-period"),
        ("<endOfTheCollectionPeriod>2022-12-31", "<endOfTheCollectionPeriod>", "reading-period-missing"),
        ("ECI(2022)000000", "ECI\u202e(2022)", "reading-registration"),
    ],
)
def test_a_period_or_number_that_cannot_be_is_asked_for(tmp_path: Path, old: str, new: str, code: str) -> None:
    raw = made.form([made.signature()])
    assert old in raw
    _write(tmp_path, a=raw.replace(old, new))
    assert _refused(tmp_path).code == code
    told = Asked("LV", opens_on=date(2022, 1, 1), closes_on=date(2022, 12, 31), registration="ECI(2022)000000")
    assert made.check(tmp_path, asked=told).size == 1


def test_files_that_tell_different_periods_are_refused_until_the_officer_tells(tmp_path: Path) -> None:
    _write(tmp_path, a=made.form([made.signature(1)]), b=made.form([made.signature(2)]).replace("2022-12-31", "2022-12-30"))
    assert _refused(tmp_path).code == "reading-periods-differ"
    assert made.check(tmp_path, asked=Asked("LV", closes_on=date(2022, 12, 31))).closes_on == date(2022, 12, 31)


def test_a_time_before_any_form_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, a=made.form([], country="ee").replace("2022-", "2014-"))
    assert _refused(tmp_path, asked=Asked("EE")).code == "reading-before-forms"


def test_titles_of_many_languages_stay_within_the_head_of_a_working_file(tmp_path: Path) -> None:
    long = made.HEAD_5.replace("Night &amp; trains", "\U0001f682" * 60_000)
    files = {f"{n}.xml": made.form([made.signature(n)], language=f"x{chr(97 + n)}", head=long) for n in range(25)}
    texts = made.check(made.plant(tmp_path / "many", files)).texts
    assert 1 <= len(texts) < 20
    assert sum(len(text.encode()) for told in texts.values() for text in told.values()) <= 1 << 22
