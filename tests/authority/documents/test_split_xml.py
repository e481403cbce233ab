"""The Commission's XML in several files: each valid, read back whole, and one that lacks is noticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pytest
from lxml import etree

from civium.authority import working_file
from civium.authority.commission_xml import InitiativeData, schema
from civium.authority.documents import split_xml
from civium.authority.documents.split_xml import write_split_xml
from civium.authority.judging import read_statement
from civium.authority.opened import KIND
from civium.authority.policy import Policy
from civium.authority.reading.checking import Asked, check_delivery
from civium.authority.reading.delivery import delivered
from civium.authority.reading.working import read_into
from civium.authority.results import read_results
from civium.authority.rows import decode_rows
from civium.errors import Refused
from civium.law.procedure import load_procedure
from tests.authority.build import Log, authority_key, called, dni, greek, spanish, statement
from tests.authority.case import Verified, verified

ALL = ("accepted", "struck", "for-decision")
ABOUT = InitiativeData("ECI(2026)000004", date(2026, 3, 2), date(2026, 9, 1), title="<&>", contact_persons="A. Beispiel")
PROCEDURE = load_procedure()


def _split(done: Verified, target: Path, *, size: int, code: str = "ES") -> int:
    place = PROCEDURE.jurisdictions[code]
    return write_split_xml(
        read_results(done.opened, done.verdicts, {}, which=ALL),
        target,
        jurisdiction=place,
        procedure=PROCEDURE,
        about=ABOUT,
        language="en",
        named={"verdicts": "v"},
        total=done.tally().opened,
        size=size,
        told=lambda _done, _total: None,
    )


def _log(number: int = 7) -> Log:
    log = Log(authority_key())
    for serial in range(number):
        log.add(statement(spanish(dni(serial + 1), called(serial + 1), "]]> Ǆß")), date(2026, 5, 1 + serial))
    log.add_envelope(log.seal(b"\xff" * 2048))
    return log


def test_each_file_is_valid_by_itself_and_together_they_are_read_back_without_loss(tmp_path: Path) -> None:
    log = _log()
    done = verified(log, tmp_path)
    assert _split(done, tmp_path / "xml", size=3) == 7
    files = sorted((tmp_path / "xml").glob("*.xml"))
    assert [path.name for path in files] == ["0001_es_en.xml", "0002_es_en.xml", "0003_es_en.xml"]
    trees = [etree.parse(path) for path in files]
    for tree in trees:
        schema().assertValid(tree)
    assert [len(tree.findall("signatures/signature")) for tree in trees] == [3, 3, 1]
    with delivered([tmp_path / "xml"]) as delivery:
        checked = check_delivery(delivery, Asked("ES"), told=lambda _done, _total: None, remarked=lambda _file, _names: None)
        assert (checked.size, checked.layout, checked.registration) == (7, "commission-5.0", ABOUT.registration_number)
        read_into(checked, tmp_path / "back.civium-opened", key=log.key, policy=Policy("ES"), told=lambda _done, _total: None)
    back = working_file.load(tmp_path / "back.civium-opened", log.key, kind=KIND)
    assert _known(back) == _known(done.opened)


def _known(opened: working_file.WorkingFile) -> list[tuple[str, date, dict[str, str]]]:
    rows = [row for _, chunk in opened.chunks() for row in decode_rows(chunk)]
    read = [(row, read_statement(row)) for row in rows]
    return [(str(row.identifier), row.received_on, dict(made.fields)) for row, made in read if made is not None]


def test_a_missing_file_is_noticed(tmp_path: Path) -> None:
    done = verified(_log(), tmp_path)
    _split(done, tmp_path / "xml", size=3)
    (tmp_path / "xml" / "0002_es_en.xml").unlink()
    with delivered([tmp_path / "xml"]) as delivery, pytest.raises(Refused, match="reading-gaps"):
        check_delivery(delivery, Asked("ES"), told=lambda _done, _total: None, remarked=lambda _file, _names: None)


def test_part_a_and_nothing_at_all_are_files_too(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    done = verified(log, tmp_path)
    assert _split(done, tmp_path / "none", size=2, code="EL") == 0
    assert [path.name for path in (tmp_path / "none").glob("*.xml")] == ["0001_gr_en.xml"]
    (tmp_path / "some").mkdir()
    for serial in range(4):
        log.add(statement(greek(born=f"198{serial}-02-28")))
    assert _split(verified(log, tmp_path / "some"), tmp_path / "four", size=2, code="EL") == 4
    for path in (*(tmp_path / "none").glob("*.xml"), *(tmp_path / "four").glob("*.xml")):
        schema().assertValid(etree.parse(path))


def test_what_was_interrupted_goes_on_with_the_file_that_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, real = verified(_log(), tmp_path), split_xml.write_whole

    def stop(path: Path, write: Callable[[BinaryIO], None]) -> None:
        if path.name.startswith("0003"):
            raise KeyboardInterrupt
        real(path, write)

    monkeypatch.setattr(split_xml, "write_whole", stop)
    with pytest.raises(KeyboardInterrupt):
        _split(done, tmp_path / "xml", size=2)
    monkeypatch.undo()
    with pytest.raises(Refused, match="work-of-another"):
        _split(done, tmp_path / "xml", size=3)
    assert _split(done, tmp_path / "xml", size=2) == 7
    _split(done, tmp_path / "at-once", size=2)
    for path in (tmp_path / "at-once").iterdir():
        assert path.read_bytes() == (tmp_path / "xml" / path.name).read_bytes()
    with pytest.raises(Refused, match="file-exists"):
        _split(done, tmp_path / "xml", size=2)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    done = verified(_log(1), tmp_path)
    with pytest.raises(Refused, match="list-volumes"):
        write_split_xml(
            iter(()),
            tmp_path / "xml",
            jurisdiction=PROCEDURE.jurisdictions["ES"],
            procedure=PROCEDURE,
            about=ABOUT,
            language="en",
            named={},
            total=10_000,
            size=1,
            told=lambda _done, _total: None,
        )
    assert done.tally().accepted == 1
