"""The bench of a whole verification goes the whole way by the officer's commands, and finds what is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import verify


@pytest.mark.slow
def test_a_whole_verification_is_measured(tmp_path: Path) -> None:
    path, truth = verify.made("PL", 400, tmp_path)
    (tmp_path / "desk").mkdir()
    numbers = verify.run(path, truth, "PL", tmp_path / "desk", bare=50)
    assert numbers["verify_rows"] == 400
    assert min(numbers["verify_repeat_precision"], numbers["verify_repeat_recall"]) > 0.9
    assert 10 < numbers["verify_peak_mib"] < 1024
    assert numbers["verify_million_seconds"] > 0 < numbers["verify_vs_bare_open"]
    assert truth.grounds["repeat"], "nothing is measured where nothing is so"
