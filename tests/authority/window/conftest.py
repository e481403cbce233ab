"""Windows for tests: each on a folder of its own, with a key, ended when the test has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authority.build import authority_key, write_key
from tests.authority.make_sample import sample_log
from tests.authority.window.visitor import Window


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Give a folder with an export of one statement of each kind and its key."""
    folder = tmp_path / "office"
    folder.mkdir()
    log = sample_log()
    log.write(folder / "x.civium")
    write_key(folder / "es.civium-private-key", log.key)
    write_key(folder / "lu.civium-private-key", authority_key("LU"))
    return folder


@pytest.fixture
def window(office: Path) -> Iterator[Window]:
    """Give a window on it, into which somebody has come."""
    opened = Window(office)
    opened.comes_in()
    yield opened
    opened.close()


@pytest.fixture
def unlocked(window: Window) -> Window:
    """Give it with the file chosen and the key unlocked."""
    window.does("choose", name="x.civium")
    window.does("unlock", key="es.civium-private-key", passphrase="correct horse battery staple", by="R. Ejemplo")
    assert window.desk.keys
    return window


@pytest.fixture
def verified(unlocked: Window) -> Window:
    """Give it with everything opened and checked."""
    unlocked.does("open")
    assert "Everything is opened and checked" in unlocked.works()
    return unlocked
