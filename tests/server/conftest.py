"""Django for tests: made ready once, with a database of its own for each test that asks for one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.core.management import call_command
from django.db import connections

os.environ["CIVIUM_DATA"] = tempfile.mkdtemp(prefix="civium-tests-")
os.environ["CIVIUM_URL"] = "https://collect.example"
os.environ["DJANGO_SETTINGS_MODULE"] = "civium.server.settings"
django.setup()


def _use(path: Path) -> None:
    connections.close_all()
    # All threads' connections are made from this one dictionary.
    connections["default"].settings_dict["NAME"] = path


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give an empty civium.db of the present schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "civium.db"
    _use(path)
    call_command("migrate", verbosity=0)
    connections.close_all()
    yield path
    shutil.rmtree(os.environ["CIVIUM_DATA"], ignore_errors=True)


@pytest.fixture
def civium_db(migrated: Path, tmp_path: Path) -> Iterator[Path]:
    """Give this test a civium.db of its own, empty."""
    path = tmp_path / "civium.db"
    shutil.copy(migrated, path)
    _use(path)
    yield path
    connections.close_all()
