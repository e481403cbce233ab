"""A procedure that an operator wrote is taken in under its own name, once, and is then as good as the package's own."""

from __future__ import annotations

import copy
import os
from datetime import date
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.law.folder import read_folder, take_in_all, take_in_folder
from civium.law.procedure import form_of, load_procedure
from civium.law.shelf import documents_of, known_procedures, picture_of, take_in
from civium.law.wording import wording
from tests.law.test_checking import write


def _named(name: str, folder: Path) -> Path:
    documents = copy.deepcopy(dict(documents_of("region")))
    documents["procedure"]["name"] = name
    return write(documents, folder)


def test_a_folder_taken_in_is_known_by_its_name(tmp_path: Path) -> None:
    _named("island", tmp_path / "a")
    assert take_in_all(tmp_path) == ("island",)
    assert "island" in known_procedures()
    island = load_procedure("island")
    assert island.name_in("gl") == "Iniciativa popular de Brañalba"
    assert form_of(island, "BRA-MONTE", date(2026, 11, 21)).numbers[1].id == "passport"
    assert wording("gl", "field_family_names", "island").text == "Apelidos"
    assert picture_of("island", "emblem.svg").startswith(b"<svg")
    # The same folder may be taken in again; another under that name may not.
    assert take_in_folder(tmp_path / "a") == "island"
    changed = copy.deepcopy(documents_of("island"))
    changed["procedure"]["version"] = "2"
    with pytest.raises(Misconfigured, match="procedure-name-taken"):
        take_in("island", changed, {})


def test_the_packages_own_names_are_taken(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="procedure-name-taken"):
        take_in_folder(_named("region", tmp_path))


def test_a_picture_that_is_not_there_is_said() -> None:
    with pytest.raises(Misconfigured, match="procedure-incomplete"):
        picture_of("region", "flag.svg")
    with pytest.raises(Refused, match="procedure-unknown"):
        picture_of("nowhere", "emblem.svg")


def test_a_folder_of_somebody_else_stops_nothing_and_hides_nothing(tmp_path: Path) -> None:
    """A pipe never ends, half a sign cannot be shown, a number of thousands of digits is none, a letter could not be set with such a drawing."""
    folder = _named("trap", tmp_path / "trap")
    for name in ("sources.json", "deadlines.json", "deployments.json", "emblem.svg"):
        (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / "sources.json")
    (folder / "deadlines.json").write_text('{"id": "\\ud800"}')
    (folder / "deployments.json").write_text("[" + "9" * 5_000 + "]")
    (folder / "emblem.svg").write_bytes(b"<svg>\xff</svg>")
    (folder / "flag.svg").symlink_to("/dev/zero")
    told = {fault.file: fault.wrong for fault in read_folder(folder).faults}
    assert told == {
        "sources.json": "cannot be read",
        "deadlines.json": "holds half of a sign (\\ud800 to \\udfff)",
        "deployments.json": "holds a number of thousands of digits",
        "emblem.svg": "is no plain SVG drawing",
        "flag.svg": "cannot be read",
    }
