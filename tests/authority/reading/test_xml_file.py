"""One XML file: the layouts as described, and what hostile or damaged files do."""

from __future__ import annotations

import io
import random
import tracemalloc
from collections import Counter
from datetime import date

import pytest

from civium.authority.reading.properties import PropertyReader
from civium.authority.reading.told import Told, row_of
from civium.authority.reading.xml_file import NEW, OLD, XmlFile
from civium.errors import Refused
from civium.law.procedure import load_procedure
from tests.authority.reading import made

PROCEDURE = load_procedure()


def _file(raw: str | bytes, jurisdiction: str = "LV") -> XmlFile:
    reader = PropertyReader.of(PROCEDURE, PROCEDURE.jurisdictions[jurisdiction].numbers)
    return XmlFile(io.BytesIO(raw if isinstance(raw, bytes) else raw.encode()), 3, reader)


def _read(raw: str | bytes, jurisdiction: str = "LV") -> list[Told]:
    return list(_file(raw, jurisdiction).statements())


def _refused(raw: str | bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        _read(raw)
    assert caught.value.facts["file"] == 3
    return caught.value


def test_a_file_of_5_0_as_published_examples_have_it() -> None:
    xml = _file(made.form([made.signature(1), made.signature(2, day="")]))
    one, two = xml.statements()
    assert (one.identifier, one.received_on, one.language, one.rules) == (
        made.identifier(1),
        date(2022, 7, 15),
        "und",
        "commission-5.0-annex-1",
    )
    assert one.fields == {
        "full_first_names": "Jānis 1",
        "family_names": "Lāce",
        "id_number": "32100000001",
        "id_type": "personas_kods",
    }
    assert (two.number, two.received_on) == (2, None)
    assert xml.layout == NEW
    assert xml.head["title"] == "Night & trains"
    assert xml.unknown == 0


def test_a_file_of_the_old_tree_with_a_language_and_white_space_between_everything() -> None:
    groups = made.group("general", {"firstname": " Ana ", "lastname": "Vía", "place.of.birth": "Cádiz"}) + made.group(
        "id", {"id.card": "1T"}
    )
    raw = made.form([made.signature(1, groups=groups, revision="")], country="ES", language="es", head=made.HEAD_3)
    xml = _file(raw.replace("><", ">\n\t<"), "ES")
    (one,) = xml.statements()
    assert xml.layout == OLD
    assert (one.language, one.rules) == ("es", "commission-1-3")
    assert one.fields == {
        "full_first_names": "Ana",
        "family_names": "Vía",
        "place_of_birth": "Cádiz",
        "id_number": "1T",
        "id_type": "dni",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_and_without_its_mark(encoding: str) -> None:
    told = "utf-16" if encoding == "utf-16" else "UTF-8"
    raw = made.form([made.signature()], start=f'<?xml version="1.0" encoding="{told}"?>').encode(encoding)
    assert _read(raw)[0].fields["family_names"] == "Lāce"


@pytest.mark.parametrize("told", ["UTF-7", "ISO-8859-1", "windows-1257", "x" * 40, "utf-32", "cp037"])
def test_another_encoding_is_refused_before_anything_is_read_by_it(told: str) -> None:
    space = " " * 500
    assert (
        _refused(made.form([made.signature()], start=f'<?xml version="1.0"{space}encoding="{told}"?>')).code == "reading-encoding"
    )


def test_a_declaration_that_lies_about_utf_16_is_refused() -> None:
    start = '<?xml version="1.0" encoding="UTF-16"?>'
    assert _refused(made.form([made.signature()], start=start)).code == "reading-not-xml"
    raw = made.form([made.signature()], start='<?xml version="1.0" encoding="UTF-8"?>')
    assert _refused(raw.encode("utf-16")).code == "reading-not-xml"
    assert _refused("+ADw-supportForm+AD4-").code == "reading-not-xml"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE supportForm [{LAUGHS}]>",
        '<!DOCTYPE supportForm [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE supportForm SYSTEM "http://example.org/x.dtd">',
        '<!DOCTYPE supportForm [<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;]>',
        "<!DOCTYPE supportForm>",
    ],
)
def test_a_doctype_is_refused_at_its_first_sign(doctype: str) -> None:
    evil = made.group("general", {"family.names": "x"}).replace("<![CDATA[x]]>", "&l9;&x;")
    assert _refused(made.form([made.signature(groups=evil)], start=doctype)).code == "reading-doctype"


def test_an_entity_without_a_doctype_is_no_xml() -> None:
    assert _refused(made.form([made.signature()]).replace("Lāce", "]]>&x;<![CDATA[")).code == "reading-not-xml"


@pytest.mark.parametrize("end", [-1, -20, -120, 700])
def test_a_file_that_was_cut_is_refused(end: int) -> None:
    refused = _refused(made.form([made.signature(1), made.signature(2)]).encode()[:end])
    assert refused.code == "reading-not-xml"
    assert refused.facts["line"] == 1


def test_a_text_of_ten_megabytes_ends_the_reading_in_constant_memory() -> None:
    start, end = made.form([made.signature()]).split("Lāce")
    for raw in (start + "x" * 10_000_000 + end, start + "]]></value>" + "<!--" + "x" * 10_000_000 + "-->" + end):
        whole = raw.encode()
        tracemalloc.start()
        assert _refused(whole).code == "reading-text-long"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()


def test_many_statements_need_no_more_memory_than_few() -> None:
    raw = made.form(made.signature(n) for n in range(4000)).encode()
    tracemalloc.start()
    assert sum(1 for _ in _file(raw).statements()) == 4000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(raw) / 4


