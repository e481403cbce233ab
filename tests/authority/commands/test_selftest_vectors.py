"""selftest looks at every file of vectors, and a case that no longer holds is told with its file and number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from civium.authority.commands.selftest_steps import Differs
from civium.authority.commands.selftest_vectors import CHECKS, check_vectors

FOLDER = Path(__file__).resolve().parents[3] / "vectors"


def test_every_file_of_vectors_is_looked_at_and_holds() -> None:
    assert {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.json")} == set(CHECKS)
    files, held = check_vectors(FOLDER)
    assert files == len(CHECKS)
    assert held > 1000


def test_a_file_that_is_missing_differs(tmp_path: Path) -> None:
    with pytest.raises(Differs, match=r"vectors/statement.json is not there"):
        check_vectors(tmp_path)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_file_whose_first_part_is_empty_or_other_differs(name: str, tmp_path: Path) -> None:
    spoilt = tmp_path / "vectors"
    shutil.copytree(FOLDER, spoilt)
    path = spoilt / f"{name}.json"
    path.write_text(json.dumps(_spoilt(json.loads(path.read_bytes()))), "utf-8")
    with pytest.raises(Differs, match=f"vectors/{name}.json: "):
        check_vectors(spoilt)


def test_a_case_that_holds_no_longer_is_told_with_its_number(tmp_path: Path) -> None:
    spoilt = tmp_path / "vectors"
    shutil.copytree(FOLDER, spoilt)
    path = spoilt / "envelope.json"
    cases = json.loads(path.read_bytes())
    cases["accepted"][1]["plaintext_sha256"] = "00" * 32
    path.write_text(json.dumps(cases), "utf-8")
    with pytest.raises(Differs, match=r"vectors/envelope.json: case 2$"):
        check_vectors(spoilt)


def _spoilt(cases: dict[str, Any]) -> dict[str, Any]:
    """Give the same with the first part that is checked emptied, or its texts exchanged."""
    unread = ("rfc9497", "normalise", "trim", "tiles")
    first = next(part for name, part in cases.items() if isinstance(part, (list, dict)) and name not in unread)
    if isinstance(first, list):
        first.clear()
    else:
        first.update({name: "0" for name, told in first.items() if isinstance(told, str)})
    return cases
