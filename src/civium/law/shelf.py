"""The room's own JSON, read once from the installed package: procedures, countries and official wording; and procedures taken in.

The rules are:
- the package's own procedures are read from the package, once;
- others are read by whoever may read files, are checked (`civium.law.checking`), and are taken in when a process begins, before anything is asked of them;
- what was taken in is never changed: the same name means the same data as long as a process lives.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from civium.errors import Misconfigured, Refused

PROCEDURES: Final = ("eci", "petition", "region")
PICTURE: Final = ".svg"
_taken_in: dict[str, tuple[dict[str, Any], dict[str, bytes]]] = {}


def documents_of(procedure: str) -> dict[str, Any]:
    """Give a procedure's documents by path without ending (`procedure`, `jurisdictions/AT`, `wording/de`).

    Raises Refused for a procedure that is neither part of the package nor taken in.
    """
    if procedure in _taken_in:
        return _taken_in[procedure][0]
    return _own_documents(procedure)


def picture_of(procedure: str, file: str) -> bytes:
    """Give a picture that lies in a procedure's folder. Raises Refused `procedure-unknown`; Misconfigured `procedure-incomplete`."""
    if procedure in _taken_in:
        pictures = _taken_in[procedure][1]
    elif procedure in PROCEDURES:
        pictures = _pictures_in(procedure)
    else:
        raise Refused("procedure-unknown")
    try:
        return pictures[file]
    except KeyError:
        raise Misconfigured("procedure-incomplete") from None


def take_in(name: str, documents: dict[str, Any], pictures: dict[str, bytes]) -> None:
    """Make a procedure that somebody else has read and checked known under its name, for as long as this process lives.

    Raises Misconfigured("procedure-name-taken") where another procedure has that name; the same one may be taken in twice.
    """
    kept = _taken_in.get(name)
    if name in PROCEDURES or (kept is not None and kept != (documents, pictures)):
        raise Misconfigured("procedure-name-taken")
    _taken_in[name] = (documents, pictures)


def known_procedures() -> tuple[str, ...]:
    """Give the names of all procedures: the package's own, then those taken in."""
    return (*PROCEDURES, *_taken_in)


@cache
def _own_documents(procedure: str) -> dict[str, Any]:
    if procedure not in PROCEDURES:
        raise Refused("procedure-unknown")
    return dict(_documents_under(files("civium.law").joinpath(procedure), ""))


@cache
def _pictures_in(procedure: str) -> dict[str, bytes]:
    folder = files("civium.law").joinpath(procedure)
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(PICTURE)}


@cache
def country_codes() -> tuple[str, ...]:
    """Give the ISO 3166-1 alpha-2 codes of all countries, in alphabetical order."""
    return tuple(json.loads(files("civium.law").joinpath("countries.json").read_bytes())["codes"].split())


def _documents_under(folder: Traversable, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _documents_under(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".json"):
            found.append((prefix + entry.name.removesuffix(".json"), json.loads(entry.read_bytes())))
    return found
