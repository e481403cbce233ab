"""A procedure's folder is checked: the package's own have no fault, and each fault of a broken one is said with its file, its key and what to write."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from civium.errors import Misconfigured
from civium.law.checking import check_documents
from civium.law.folder import read_folder, take_in_all, take_in_folder
from civium.law.shapes import Fault
from civium.law.shelf import PROCEDURES, documents_of
from tests.law.test_soundness import FAULTS

Document = dict[str, Any]
Change = Callable[[Document], None]
CARD = "jurisdictions/BRA-MONTE"
REST = "jurisdictions/BRA-ILLA"


def _set(document: str, path: str, value: object) -> Change:
    """Set a value: `a.b.0.c` within a document."""

    def change(documents: Document) -> None:
        *way, last = path.split(".")
        target: Any = documents[document]
        for step in way:
            target = target[int(step)] if isinstance(target, list) else target[step]
        target[int(last) if isinstance(target, list) else last] = value

    return change


def _drop(document: str, path: str = "") -> Change:
    """Leave out a key, or a whole document."""

    def change(documents: Document) -> None:
        if not path:
            del documents[document]
            return
        *way, last = path.split(".")
        target: Any = documents[document]
        for step in way:
            target = target[int(step)] if isinstance(target, list) else target[step]
        del target[int(last) if isinstance(target, list) else last]

    return change


def _drop_text(document: str, key: str) -> Change:
    """Leave out an official text, whose key has dots of its own."""

    def change(documents: Document) -> None:
        del documents[document][key]

    return change


# What is changed in the region's folder -> the file, the key, and part of what is said.
BROKEN: dict[str, tuple[Change, str, str, str]] = {
    "a document is missing": (_drop("deadlines"), "deadlines.json", "", "write it"),
    "no official texts": (_drop("wording/gl"), "procedure.json", "languages[1]", "write wording/gl.json"),
    "a key is missing": (_drop("procedure", "goal.total"), "procedure.json", "goal.total", "write it"),
    "a key is misspelt": (_set("procedure", "belong_by", "residence"), "procedure.json", "belong_by", 'write "belongs_by"'),
    "a number in words": (_set("procedure", "goal.total", "many"), "procedure.json", "goal.total", "write a whole number, 1 or more"),
    "yes for a number": (_set("procedure", "goal.total", True), "procedure.json", "goal.total", "write a whole number"),
    "an unknown way to belong": (_set("procedure", "belongs_by", "birth"), "procedure.json", "belongs_by", "nationality, residence"),
    "a day that is none": (_set("procedure", "as_of", "2026-02-30"), "procedure.json", "as_of", 'write a day as "2026-11-21"'),
    "a jurisdiction without a file": (_drop(CARD), "procedure.json", "territory.jurisdictions[4]", "write jurisdictions/BRA-MONTE.json"),
    "a file without a jurisdiction": (_drop("procedure", "territory.jurisdictions.4"), f"{CARD}.json", "", "add its code"),
    "a goal out of reach": (_set("procedure", "goal.jurisdictions", 7), "procedure.json", "goal.jurisdictions", "write 6 or less"),
    "groups out of reach": (_set("procedure", "goal.groups", 4), "procedure.json", "goal.groups", "write 3 or less"),
    "a group of strangers": (
        _set("procedure", "territory.groups.0.members.0", "BRA-OVIM"), "procedure.json", "territory.groups[0].members[0]", "code of a jurisdiction",
    ),
    "a group inside itself": (
        _set("procedure", "territory.groups.0.members", ["BRA-COSTA"]), "procedure.json", "territory.groups[0].members", "below it",
    ),
    "a field without a kind": (_set("procedure", "parts.card.0", "nickname"), "procedure.json", "parts.card[0]", 'add "nickname" to kinds'),
    "a kind that is none": (_set("procedure", "kinds.family_names", "nmae"), "procedure.json", "kinds.family_names", 'write "name"'),
    "a list without values": (_drop("procedure", "choices.residence_status"), "procedure.json", "choices.residence_status", "list the values"),
    "nobody can be told apart": (
        _set("procedure", "parts.residence", ["full_first_names", "family_names", "residence_municipality", "residence_status"]),
        "procedure.json", "parts.residence", "date_of_birth, residence_postal_code",
    ),
    "no representative": (_drop("procedure", "roles.0"), "procedure.json", "roles", "representative"),
    "most below least": (_set("procedure", "roles.0.least", 2), "procedure.json", "roles[0].most", "2 or more"),
    "a phase left out": (_drop("procedure", "phases.2"), "procedure.json", "phases", "add it"),
    "an emblem that is not there": (_set("procedure", "emblem.file", "flag.svg"), "procedure.json", "emblem.file", "SVG"),
    "a switch that is none": (_set("procedure", "switches.papers", True), "procedure.json", "switches.papers", 'write "paper"'),
    "a threshold is missing": (_drop(REST, "thresholds.since-2026"), f"{REST}.json", "thresholds.since-2026", "how many must sign"),
    "an age rule that is none": (_set(REST, "ages.0.rule", "moon"), f"{REST}.json", "ages[0].rule", "completed_years"),
    "a number that is not described": (_set(CARD, "forms.0.numbers.0", "library"), f"{CARD}.json", "forms[0].numbers[0]", "describe it"),
    "a part that is none": (_set(REST, "forms.0.part", "C"), f"{REST}.json", "forms[0].part", "card, residence"),
    "an example against its pattern": (_set(REST, "postal_code.example", "9"), f"{REST}.json", "postal_code.example", "correct"),
    "wrong check digits": (_set(CARD, "numbers.0.example", "12345678904"), f"{CARD}.json", "numbers[0].example", "mod-11-10"),
    "a check that is none": (_set(CARD, "numbers.0.check", "mod-12"), f"{CARD}.json", "numbers[0].check", "docs/spec/rules.md"),
    "no regular expression": (_set(REST, "postal_code.pattern", "^("), f"{REST}.json", "postal_code.pattern", "backslash"),
    "a step that is none": (_set(REST, "postal_code.normalise.0", "turn"), f"{REST}.json", "postal_code.normalise[0]", "nfkc"),
    "an official text is missing": (_drop("wording/en", "field_id_type"), "wording/en.json", "field_id_type", "official text"),
    "a choice without a name": (
        _drop_text("wording/en", "choice.residence_status.national"), "wording/en.json", "choice.residence_status.national", "official text",
    ),
    "a text of unknown origin": (_drop("wording/provenance", "declaration"), "wording/en.json", "declaration", "provenance.json"),
    "an event that is none": (_set("deadlines", "0.on.0.0.after", "moon_on"), "deadlines.json", "[0].on[0][0].after", 'write "opens_on"'),
    "nothing is ever destroyed": (_set("deadlines", "8.id", "keep"), "deadlines.json", "", "nothing may be kept for ever"),
    "no demonstration": (_drop("deployments", "0"), "deployments.json", "", "everybody tries first"),
    "a privacy statement that is none": (
        _set("deployments", "1.privacy_statement", "other"), "deployments.json", "[1].privacy_statement", "add it to wording",
    ),
    "a source that is none": (_set(REST, "sources.0", "hearsay"), f"{REST}.json", "sources[0]", "add it to sources.json"),
    "a column that asks more": (
        _set("paper", "parts.card.columns.0.fields", ["full_first_names", "date_of_birth"]), "paper.json", "parts.card.columns[0].fields", "nothing more",
    ),
    "a column that asks less": (_drop("paper", "parts.card.columns.2"), "paper.json", "parts.card.columns", "add a column"),
    "a blank that is none": (_set("letters", "0.paragraphs.en.0", "Dear {friend}"), "letters.json", "[0].paragraphs.en[0]", "write one of"),
    "a letter for no duty": (_set("letters", "0.duty", "dance"), "letters.json", "[0].duty", "deadlines.json"),
    "a document too many": (_set("letters", "0.id", "x y"), "letters.json", "[0].id", "small letters"),
}  # fmt: skip


def _region() -> Document:
    return copy.deepcopy(dict(documents_of("region")))


def _own_folder(name: str) -> Path:
    return Path(str(files("civium.law").joinpath(name)))


def write(documents: Document, folder: Path) -> Path:
    """Write a procedure's folder, as an operator has it."""
    for name, document in documents.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    (folder / "emblem.svg").write_bytes((_own_folder("region") / "emblem.svg").read_bytes())
    return folder


