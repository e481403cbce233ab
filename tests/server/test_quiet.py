"""No address that a visitor asks for, and nothing a failed page held, reaches a log."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from civium.server.quiet import OnlyTheKind

if TYPE_CHECKING:
    from pathlib import Path

_ASK = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
client = Client(headers={"host": "collect.example"}, raise_request_exception=False)
assert client.get("/en/ana-robledo").status_code == 500, "there is no table yet"
call_command("migrate", verbosity=0)
assert client.get("/en/ana-robledo").status_code == 404
client.get("/en/", headers={"host": "ana-robledo.example"})
"""


def test_what_was_asked_for_is_not_printed(tmp_path: Path) -> None:
    settings = {"CIVIUM_DATA": str(tmp_path), "CIVIUM_URL": "https://collect.example", "PYTHONWARNINGS": "default"}
    environ = {**os.environ, **settings, "DJANGO_SETTINGS_MODULE": "civium.server.settings"}
    asked = subprocess.run([sys.executable, "-c", _ASK], env=environ, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    assert asked.stderr.startswith("page-failed ")
    assert "ana" not in asked.stderr
    assert asked.stdout == ""


def test_a_record_keeps_its_kind_and_nothing_else() -> None:
    try:
        int("00000000T")
    except ValueError:
        record = logging.getLogger("django.request").makeRecord(
            "django.request", logging.ERROR, "file", 1, "Internal Server Error: %s", ("/ana",), sys.exc_info()
        )
    assert OnlyTheKind().filter(record)
    assert logging.Formatter().format(record) == "page-failed ValueError"
