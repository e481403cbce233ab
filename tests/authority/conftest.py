"""What the tests of the officer's side share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authority import softhsm as softhsms
from tests.authority.commands.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Give an officer's folder with a key."""
    return Desk(tmp_path, capsys)


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[softhsms.SoftHSM]:
    """Give tokens that this very process may use: the module reads its configuration once, so they serve all tests."""
    made = softhsms.set_up(tmp_path_factory.mktemp("softhsm"))
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = made.environment["SOFTHSM2_CONF"]
    yield made
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def softhsm_apart(tmp_path: Path) -> softhsms.SoftHSM:
    """Give tokens for other processes alone: they can be taken out."""
    folder = tmp_path / "softhsm"
    folder.mkdir()
    return softhsms.set_up(folder)
