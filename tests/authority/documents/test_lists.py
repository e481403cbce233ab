"""Lists on paper: the State's columns, every sign legible, volumes that add up, taken up again, the same from one process or two."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.authority.documents import lists
from civium.authority.documents.as_pdf import document_pdf
from civium.authority.documents.document import Document
from civium.authority.documents.lists import ListAbout, legible, list_about, list_row, volume_pdf, write_lists
from civium.authority.documents.signs import COVERED
from civium.authority.documents.volumes import begin_volumes
from civium.authority.results import read_results
from civium.authority.typesetting import forget_pages, set_pdf
from civium.errors import Refused
from civium.law.procedure import form_of, load_procedure
from tests.authority.build import Log, authority_key, called, dni, greek, spanish, statement
from tests.authority.case import Verified, verified

ALL = ("accepted", "struck", "for-decision")
PROCEDURE = load_procedure()


def _about(done: Verified, code: str = "ES", which: str = "all", language: str = "") -> ListAbout:
    place = PROCEDURE.jurisdictions[code]
    return list_about(done.verdicts.facts, procedure=PROCEDURE, jurisdiction=place, which=which, language=language)


def _written(
    done: Verified, target: Path, *, size: int = 2, processes: int = 1, which: str = "all", code: str = "ES"
) -> list[str]:
    verdicts = ALL if which == "all" else (which,)
    results = list(read_results(done.opened, done.verdicts, {}, which=verdicts))
    return write_lists(
        iter(results),
        target,
        about=_about(done, code, which),
        named={"verdicts": "v"},
        total=len(results),
        size=size,
        processes=processes,
        told=lambda _done, _total: None,
    )


def _text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _spain(number: int = 5) -> Log:
    log = Log(authority_key())
    for serial in range(number - 1):
        log.add(statement(spanish(dni(serial + 1), called(serial + 1))))
    log.add_envelope(log.seal(b"\xff" * 2048))
    return log


def test_volumes_hold_every_statement_once_and_name_each_other(tmp_path: Path) -> None:
    done = verified(_spain(), tmp_path)
    names = _written(done, tmp_path / "lists")
    assert names == ["0001.pdf", "0002.pdf", "0003.pdf"]
    texts = [_text(tmp_path / "lists" / name) for name in names]
    for serial in range(4):
        assert sum(dni(serial + 1) in text for text in texts) == 1
    assert "(cannot be read)" in texts[2]
    assert "volume 2 / 3, page 1 / 1" in texts[1]
    assert "Numbers 3 – 4." in texts[1]
    assert "Nombre (completo)" in texts[0]
    assert "Documento Nacional" in texts[0]
    assert "España" in texts[0]
    assert "invented statements, nothing counts" in texts[0]
    sums = (tmp_path / "lists" / "SHA256SUMS").read_text("utf-8").splitlines()
    assert sums == [f"{sha256((tmp_path / 'lists' / name).read_bytes()).hexdigest()}  {name}" for name in names]
    assert {path.name for path in (tmp_path / "lists").iterdir()} == {*names, "SHA256SUMS"}
    assert (tmp_path / "lists").stat().st_mode & 0o777 == 0o700


def test_greek_columns_are_those_of_the_greek_form_in_greek(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    log.add(statement(greek()))
    done = verified(log, tmp_path)
    _written(done, tmp_path / "lists", which="accepted", code="EL")
    text = _text(tmp_path / "lists" / "0001.pdf")
    for words in ("Επώνυμο", "Αλωνάρακη", "Μαρούσι", "Ημερομηνία", "1980-02-29", "DATE"):
        assert words in text
    assert "Verdict" not in text
    assert (
        _about(done, "EL", language="fr").headings[0] == "Prénom(s) complet(s)" or _about(done, "EL", language="fr").headings[0]
    )


def test_a_list_is_tagged_and_says_its_language(tmp_path: Path) -> None:
    done = verified(_spain(2), tmp_path)
    _written(done, tmp_path / "lists")
    reader = PdfReader(tmp_path / "lists" / "0001.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "es"


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    done = verified(_spain(), tmp_path)
    for name, processes in (("one", 1), ("two", 2)):
        _written(done, tmp_path / name, processes=processes)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_what_was_interrupted_goes_on_and_nothing_else_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, target = verified(_spain(), tmp_path), tmp_path / "lists"

    def stop(path: Path, raw: bytes) -> None:
        if path.name == "0002.pdf":
            raise KeyboardInterrupt
        path.write_bytes(raw)

    monkeypatch.setattr(lists, "write_bytes", stop)
    with pytest.raises(KeyboardInterrupt):
        _written(done, target)
    monkeypatch.undo()
    assert not target.exists()
    part = tmp_path / "lists.part"
    # What a kill in the middle of a file leaves has another ending, and is not taken for a volume.
    (part / "0002.pdf.part").write_bytes(b"half")
    first = (part / "0001.pdf").read_bytes()
    with pytest.raises(Refused, match="work-of-another"):
        _written(done, target, size=3)
    assert _written(done, target) == ["0001.pdf", "0002.pdf", "0003.pdf"]
    assert (target / "0001.pdf").read_bytes() == first
    with pytest.raises(Refused, match="file-exists"):
        _written(done, target)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    done = verified(_spain(2), tmp_path)
    (tmp_path / "lists.part").mkdir()
    (tmp_path / "lists.part" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(Refused, match="work-of-another"):
        _written(done, tmp_path / "lists")


@pytest.mark.parametrize(("size", "total"), [(lists.LARGEST_VOLUME + 1, 5), (1, 10_000)])
def test_volumes_have_a_largest_size_and_number(tmp_path: Path, size: int, total: int) -> None:
    about = _about(verified(_spain(2), tmp_path))
    with pytest.raises(Refused, match="list-volumes"):
        write_lists(
            iter(()),
            tmp_path / "lists",
            about=about,
            named={},
            total=total,
            size=size,
            processes=1,
            told=lambda _done, _total: None,
        )


def test_without_statements_there_is_one_empty_volume(tmp_path: Path) -> None:
    done = verified(_spain(2), tmp_path)
    assert _written(done, tmp_path / "lists", which="struck") == ["0001.pdf"]
    assert "struck, 0" in _text(tmp_path / "lists" / "0001.pdf")


def test_hostile_values_stay_in_their_column_and_every_sign_is_seen(tmp_path: Path) -> None:
    log = Log(authority_key())
    names = [
        "W" * 200,
        "\u202eev\u200bil",
        "q" + "\u0301" * 40,
        "#panic() $x$ *b* @a <l> \\ /* */",
        "中文 😀 العربية",
        "\uffff",
    ]
    for serial, name in enumerate(names):
        log.add(statement(spanish(dni(serial + 1), name)))
    done = verified(log, tmp_path)
    _written(done, tmp_path / "lists", size=10)
    text = _text(tmp_path / "lists" / "0001.pdf").replace("\n", "").replace("\u200b", "")
    for words in ("W" * 200, "<U+202E>ev<U+200B>il", "<U+0301>", "#panic() $x$", "<U+4E2D>", "<U+1F600>", "<U+FFFF>"):
        assert words.replace(" ", "") in text.replace(" ", ""), words


def test_a_run_is_made_breakable_only_where_it_does_not_fit() -> None:
    assert legible("Αλωνάρακη", 90) == "Αλωνάρακη"
    assert legible("WWWWWWW Ana", 40) == "WWW\u200bWWW\u200bW Ana"
    assert legible("e\u0301\u0323o", 90) == "e\u0301\u0323o"


def test_the_typesetter_has_every_sign_that_is_not_spelled_out() -> None:
    signs = [chr(number) for first, last in COVERED for number in range(first, last + 1)]
    text = " ".join(sign for sign in signs if legible(sign, 99) == sign)
    assert len(text) > 3000
    told = {"title": "all signs", "subtitle": "x", "foot": "", "stamps": [], "signed": "", "language": "en"}
    about = ListAbout("R", "S", "online", "accepted", "en", False, ("full_first_names",), ("Names",), "DATE", {})
    raw = volume_pdf(about, [("1", "2026-05-04", text, "9f3e1d8e", "")], number=1, volumes=1)
    assert len(PdfReader(io.BytesIO(raw)).pages) >= 1
    with pytest.raises(RuntimeError, match="could not be displayed"):
        set_pdf("documents/document.typ", {**told, "sections": [{"title": "中", "blocks": []}]})
    made = Document(title="中", subtitle="", foot="", sections=())
    assert PdfReader(io.BytesIO(document_pdf(made))).pages[0].extract_text().startswith("<U+4E2D>")


def test_the_typesetter_forgets_each_volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[int] = []

    def forget() -> None:
        forget_pages()
        forgotten.append(1)

    monkeypatch.setattr(lists, "forget_pages", forget)
    assert len(_written(verified(_spain(), tmp_path), tmp_path / "lists")) == len(forgotten) == 3


def test_a_number_of_a_kind_that_nobody_knows_stands_as_it_is(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish("X1") | {"id_type": "nie"}))
    done = verified(log, tmp_path)
    (result,) = read_results(done.opened, done.verdicts, {}, which=ALL)
    assert list_row(result, _about(done), 7)[:6] == ("7", "2026-05-04", "Ana", "Robledo Vía", "X1", "nie")


def test_a_procedure_of_its_own_has_lists_in_its_words(tmp_path: Path) -> None:
    done = verified(_spain(2), tmp_path)
    region = load_procedure("region")
    place = next(iter(region.jurisdictions.values()))
    about = list_about(done.verdicts.facts, procedure=region, jurisdiction=place, which="accepted")
    assert len(about.headings) == len(about.fields)
    assert replace(about, which="all").head[-3] == "Verdict, grounds"


def test_where_no_source_has_the_words_a_heading_is_still_there() -> None:
    form = replace(form_of(PROCEDURE, "ES", date(2026, 9, 1)), part="Z")
    assert lists._date_heading(form, ("es",), PROCEDURE) == "DATE"
    assert lists._official("field_of_flowers", ("es", "en"), "eci") == ""


def test_a_name_that_was_given_meanwhile_is_left_alone(tmp_path: Path) -> None:
    folder = begin_volumes(tmp_path / "lists", {"form": "pdf"})
    (tmp_path / "lists").mkdir()
    with pytest.raises(Refused, match="file-exists"):
        folder.finish()
    assert folder.part.exists()
