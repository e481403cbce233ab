"""The register's XML: what is read, and what each bad file is told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civium.errors import Refused
from civium.server.register.reading import read
from civium.server.register.registered import LARGEST_FILE
from civium.server.register.xml_file import read_xml
from civium.server.site.languages import CODES

from . import files


def test_an_export_is_read_whole() -> None:
    told = read(files.export(deadline="<deadline>2027-04-13</deadline>"))
    assert (told.source, told.number, told.registered_on) == ("xml", files.NUMBER, date(2026, 3, 2))
    assert told.exported_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert told.closes_on == date(2027, 4, 13)
    assert told.original_language == "en"
    assert {code: (text.title, text.objectives) for code, text in told.texts.items()} == dict(files.TEXTS)
    assert [(person.role, person.name, person.email) for person in told.organisers] == [
        ("representative", "Annelore Vantieghem", "a@night-trains.example"),
        ("substitute", "Tomaž Breznikar", ""),
        ("member", "Inés Carballeda", ""),
    ]
    assert "Vantieghem" not in repr(told)


def test_an_export_of_before_2020_has_a_subject_matter_and_a_page() -> None:
    more = "<subject>Trains by night</subject><site>https://n.example</site>"
    told = read_xml(files.export(languages=files.language("en", "T", "D", original=True, more=more)))
    assert (told.texts["en"].lead, told.website) == ("Trains by night", "https://n.example")


def _swap(old: str, new: str, *, times: int = -1) -> bytes:
    whole = files.export().decode()
    assert old in whole
    return whole.replace(old, new, times).encode()


LINE_OF_TITLE = 10
TWO_ORIGINALS = files.language("en", "A", "B", original=True) + files.language("fr", "A", "B", original=True)
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><export>&lol9;</export>"
).encode()
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE export [<!ENTITY x SYSTEM "file:///etc/passwd">]><export>&x;</export>'
LATIN_1 = files.export(texts={"en": ("T", "D")}).decode().replace("Tomaž", "Tomé").encode("latin-1")
BAD = {
    "an element that is not in the format, with its line": (
        _swap("<title>Night", "<headline>N</headline><title>Night"),
        "register-element-unknown",
        {"inside": "language", "line": LINE_OF_TITLE},
    ),
    "an element that is missing": (
        _swap("<title>Night trains for every capital</title>", ""),
        "register-element-missing",
        {"element": "title", "inside": "language", "line": LINE_OF_TITLE},
    ),
    "an element twice": (
        _swap("<title>Night", "<title>x</title><title>Night"),
        "register-element-twice",
        {"element": "title", "inside": "language", "line": LINE_OF_TITLE},
    ),
    "another kind of XML": (b"<html><body/></html>", "register-not-an-export", {"line": 1}),
    "an export of another house": (b'<export xmlns="urn:x"/>', "register-not-an-export", {"line": 1}),
    "an attribute that is missing": (
        _swap(' registrationDate="2026-03-02"', ""),
        "register-attribute-missing",
        {"attribute": "registrationDate", "element": "initiative", "line": 3},
    ),
    "an attribute that is not in the format": (
        _swap('code="el"', 'code="el" onload="x"'),
        "register-attribute-unknown",
        {"element": "language", "line": 11},
    ),
    "a word where none belongs": (
        _swap("<languages>", "<languages>see below"),
        "register-text-out-of-place",
        {"inside": "languages", "line": 9},
    ),
    "two originals": (files.export(languages=TWO_ORIGINALS), "register-originals", {"found": 2}),
    "no original": (_swap(' original="true"', ""), "register-originals", {"found": 0}),
    "an original that is neither": (
        _swap('original="true"', 'original="perhaps"'),
        "register-attribute-wrong",
        {"attribute": "original", "element": "language", "line": LINE_OF_TITLE},
    ),
    "no language": (files.export(languages=""), "register-languages-missing", {}),
    "25 languages": (
        files.export(languages="".join(files.language(code, "A", "B", original=code == "en") for code in (*CODES, "cy"))),
        "register-too-many-languages",
        {"found": 25, "most": 24},
    ),
    "a language twice": (
        files.export(
            languages=TWO_ORIGINALS.replace(' original="true"', "") + "\n" + files.language("fr", "A", "B", original=True)
        ),
        "register-language-twice",
        {"language": "fr", "line": 11},
    ),
    "a language that is not official": (_swap('code="el"', 'code="cy"'), "register-language-unknown", {"line": 11}),
    "a day that is none": (
        files.export(registered_on="2026-02-30"),
        "register-date-wrong",
        {"element": "registrationDate", "line": 3},
    ),
    "an export without a time": (files.export(exported_at="soon"), "register-date-wrong", {"element": "date", "line": 2}),
    "a deadline that is none": (
        files.export(deadline="<deadline>next year</deadline>"),
        "register-date-wrong",
        {"element": "deadline", "line": 13},
    ),
    "a number that is none": (files.export(number="&lt;7&gt;"), "register-number-wrong", {"line": 3}),
    "a role that is none": (files.export(people=(("treasurer", "A", "B", ""),)), "register-role-unknown", {"line": 5}),
    "no substitute": (files.export(people=files.PEOPLE[:1]), "register-organisers", {"role": "substitute", "found": 0}),
    "two representatives": (
        files.export(people=(*files.PEOPLE, files.PEOPLE[0])),
        "register-organisers",
        {"role": "representative", "found": 2},
    ),
    "101 organisers": (
        files.export(people=(*files.PEOPLE, *[("member", "A", str(n), "") for n in range(98)])),
        "register-too-many-organisers",
        {"found": 101, "most": 100},
    ),
    "a person without a name": (
        files.export(people=(("member", " ", "", ""),)),
        "register-text-empty",
        {"element": "familyName", "line": 5},
    ),
    "an empty title": (
        _swap("Night trains for every capital", " "),
        "register-text-empty",
        {"element": "title", "line": LINE_OF_TITLE},
    ),
    "a title without end": (
        _swap("Night trains for every capital", "x" * 401),
        "register-text-too-long",
        {"element": "title", "line": LINE_OF_TITLE, "longest": 400},
    ),
    "10 MB": (files.export() + b" " * 10_000_000, "register-too-large", {"largest": LARGEST_FILE}),
    "another encoding, declared": (_swap("UTF-8", "ISO-8859-1"), "register-encoding", {"line": 1}),
    "another encoding, not declared": (LATIN_1, "register-encoding", {"line": 6}),
    "UTF-16": (files.export().decode().encode("utf-16"), "register-encoding", {"line": 1}),
    "an entity from outside": (OUTSIDE, "register-doctype", {"line": 1}),
    "a billion laughs": (BILLION_LAUGHS, "register-doctype", {"line": 1}),
    "a document type alone": (_swap("<export", "<!DOCTYPE export>\n<export"), "register-doctype", {"line": 2}),
    "a document type from elsewhere": (
        _swap("<export", '<!DOCTYPE export SYSTEM "https://evil.example/x.dtd">\n<export'),
        "register-doctype",
        {"line": 2},
    ),
    "nesting without end": (b"<export>" + b"<a>" * 100_000, "register-too-deep", {"line": 1}),
    "an entity that nobody declared": (_swap("Night trains", "&night;"), "register-not-xml", {"line": LINE_OF_TITLE}),
    "a file that was cut": (files.export()[:-60], "register-not-xml", {"line": 11}),
    "nothing": (b" \n", "register-empty", {}),
    "a paper": (b"%PDF-1.7", "register-neither", {}),
}


@pytest.mark.parametrize(("raw", "code", "facts"), BAD.values(), ids=BAD)
def test_a_bad_file_is_told_what_is_wrong_and_where(raw: bytes, code: str, facts: dict[str, int | str]) -> None:
    with pytest.raises(Refused) as refused:
        read(raw)
    assert (refused.value.code, refused.value.facts) == (code, facts)


def test_what_stands_outside_is_included_nowhere() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    with pytest.raises(Refused, match="register-element-unknown"):
        read(_swap("</languages>", f"{include}</languages>"))


def test_comments_and_instructions_say_nothing() -> None:
    raw = _swap("<title>Night", "<!-- not this --><?php echo 1 ?><title>Ni<!-- nor this -->ght")
    assert read(raw).texts["en"].title == files.TEXTS["en"][0]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_an_export_it_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(files.export())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    told = files.read_or_refused(bytes(raw))
    assert told.code.startswith("register-") if isinstance(told, Refused) else told.original_language in told.texts


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(CODES),
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=60),
        min_size=1,
    )
)
def test_what_is_written_is_what_is_read(titles: dict[str, str]) -> None:
    from unicodedata import normalize
    from xml.sax.saxutils import escape

    first = next(iter(titles))
    told = "".join(files.language(code, escape(title), escape(title), original=code == first) for code, title in titles.items())
    read_back = read(files.export(languages=told))
    assert {code: text.title for code, text in read_back.texts.items()} == {
        code: normalize("NFC", title) for code, title in titles.items()
    }
    assert read_back.original_language == first
