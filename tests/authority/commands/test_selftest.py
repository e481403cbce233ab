"""civium-authority selftest: passes here, and fails where the sample or the program is not what it was."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from civium.authority.commands import selftest
from civium.authority.commands.selftest import check_sample
from civium.errors import Untrusted
from tests.authority.commands.desk import NOW, Desk
from tests.authority.make_sample import sample_log


def _sample(folder: Path) -> Path:
    sample = folder / "sample"
    shutil.copytree(str(files("civium.authority").joinpath("sample")), sample)
    (folder / "work").mkdir()
    return sample


def test_the_sample_gives_what_is_known_about_it(desk: Desk) -> None:
    assert desk.run("selftest", has_key=False).endswith("selftest passed\n")


def test_the_sample_can_be_practised_on_and_is_not_overwritten(desk: Desk) -> None:
    practice = desk.folder / "practice"
    desk.run("selftest", "--to", practice, has_key=False)
    told = ("--key", practice / "es.civium-private-key", "--passphrase-file", practice / "passphrase.txt")
    opened = desk.run("open", practice / "night-trains-ES-online.civium", "--confirm-rules", *told, has_key=False)
    assert opened.startswith("entries 17\n")
    desk.run("selftest", "--to", practice, has_key=False, expected=1)
    assert "nothing was overwritten" in desk.err


@pytest.mark.parametrize(("member", "step"), [("before_decisions", 1), ("accepted_when_all_that_waits_is_struck", 2)])
def test_other_numbers_than_the_known_ones_fail(member: str, step: int, tmp_path: Path) -> None:
    sample = _sample(tmp_path)
    known = json.loads((sample / "expected.json").read_text("utf-8"))
    known[member] = 0
    (sample / "expected.json").write_text(json.dumps(known), "utf-8")
    with pytest.raises(Untrusted, match=f"step={step}"):
        check_sample(sample, tmp_path / "work", NOW)


def test_a_file_that_does_not_fit_its_schema_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civium.authority.commission_xml.ANNEX_REVISION", "none")
    with pytest.raises(Untrusted, match="step=3"):
        check_sample(_sample(tmp_path), tmp_path / "work", NOW)


def test_the_frozen_sample_has_the_rows_its_maker_makes() -> None:
    """Formats are frozen: what was written once must stay readable; the maker only documents it."""
    assert len(sample_log().rows) == 17
    assert selftest.EXPORT.endswith(".civium")