def test_a_long_single_tag_is_refused() -> None:
    raw = made.form([made.signature()]).replace("<signatures>", f'<signatures a="{"x" * 3_000_000}">')
    assert _refused(raw).code == "reading-text-long"


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("<forCountry>lv</forCountry>", "", "forCountry"),
        ("supportForm", "html", "supportForm"),
        ("<signatoryInfo>", "<forCountry>lt</forCountry><signatoryInfo>", "signature"),
        ("<signatoryInfo><groups>", "<signatoryInfo>", "signatoryInfo"),
        ("<key>oct.property.family.names</key>", "", "property"),
        ("<value><![CDATA[Lāce]]></value>", "<value>a</value><value>b</value>", "value"),
        ("<submissionDate>", "<submissionDate>2022-01-01</submissionDate><submissionDate>", "submissionDate"),
        ("<signatoryInfo>", "stray<signatoryInfo>", "signature"),
        ("<value><![CDATA[Lāce]]></value>", "<value>L<b>ā</b>ce</value>", "value"),
        ("oct.property.family.names", "oct.property.full.first.names", "key"),
    ],
)
def test_what_stands_in_the_wrong_place_is_refused_with_its_element(old: str, new: str, element: str) -> None:
    raw = made.form([made.signature()])
    assert old in raw
    raw = raw.replace(old, new).replace("</groups>", "") if "groups" in old else raw.replace(old, new)
    refused = _refused(raw)
    assert (refused.code, refused.facts["element"]) == ("reading-structure", element)


def test_what_the_layout_does_not_have_is_counted_and_passed_over() -> None:
    raw = made.form([made.signature()]).replace("<annexRevision>", "<supportType><a>eID</a><b/></supportType><annexRevision>")
    xml = _file(raw.replace("<title>", "<logo>x</logo><title>"))
    assert len(list(xml.statements())) == 1
    assert xml.unknown == 2


def test_values_that_are_still_sealed_are_refused() -> None:
    refused = _refused(
        made.form([made.signature(), made.signature(2, groups=made.group("general", {"family.names": "0aF9" * 256}))])
    )
    assert (refused.code, refused.facts["statement"]) == ("reading-sealed", 2)


def test_one_value_that_looks_sealed_is_what_somebody_typed_and_stops_nobody_elses() -> None:
    hostile = made.group("general", {"full.first.names": "0aF9" * 64, "family.names": "Lāce"})
    one, two = _read(made.form([made.signature(1, groups=hostile), made.signature(2)]))
    assert (one.fields["full_first_names"], two.fields["family_names"]) == ("0aF9" * 64, "Lāce")


@pytest.mark.parametrize(
    "inside", ["<a>" * 30_000, "".join(f"<a{n}/>" for n in range(30_000)), "".join(f"<a b{n}=''/>" for n in range(30_000))]
)
def test_what_would_be_kept_of_each_element_has_an_end(inside: str) -> None:
    raw = made.form([made.signature()]).replace("<signatures>", f"{inside}<signatures>")
    assert _refused(raw).code == "reading-structure"


@pytest.mark.parametrize(
    "day", ["2014-05-01", "2014-05-01+02:00", "2014-05-01Z", "2014-05-01T23:59:59", "01/05/2014", " 2014-05-01\n"]
)
def test_a_day_is_the_civil_day_whatever_stands_behind_it(day: str) -> None:
    assert _read(made.form([made.signature(day=day)]))[0].received_on == date(2014, 5, 1)


@pytest.mark.parametrize("day", ["2014-13-01", "05/13/2014", "1.5.2014", "yesterday", "0001-01-01", "2014-05-01 " + "x" * 99])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    assert _refused(made.form([made.signature(day=day)])).code == "reading-date"


def test_errors_hold_nothing_of_a_person() -> None:
    raw = made.form([made.signature(day="Lāce")])
    assert "Lāce" not in str(_refused(raw))
    assert "Lāce" not in repr(_read(made.form([made.signature()])))


def test_a_statement_of_endless_properties_is_refused_in_constant_memory() -> None:
    groups = made.group("general", {f"other.{n}": "x" for n in range(255)})
    assert len(_read(made.form([made.signature(groups=groups)]))[0].fields) == 255
    for more in (made.group("id", {"passport": "x"}), made.group("address", {f"more.{n}": "x" for n in range(100_000)})):
        refused = _refused(made.form([made.signature(groups=groups + more)]))
        assert (refused.code, refused.facts["element"]) == ("reading-structure", "property")


def test_whatever_is_changed_in_a_file_it_is_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(20261122)
    raw = made.form([made.signature(n) for n in range(2)], start='<?xml version="1.0" encoding="UTF-8"?>').encode()
    pieces = [
        b"<",
        b">",
        b"&",
        b"\0",
        b"]]>",
        b"<!--",
        b"<![CDATA[",
        b"<?",
        b"/",
        b'"',
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"&#0;",
        b"&#xD800;",
        b"<a>",
    ]
    codes: Counter[str] = Counter()
    for _ in range(1500):
        at, size = chance.randrange(len(raw)), chance.choice((0, 1, 1, 4, 40))
        changed = raw[:at] + chance.choice(pieces) * chance.randrange(3) + raw[at + size :]
        try:
            for told in _read(changed):
                row_of(told, date(2022, 12, 31))
            codes["read"] += 1
        except Refused as refused:
            codes[refused.code] += 1
            str(refused).encode("ascii")
    assert codes["read"] > 20
    assert codes["reading-not-xml"] > 200
    assert codes["reading-structure"] > 20
