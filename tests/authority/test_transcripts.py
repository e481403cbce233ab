"""Runs tests/authority/transcripts/*.txt as tests/test_transcripts.py runs the others, with tokens plugged in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authority.softhsm import MODULES, SoftHSM
from tests.test_transcripts import pattern_of, read_steps, run

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_commands_answer_as_written(
    transcript: Path, tmp_path: Path, softhsm_apart: SoftHSM, monkeypatch: pytest.MonkeyPatch
) -> None:
    if str(softhsm_apart.module) != MODULES[0]:
        pytest.skip("the transcript finds the module where Debian puts it")
    monkeypatch.setenv("SOFTHSM2_CONF", softhsm_apart.environment["SOFTHSM2_CONF"])
    folder = tmp_path / "desk"
    folder.mkdir()
    steps = read_steps(transcript.read_text("utf-8"))
    assert steps, "an empty transcript shows nothing"
    for step in steps:
        output = run(step.command, folder)
        where = f"{transcript.name}:{step.line}: $ {step.command}"
        assert pattern_of(step.expected).fullmatch(output), f"{where}\ngot:\n{output}"