@pytest.mark.parametrize("name", PROCEDURES)
def test_the_packages_own_procedures_have_no_fault(name: str) -> None:
    found = read_folder(files("civium.law").joinpath(name))
    assert found.faults == ()
    assert found.name == name
    assert found.documents == documents_of(name)


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_says_its_file_its_key_and_what_to_write(name: str, tmp_path: Path) -> None:
    change, file, key, instead = BROKEN[name]
    documents = _region()
    change(documents)
    faults = read_folder(write(documents, tmp_path)).faults
    assert (file, key) in {(fault.file, fault.key) for fault in faults}, faults
    assert any(instead in f"{fault.wrong}: {fault.instead}" for fault in faults if (fault.file, fault.key) == (file, key)), faults
    with pytest.raises(Misconfigured, match="procedure-faulty"):
        take_in_folder(tmp_path)


@pytest.mark.parametrize("code", FAULTS)
def test_whatever_the_code_would_stumble_on_is_named_with_its_file(code: str) -> None:
    """Each flaw of soundness.py is said by its place; the net behind (step 4) is not needed for any of them."""
    documents = copy.deepcopy(dict(documents_of("petition")))
    FAULTS[code](documents)
    faults = check_documents(documents)
    assert faults
    assert all(fault.file.endswith(".json") and fault.instead for fault in faults)
    assert not any("does not fit together" in fault.wrong for fault in faults)


