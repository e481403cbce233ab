"""From files to the working file and back: nothing lost, resumed where it stopped, the same bytes of rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree

from civium.authority import working_file
from civium.authority.commission_xml import InitiativeData, schema, write_xml
from civium.authority.judging import ACCEPTED
from civium.authority.opened import KIND
from civium.authority.policy import Policy
from civium.authority.reading.checking import Asked, check_delivery
from civium.authority.reading.columns import Columns
from civium.authority.reading.delivery import delivered
from civium.authority.reading.working import facts_of, read_into
from civium.authority.results import Result
from civium.authority.rows import OpenedRow, decode_rows, read_leaf
from civium.authority.settling import SettledRow
from civium.authority.verification import VerdictRow
from civium.errors import Refused, Untrusted
from civium.law.procedure import form_of, load_procedure
from tests.authority.build import authority_key, statement
from tests.authority.reading import made

PROCEDURE = load_procedure()
OPENS_ON, CLOSES_ON, DAY = date(2026, 3, 2), date(2026, 9, 1), date(2026, 5, 4)
ABOUT = InitiativeData(
    "ECI(2026)000001",
    OPENS_ON,
    CLOSES_ON,
    "https://example.org/r",
    "<&> ]]>",
    "Beds\n& windows",
    "A. Beispiel",
    "https://example.org",
)
VALUES = {
    "full_first_names": 'Żółć ]]> <b>&amp;</b> O\'Brien "Bob"',
    "family_names": "Ǆ\u200bß עברית",
    "date_of_birth": "1980-02-29",
    "residence_street": "Οδός Ονείρων",
    "residence_number": "7/a",
    "residence_postal_code": "0012-x",
    "residence_city": "Ruse Русе",
    "residence_country": "GR",
    "id_number": "00-ab 1",
}


def _result(fields: dict[str, str], name: str) -> Result:
    row = VerdictRow(ACCEPTED, 0, 0, 0, 0, read_leaf(DAY, UUID(name), bytes(16)), "")
    return Result(statement(fields), SettledRow(row, ACCEPTED, 0, False))


@pytest.mark.parametrize("code", sorted(PROCEDURE.jurisdictions))
def test_what_we_write_fits_our_schema_and_is_read_back_without_loss(code: str, tmp_path: Path) -> None:
    form = form_of(PROCEDURE, code, DAY)
    kinds = [number.id for number in form.numbers] or [""]
    told = [{field: VALUES.get(field, kind) for field in form.fields} for kind in kinds]
    told += [
        {field: value for field, value in told[0].items() if field != left_out} for left_out in told[0] if left_out != "id_number"
    ]
    results = [_result(fields, made.identifier(n)) for n, fields in enumerate(told)]
    stream = io.BytesIO()
    place = PROCEDURE.jurisdictions[code]
    assert write_xml(stream, results, jurisdiction=place, procedure=PROCEDURE, about=ABOUT) == len(told)
    schema().assertValid(etree.fromstring(stream.getvalue()))
    path = made.plant(tmp_path, {f"{place.export_code}.xml": stream.getvalue()}) / f"{place.export_code}.xml"
    rows = made.read_rows(tmp_path, [path], Asked(code))
    assert [row.received_on for row in rows] == [DAY] * len(told)
    assert [str(row.identifier) for row in rows] == [made.identifier(n) for n in range(len(told))]
    for fields, row in zip(told, rows, strict=True):
        expected = {name: value for name, value in fields.items() if name != "id_type" or form.numbers}
        if "id_type" not in expected and "id_number" in expected:
            expected["id_type"] = "other_1"  # a number without its kind is written as another number
        assert made.statement_of(row).fields == expected
    head = made.check(path, asked=Asked(code))
    assert (head.registration, head.opens_on, head.closes_on) == (ABOUT.registration_number, OPENS_ON, CLOSES_ON)
    assert head.texts["und"] == {
        "title": ABOUT.title,
        "objectives": ABOUT.objectives,
        "register_url": ABOUT.register_address,
        "website": ABOUT.website,
        "contact_persons": ABOUT.contact_persons,
    }


def test_our_file_is_built_as_the_published_ones_are(tmp_path: Path) -> None:
    """The elements and their order, apart from the order of groups, which differs among the published files too."""
    fields = {"full_first_names": "Jānis 1", "family_names": "Lāce", "id_number": "32100000001", "id_type": "personas_kods"}
    stream = io.BytesIO()
    write_xml(
        stream,
        [_result(fields, made.identifier(1))],
        jurisdiction=PROCEDURE.jurisdictions["LV"],
        procedure=PROCEDURE,
        about=ABOUT,
    )

    def shape(element: etree._Element) -> tuple[object, ...]:
        inner = [shape(child) for child in element if isinstance(child.tag, str)]
        return (element.tag, *(sorted(inner, key=repr) if element.tag == "groups" else inner))

    published = etree.fromstring(made.form([made.signature(1)]))
    assert shape(etree.fromstring(stream.getvalue())) == shape(published)
    schema().assertValid(published)
    assert (
        made.statement_of(
            made.read_rows(tmp_path, [made.plant(tmp_path, {"lv.xml": stream.getvalue()}) / "lv.xml"], Asked("LV"))[0]
        ).fields
        == fields
    )


def test_what_a_statement_cannot_hold_is_counted_and_unreadable(tmp_path: Path) -> None:
    long = [made.group("general", {"family.names": "x" * size}) for size in (1024, 1025)]
    many = made.group("general", {f"other.{n}": "x" * 1000 for n in range(5)})
    path = tmp_path / "lv.xml"
    path.write_text(made.form([made.signature(n, groups=groups) for n, groups in enumerate((*long, many))]), "utf-8")
    rows = made.read_rows(tmp_path, [path], Asked("LV"))
    assert len(made.statement_of(rows[0]).fields["family_names"]) == 1024
    for row in rows[1:]:
        with pytest.raises(Refused, match="statement-malformed"):
            made.statement_of(row)


def test_statements_without_a_day_are_of_the_last_day(tmp_path: Path) -> None:
    path = made.plant(tmp_path, {"lv.xml": made.form([made.signature(day="")])}) / "lv.xml"
    assert made.read_rows(tmp_path, [path], Asked("LV"))[0].received_on == date(2022, 12, 31)


def _rows(target: Path) -> list[OpenedRow]:
    opened = working_file.load(target, authority_key("LV"), kind=KIND)
    return [row for _, chunk in opened.chunks() for row in decode_rows(chunk)]


def test_it_goes_on_where_it_stopped_and_gives_the_same_rows(tmp_path: Path) -> None:
    files = {f"000{n}_lv_lv.xml": made.form(made.signature(700 * n + k) for k in range(700)) for n in (1, 2)}
    tree = made.plant(tmp_path / "lv", {**files, "x/0001_lv_lv.xml": files["0001_lv_lv.xml"]})
    key, policy = authority_key("LV"), Policy("LV")

    class Stopped(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done >= 1024:
            raise Stopped

    with delivered((tree,)) as delivery:
        checked = check_delivery(delivery, Asked("LV"), told=made.hear_nothing, remarked=lambda _file, _found: None)
        assert (checked.size, len(checked.copies)) == (1400, 700)
        read_into(checked, tmp_path / "whole", key=key, policy=policy, told=made.hear_nothing)
        with pytest.raises(Stopped):
            read_into(checked, tmp_path / "stopped", key=key, policy=policy, told=stop)
        assert not (tmp_path / "stopped").exists()
        assert read_into(checked, tmp_path / "stopped", key=key, policy=policy, told=made.hear_nothing) == 1024
        with pytest.raises(Refused, match="file-exists"):
            read_into(checked, tmp_path / "whole", key=key, policy=policy, told=made.hear_nothing)
        with pytest.raises(Refused, match="policy-foreign"):
            read_into(checked, tmp_path / "other", key=key, policy=Policy("LT"), told=made.hear_nothing)
    assert [(row.leaf, row.plaintext) for row in _rows(tmp_path / "whole")] == [
        (row.leaf, row.plaintext) for row in _rows(tmp_path / "stopped")
    ]
    assert len({row.identifier for row in _rows(tmp_path / "whole")}) == 1400


def test_a_table_is_not_read_on_with_another_description_than_it_was_begun_with(tmp_path: Path) -> None:
    path = (
        made.plant(tmp_path, {"t.csv": "Kods;A;B\n" + "".join(f"{n};Anna;Ozola\n" for n in range(32100000000, 32100001100))})
        / "t.csv"
    )
    wrong = Columns(columns={"Kods": "id_number", "A": "family_names", "B": "full_first_names"})
    right = replace(wrong, columns={"Kods": "id_number", "A": "full_first_names", "B": "family_names"})
    told = Asked("LV", registration="ECI(2026)000001", opens_on=date(2026, 3, 2), closes_on=date(2026, 9, 1))

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    def read(columns: Columns, told_how: Callable[[int, int], None]) -> int:
        with delivered((path,)) as delivery:
            checked = check_delivery(
                delivery, replace(told, columns=columns), told=made.hear_nothing, remarked=lambda _file, _found: None
            )
            return read_into(checked, tmp_path / "x", key=authority_key("LV"), policy=Policy("LV"), told=told_how)

    with pytest.raises(KeyboardInterrupt):
        read(wrong, stop)
    with pytest.raises(Refused, match="work-of-another"):
        read(right, made.hear_nothing)
    assert read(wrong, made.hear_nothing) == 512


def test_a_file_that_changes_between_looking_and_reading_is_noticed(tmp_path: Path) -> None:
    path = made.plant(tmp_path, {"lv.xml": made.form([made.signature(1)])}) / "lv.xml"
    with delivered((path,)) as delivery:
        checked = check_delivery(delivery, Asked("LV"), told=made.hear_nothing, remarked=lambda _file, _found: None)
        path.write_text(made.form([made.signature(2)]), "utf-8")
        with pytest.raises(Untrusted, match="reading-changed"):
            read_into(checked, tmp_path / "x", key=authority_key("LV"), policy=Policy("LV"), told=made.hear_nothing)
    assert not (tmp_path / "x").exists()


def test_the_facts_say_whose_word_it_is_and_hold_nobody(tmp_path: Path) -> None:
    path = made.plant(tmp_path, {"lv.xml": made.form([made.signature(1, day="")])}) / "lv.xml"
    checked = made.check(path, asked=replace(Asked("LV"), announced=1))
    facts = facts_of(checked, Policy("LV"))
    assert facts["export"]["kind"] == "read"
    assert facts["export"]["root"] == ""
    assert facts["read"] == {
        "layout": "commission-5.0",
        "files": 1,
        "copies": 0,
        "undated": 1,
        "gaps": 0,
        "announced": 1,
        "unknown": 0,
        "named_by_place": 0,
        "columns": "",
    }
    assert "Lāce" not in repr(facts)
    assert facts["export"]["sha256"] == sha256(path.read_bytes()).hexdigest()


def test_a_zip_of_a_tree_gives_the_rows_of_the_tree(tmp_path: Path) -> None:
    tree = made.plant(
        tmp_path / "export",
        {
            f"2013-11-02_10-00-00/ES/{language}/000{n}_ES_{language}.xml": made.form(
                [made.signature(10 * n + place, groups=made.group("id", {"id.card": f"{n}{place}T"}), day="2013-05-01+02:00")],
                country="ES",
                language=language,
                head=made.HEAD_3,
            )
            for place, language in enumerate(("es", "ca"))
            for n in (1, 2)
        },
    )
    with zipfile.ZipFile(tmp_path / "dvd.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(tree.rglob("*.xml")):
            archive.write(path, path.relative_to(tmp_path))
    asked = Asked("ES", closes_on=date(2013, 11, 1))
    rows = [
        made.read_rows(made.plant(tmp_path / name, {}), [source], asked)
        for name, source in (("a", tree), ("b", tmp_path / "dvd.zip"))
    ]
    assert [(row.leaf, row.plaintext) for row in rows[0]] == [(row.leaf, row.plaintext) for row in rows[1]]
    assert [made.statement_of(row).language for row in rows[0]] == ["ca", "ca", "es", "es"]
    assert {row.received_on for row in rows[0]} == {date(2013, 5, 1)}
