"""Opening goes into the working file, can be stopped anywhere, and goes on from there to the same end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from civium.authority import opening, working_file
from civium.authority.completeness import CompleteExport, check_export
from civium.authority.opened import KIND, facts_of, open_into
from civium.authority.placing import unfinished
from civium.authority.policy import Policy
from civium.authority.rows import decode_rows
from civium.errors import Refused
from tests.authority.build import TEXT, Log, authority_key, dni, spanish, statement

POLICY = Policy("ES")


def _complete(folder: Path, count: int = 9) -> CompleteExport:
    log = Log(authority_key())
    for serial in range(count):
        log.add(statement(spanish(dni(serial))))
    return check_export(log.write(folder / "x.civium"), told=lambda _done, _total: None)


def _open(complete: CompleteExport, target: Path, told: object = lambda _done, _total: None, **changes: object) -> int:
    settings = {"keys": (authority_key(),), "policy": POLICY, "processes": 1, "told": told, **changes}
    return open_into(complete, target, **settings)  # type: ignore[arg-type]


def _opened(target: Path) -> list[bytes | None]:
    kept = working_file.load(target, authority_key(), kind=KIND)
    return [row.plaintext for _, chunk in kept.chunks() for row in decode_rows(chunk)]


def test_all_rows_are_kept_in_order(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    assert _open(_complete(tmp_path), tmp_path / "o", lambda *told: heard.append(told)) == 0
    assert heard == [(0, 9), (9, 9)]
    assert len(_opened(tmp_path / "o")) == 9


def test_a_stop_anywhere_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "ROWS_A_CHUNK", 2)
    complete = _complete(tmp_path)
    _open(complete, tmp_path / "whole")
    for stop_at in (2, 4, 6, 8, 9):

        def stop(done: int, _total: int, stop_at: int = stop_at) -> None:
            if done == stop_at:
                raise KeyboardInterrupt

        target = tmp_path / f"stopped at {stop_at}"
        with pytest.raises(KeyboardInterrupt):
            _open(complete, target, stop)
        assert not target.exists()
        assert _open(complete, target) == stop_at
        assert _opened(target) == _opened(tmp_path / "whole")


_KILLED = """
import os, signal, sys
from pathlib import Path
from civium.authority import opening
from tests.authority.test_opened import _complete, _open
opening.ROWS_A_CHUNK = 2
folder = Path(sys.argv[1])
def kill(done, _total):
    if done == 4:
        os.kill(os.getpid(), signal.SIGKILL)
_open(_complete(folder), folder / "o", kill)
"""


def test_a_killed_process_leaves_what_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(Path.cwd()), os.environ.get("PYTHONPATH", "")))}
    done = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], env=environment, timeout=60)
    assert done.returncode == -9
    monkeypatch.setattr(opening, "ROWS_A_CHUNK", 2)
    complete = check_export(tmp_path / "x.civium", told=lambda _done, _total: None)
    assert _open(complete, tmp_path / "o") == 4
    assert len(_opened(tmp_path / "o")) == 9


def test_finished_work_is_not_overwritten_and_other_rules_do_not_go_on(tmp_path: Path) -> None:
    complete = _complete(tmp_path)

    def stop(done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _open(complete, tmp_path / "o", stop)
    with pytest.raises(Refused, match="work-of-another"):
        _open(complete, tmp_path / "o", policy=Policy("ES", {"number-format": "strike"}))
    _open(complete, tmp_path / "o")
    assert not unfinished(tmp_path / "o").exists()
    with pytest.raises(Refused, match="file-exists"):
        _open(complete, tmp_path / "o")


def test_another_states_policy_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="policy-foreign"):
        _open(_complete(tmp_path), tmp_path / "o", policy=Policy("PT"))
    assert not unfinished(tmp_path / "o").exists()


def test_the_facts_in_clear_name_no_signatory(tmp_path: Path) -> None:
    facts = facts_of(_complete(tmp_path, 1), POLICY)
    assert facts["texts"] == {"en": TEXT}
    assert (facts["opens_on"], facts["closes_on"], facts["deployment"]) == ("2026-03-02", "2026-09-01", "demonstration")
    assert "Robledo" not in str(facts)
