"""A live initiative with statements, for jobs to work on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.server.config import Config
from civium.server.initiatives.models import Collection, Initiative
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.store.opening import prepare_store
from tests.server.conftest import database_settings
from tests.server.initiatives import place


@pytest.fixture
def config(civium_db: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Give the settings of this test's installation, also to whatever asks Django for them."""
    given = {"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"} | database_settings(civium_db.parent)
    made = Config.from_environment(given)
    from django.conf import settings

    monkeypatch.setattr(settings, "CONFIG", made)
    return made


@pytest.fixture
def premises(config: Config) -> Iterator[Premises]:
    """Give the store, the keys and a script's hash."""
    prepare_store(config)
    with open_premises(config, place.BUNDLE) as opened:
        yield opened


@pytest.fixture
def live(tmp_path: Path, premises: Premises) -> Initiative:
    """Give a demonstration that collects."""
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    return initiative


@pytest.fixture
def collection(live: Initiative) -> Collection:
    """Give its collection."""
    found = live.live_collection()
    assert found is not None
    return found


@pytest.fixture
def central(tmp_path: Path, premises: Premises) -> Initiative:
    """Give an initiative that counts: two persons decide."""
    place.make_installation("central")
    initiative = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.go_live(initiative, premises)
    return initiative
