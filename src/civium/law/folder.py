"""Reads a procedure's folder, wherever it lies: documents and pictures, and what cannot be read said file by file.

The rules are:
- whoever may read files gives the folder; nothing outside it is reached, and nothing in it is run;
- a file that is no JSON, is too large or says a key twice is a fault of its own (`civium.law.shapes.Fault`);
- a folder with any fault is never taken in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Final

from civium.errors import Misconfigured
from civium.law.checking import check_documents
from civium.law.shapes import Fault, shown
from civium.law.shelf import PICTURE, take_in

# A language's official texts are some 20 kB; an emblem some 10 kB; the Union has 27 jurisdictions and 24 languages.
LARGEST_DOCUMENT: Final = 1 << 20
LARGEST_PICTURE: Final = 200_000
MOST_FILES: Final = 4_000
_FOLDERS: Final = ("jurisdictions", "wording")
_UNREADABLE: Final = "cannot be read"
# What a picture of a paper does not need, and a page that ever showed it must not run or load.
_NOT_IN_A_PICTURE: Final = (b"<script", b"<foreignobject", b"javascript:", b"<!entity", b"http-equiv", b" onload", b" onclick")


@dataclass(frozen=True)
class Read:
    """What a folder holds, and what of it could not be read or does not fit together."""

    documents: dict[str, Any]
    pictures: dict[str, bytes]
    faults: tuple[Fault, ...]

    @property
    def name(self) -> str:
        """The procedure's name; "" where the folder does not say it."""
        told = self.documents.get("procedure")
        name = told.get("name") if isinstance(told, dict) else None
        return name if isinstance(name, str) else ""


def read_folder(folder: Traversable) -> Read:
    """Read and check a procedure's folder. Raises Misconfigured("procedure-folder-missing") where there is none."""
    documents: dict[str, Any] = {}
    pictures: dict[str, bytes] = {}
    faults: list[Fault] = []
    if not folder.is_dir():
        raise Misconfigured("procedure-folder-missing")
    for count, (name, entry) in enumerate(_files(folder), 1):
        if count > MOST_FILES:
            faults.append(Fault("", "", f"holds more than {MOST_FILES} files", "name the folder of one procedure"))
            break
        if name.endswith(".json"):
            _read_document(name, entry, documents, faults)
        elif name.endswith(PICTURE) and "/" not in name:
            _read_picture(name, entry, pictures, faults)
        elif not name.endswith((".md", ".txt")):
            faults.append(Fault(name, "", "does not belong here", "remove it: a procedure is .json, .svg, and .md for people"))
    return Read(documents, pictures, tuple(faults) or check_documents(documents, pictures))


def take_in_folder(folder: Traversable) -> str:
    """Make the procedure of a folder known to this process, and give its name.

    Raises Misconfigured `procedure-folder-missing`, `procedure-faulty` (with the number of faults), `procedure-name-taken`.
    """
    found = read_folder(folder)
    if found.faults:
        raise Misconfigured("procedure-faulty", faults=len(found.faults))
    take_in(found.name, found.documents, found.pictures)
    return found.name


def take_in_all(folder: Traversable) -> tuple[str, ...]:
    """Make every procedure that lies in a folder known: one folder each. Raises what `take_in_folder` raises; no folder gives ()."""
    if not folder.is_dir():
        return ()
    return tuple(take_in_folder(entry) for entry in sorted(folder.iterdir(), key=lambda entry: entry.name) if entry.is_dir())


def _files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    """Give the files of a procedure's folder and of the two folders in it, in order."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and entry.name in _FOLDERS:
            for inner in sorted(entry.iterdir(), key=lambda inner: inner.name):
                if not inner.name.startswith("."):
                    yield f"{entry.name}/{inner.name}", inner
        else:
            yield entry.name, entry


def _read_document(name: str, entry: Traversable, documents: dict[str, Any], faults: list[Fault]) -> None:
    try:
        raw = _bytes_of(entry)
        if len(raw) > LARGEST_DOCUMENT:
            faults.append(Fault(name, "", "is too large", f"write at most {LARGEST_DOCUMENT:,} bytes"))
            return
        told = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
        # Half of a sign, as JSON can write it, is in no text that could be shown or sent.
        json.dumps(told, ensure_ascii=False).encode("utf-8")
        documents[name.removesuffix(".json")] = told
    except _TwiceError as twice:
        faults.append(Fault(name, twice.key, "stands twice", "remove one of the two"))
    except UnicodeEncodeError:
        faults.append(Fault(name, "", "holds half of a sign (\\ud800 to \\udfff)", "write the sign itself"))
    except UnicodeDecodeError:
        faults.append(Fault(name, "", "is no UTF-8", "save it as UTF-8"))
    except json.JSONDecodeError as trouble:
        where = f"line {trouble.lineno}, column {trouble.colno}"
        faults.append(Fault(name, "", f"is no JSON at {where}", "look there for a missing comma, bracket or quotation mark"))
    except ValueError:
        faults.append(Fault(name, "", "holds a number of thousands of digits", "write the number that you mean"))
    except (OSError, RecursionError):
        faults.append(Fault(name, "", _UNREADABLE, "look at the file's rights, and whether it is a file"))


def _read_picture(name: str, entry: Traversable, pictures: dict[str, bytes], faults: list[Fault]) -> None:
    try:
        raw = _bytes_of(entry)
    except OSError:
        faults.append(Fault(name, "", _UNREADABLE, "look at the file's rights, and whether it is a file"))
        return
    lower = raw.lower()
    if len(raw) > LARGEST_PICTURE:
        faults.append(Fault(name, "", "is too large", f"draw it with at most {LARGEST_PICTURE:,} bytes"))
    elif b"<svg" not in lower or not _is_text(raw) or any(part in lower for part in _NOT_IN_A_PICTURE):
        faults.append(Fault(name, "", "is no plain SVG drawing", "draw it without scripts, links and foreign parts"))
    else:
        pictures[name] = raw


def _bytes_of(entry: Traversable) -> bytes:
    """Give a file's bytes. Raises OSError for what is no file: a pipe or a device never ends."""
    if not entry.is_file():
        raise FileNotFoundError
    return entry.read_bytes()


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _TwiceError(ValueError):
    """A key stands twice in one object."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = shown(key).strip('"')


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Give the object of its pairs; JSON readers differ in which of two equal keys they take."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found
