"""What tests of the acts share: premises with an empty store, for an installation that is made in each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.server.config import Config
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.store.opening import prepare_store
from tests.server.conftest import IS_ON_POSTGRESQL, database_settings

from . import place

# What the journal refuses is told in the words of the engine: each has its own file.
collect_ignore = ["test_journal.py" if IS_ON_POSTGRESQL else "test_journal_on_postgresql.py"]


@pytest.fixture
def config(civium_db: Path) -> Config:
    """Give the settings of this test's installation."""
    return Config.from_environment(
        {"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"} | database_settings(civium_db.parent)
    )


@pytest.fixture
def premises(config: Config) -> Iterator[Premises]:
    """Give the store, the keys and a script's hash."""
    prepare_store(config)
    with open_premises(config, place.BUNDLE) as opened:
        yield opened
