"""What the tests of the officer's side share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authority.commands.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Give an officer's folder with a key."""
    return Desk(tmp_path, capsys)
