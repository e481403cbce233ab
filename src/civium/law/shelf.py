"""The room's own JSON, read once from the installed package: procedures, countries and official wording."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from civium.errors import Refused

PROCEDURES: Final = ("eci", "petition")


@cache
def documents_of(procedure: str) -> dict[str, Any]:
    """Give a procedure's documents by path without ending (`procedure`, `jurisdictions/AT`, `wording/de`).

    Raises Refused for a procedure that is not part of the package.
    """
    if procedure not in PROCEDURES:
        raise Refused("procedure-unknown")
    return dict(_documents_under(files("civium.law").joinpath(procedure), ""))


@cache
def country_codes() -> tuple[str, ...]:
    """Give the ISO 3166-1 alpha-2 codes of all countries, in alphabetical order."""
    return tuple(json.loads(files("civium.law").joinpath("countries.json").read_bytes())["codes"].split())


def _documents_under(folder: Traversable, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _documents_under(entry, f"{prefix}{entry.name}/")
        else:
            found.append((prefix + entry.name.removesuffix(".json"), json.loads(entry.read_bytes())))
    return found