def test_a_file_that_is_no_json_says_where(tmp_path: Path) -> None:
    write(_region(), tmp_path)
    (tmp_path / "procedure.json").write_text('{\n "name": "x"\n "version": 1}', encoding="utf-8")
    assert read_folder(tmp_path).faults == (
        Fault(
            "procedure.json", "", "is no JSON at line 3, column 2", "look there for a missing comma, bracket or quotation mark"
        ),
    )


def test_a_key_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    write(_region(), tmp_path)
    (tmp_path / "sources.json").write_text('{"invented": "one", "invented": "two"}', encoding="utf-8")
    (fault,) = read_folder(tmp_path).faults
    assert (fault.file, fault.key, fault.wrong) == ("sources.json", "invented", "stands twice")


def test_a_file_of_other_bytes_is_a_fault(tmp_path: Path) -> None:
    write(_region(), tmp_path)
    (tmp_path / "sources.json").write_bytes(b'{"invented": "\xff"}')
    (tmp_path / "letters.exe").write_bytes(b"MZ")
    (tmp_path / "README.md").write_text("for people", encoding="utf-8")
    (tmp_path / ".hidden").write_text("", encoding="utf-8")
    assert {(fault.file, fault.wrong) for fault in read_folder(tmp_path).faults} == {
        ("sources.json", "is no UTF-8"),
        ("letters.exe", "does not belong here"),
    }


@pytest.mark.parametrize(
    "drawing",
    [
        b"<svg><script>1</script></svg>",
        b"<svg><foreignObject/></svg>",
        b"GIF89a",
        b'<svg xmlns="x" onload="1"/>',
        b"<svg>" + b" " * 200_001,
    ],
)
def test_an_emblem_is_a_plain_drawing(drawing: bytes, tmp_path: Path) -> None:
    write(_region(), tmp_path)
    (tmp_path / "emblem.svg").write_bytes(drawing)
    assert {fault.file for fault in read_folder(tmp_path).faults} == {"emblem.svg"}


def test_a_document_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    write(_region(), tmp_path)
    (tmp_path / "sources.json").write_text(json.dumps({"invented": "x" * (1 << 20)}), encoding="utf-8")
    (fault,) = read_folder(tmp_path).faults
    assert (fault.file, fault.wrong) == ("sources.json", "is too large")


def test_what_a_person_wrote_cannot_command_a_terminal(tmp_path: Path) -> None:
    documents = _region()
    documents["procedure"]["belongs_by"] = "\x1b[2Jresidence"
    (fault,) = read_folder(write(documents, tmp_path)).faults
    assert "\x1b" not in fault.wrong
    assert fault.instead == 'write "residence"'


def test_no_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="procedure-folder-missing"):
        read_folder(tmp_path / "nowhere")
    assert take_in_all(tmp_path / "nowhere") == ()
