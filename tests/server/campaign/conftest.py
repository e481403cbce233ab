"""What tests of campaigns share: a live initiative of an installation made for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civium.server.config import Config
from civium.server.initiatives.premises import open_premises
from civium.server.store.opening import prepare_store
from tests.server.conftest import database_settings
from tests.server.initiatives import place

if TYPE_CHECKING:
    from civium.server.initiatives.models import Collection


@pytest.fixture
def collection(civium_db: Path, tmp_path: Path) -> Iterator[Collection]:
    """Give the collection of a live demonstration."""
    settings = {"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"} | database_settings(
        civium_db.parent
    )
    config = Config.from_environment(settings)
    prepare_store(config)
    with open_premises(config, place.BUNDLE) as premises:
        place.make_installation()
        yield place.go_live(place.add_initiative(tmp_path / "folder"), premises)
