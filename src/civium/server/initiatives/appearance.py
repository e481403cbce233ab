"""How an initiative's pages look: colour, logo, cover, layout, blocks, film, certificate, checked here and stored as one JSON.

The rules are:
- the organisers give one file, `appearance.json`, and the pictures it names beside it; what is stored names them by their hash (uploads.py);
- pictures lose what was written beside them, drawings everything but shapes; nothing is stored that a page could not show;
- what the law wants on the page cannot be turned off: the text, the organisers, who can read a statement;
- an installation's pages differ in look only: no setting here changes what a page says of a deployment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal, uploads
from civium.server.initiatives.models import Initiative, Upload
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.initiatives.setup import SET_APART, pages_changed
from civium.server.site import drawing, picture, shown

# Colour and name may stand in the folder or here.
_EITHER = frozenset({"theme_colour", "maker"})
KNOWN = frozenset({"comment", "theme_colour", "maker", "logo", "cover", "layout", "blocks", "video", "certificate"})
NEEDED_BLOCKS = frozenset({"organisers"})
LONGEST_MAKER = 60
LONGEST_ALTERNATIVE = 120
LARGEST_FILE = 1 << 16
# A logo is loaded before anything is read; a cover after everything else; three widths serve phones, tablets and desks.
LARGEST_LOGO, LARGEST_COVER, MOST_COVERS = 40_000, 250_000, 3
NARROWEST_COVER, WIDEST_PICTURE = 320, 4_000
LARGEST_CERTIFICATE = 5_000_000
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True)
class Appearance:
    """What is stored, how many parts of the drawings were left out, and the files that it names and that are not kept yet."""

    stored: Mapping[str, Any]
    left_out: int = 0
    files: tuple[uploads.File, ...] = ()


def read_appearance(path: Path, initiative: Initiative) -> Appearance:
    """Read `appearance.json` and the files it names beside it. Raises Refused with what is wrong (docs/appearance.md)."""
    try:
        told = json.loads(_file(path.parent, path.name, LARGEST_FILE))
    except ValueError:
        raise Refused("appearance-malformed", key="appearance.json") from None
    return appearance_of(told, lambda name, largest: _file(path.parent, name, largest), initiative)


def appearance_of(told: Any, file: Any, initiative: Initiative) -> Appearance:
    """Check what organisers told; `file(name, largest)` gives the bytes of a file that it names. Raises Refused."""
    if not isinstance(told, dict):
        raise Refused("appearance-malformed", key="appearance.json")
    if set(told) - KNOWN:
        raise Refused("appearance-key-unknown")
    stored: dict[str, Any] = {}
    files: list[uploads.File] = []
    if told.get("theme_colour") is not None:
        stored["theme_colour"] = _matching(told["theme_colour"], _COLOUR, "theme_colour").lower()
    if told.get("maker"):
        stored["maker"] = _line(told["maker"], LONGEST_MAKER, "maker")
    left_out = _logo(told.get("logo"), file, stored, files, initiative) + _cover(told.get("cover"), file, stored, files)
    if "layout" in told:
        stored["layout"] = _one_of(told["layout"], shown.LAYOUTS, "layout")
    if "blocks" in told:
        stored["blocks"] = _blocks(told["blocks"])
    if told.get("video") is not None:
        stored["video"] = _video(told["video"], initiative)
    if told.get("certificate") is not None:
        stored["certificate"] = _certificate(told["certificate"], file, files, initiative)
    return Appearance(stored, left_out, tuple(files))


def set_appearance(initiative: Initiative, appearance: Appearance, by: Persons, *, now: datetime) -> tuple[str, ...]:
    """Store it in place of the one before and give the names of what changed. Once live, two persons do it: Refused `second-person-missing`.

    Refused `upload-missing` where it names a picture or paper that is not here any more.
    """
    if initiative.live_collection() is not None:
        check_two_persons(initiative.deployment, by)
    with transaction.atomic():
        journal.take_turn(initiative)
        initiative.refresh_from_db(fields=["appearance"])
        before = dict(initiative.appearance)
        # What the initiative's folder told stays, unless it is told anew here (docs/initiative-folder.md).
        after = {name: value for name, value in before.items() if name not in SET_APART or name in _EITHER} | dict(
            appearance.stored
        )
        changed = tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
        uploads.keep(initiative, appearance.files, now=now)
        uploads.check_kept(initiative, appearance.stored)
        initiative.appearance = after
        initiative.save(update_fields=["appearance"])
        uploads.remove_unnamed(initiative)
        if changed:
            journal.record("appearance-changed", initiative, by, {"changed": list(changed)}, now=now)
            pages_changed(initiative)
    return changed


def _file(folder: Path, name: object, largest: int) -> bytes:
    """Read a file that lies in the folder itself: a name, never a way."""
    if not isinstance(name, str) or not name or Path(name).name != name:
        raise Refused("appearance-malformed", key="file")
    try:
        with (folder / name).open("rb") as stream:
            content = stream.read(largest + 1)
    except OSError:
        raise Refused("file-missing") from None
    if len(content) > largest:
        raise Refused("file-too-large", largest=largest)
    return content


def _logo(told: object, file: Any, stored: dict[str, Any], files: list[uploads.File], initiative: Initiative) -> int:
    if told is None:
        return 0
    if not isinstance(told, dict) or set(told) - {"file", "alternative"}:
        raise Refused("appearance-malformed", key="logo")
    content, left_out = _pictured(file(told.get("file"), LARGEST_LOGO), widest=WIDEST_PICTURE, narrowest=1)
    stored["logo"] = _named(Upload.Kind.LOGO, content, files)
    if told.get("alternative"):
        stored["logo_alternative"] = _by_language(told["alternative"], LONGEST_ALTERNATIVE, "logo", initiative)
    return left_out


def _cover(told: object, file: Any, stored: dict[str, Any], files: list[uploads.File]) -> int:
    if told is None:
        return 0
    if not isinstance(told, list) or not 0 < len(told) <= MOST_COVERS:
        raise Refused("appearance-malformed", key="cover")
    found = [_pictured(file(name, LARGEST_COVER), widest=WIDEST_PICTURE, narrowest=NARROWEST_COVER) for name in told]
    stored["cover"] = [_named(Upload.Kind.COVER, content, files) for content, _left_out in found]
    return sum(left_out for _content, left_out in found)


def _pictured(content: bytes, *, widest: int, narrowest: int) -> tuple[bytes, int]:
    """The picture as it is stored. A drawing has every width."""
    if picture.kind(content) is None:
        return drawing.cleaned(content)
    bare = picture.bared(content)
    size = picture.size(bare)
    if size is None:
        raise Refused("picture-malformed")
    if not narrowest <= size.width <= widest or not 1 <= size.height <= widest:
        raise Refused("picture-size", least=narrowest, most=widest)
    return bare, 0


def _blocks(told: object) -> list[str]:
    if not isinstance(told, list) or len(set(map(str, told))) != len(told):
        raise Refused("appearance-malformed", key="blocks")
    blocks = [_one_of(name, shown.BLOCKS, "blocks") for name in told]
    if NEEDED_BLOCKS - set(blocks):
        raise Refused("appearance-block-missing")
    return blocks


def _video(told: object, initiative: Initiative) -> dict[str, Any]:
    if not isinstance(told, dict) or set(told) != {"url", "titles"} or not isinstance(told["url"], str):
        raise Refused("appearance-malformed", key="video")
    parts = urlsplit(told["url"]) if len(told["url"]) <= 500 and told["url"].isprintable() else None
    if parts is None or parts.scheme != "https" or not parts.hostname or parts.username or " " in told["url"]:
        raise Refused("appearance-malformed", key="video")
    titles = _by_language(told["titles"], LONGEST_ALTERNATIVE, "video", initiative)
    return {"url": told["url"], "titles": titles}


def _certificate(told: object, file: Any, files: list[uploads.File], initiative: Initiative) -> dict[str, Any]:
    """Annex IV: given by an authority of a State to a system that collects; a demonstration and a campaign page have none."""
    chosen = deployment(load_procedure(initiative.procedure), initiative.deployment)
    if not chosen.collects or chosen.banner:
        raise Refused("certificate-not-possible")
    if not isinstance(told, dict) or set(told) != {"authority", "country", "issued_on", "file"}:
        raise Refused("appearance-malformed", key="certificate")
    try:
        issued_on = date.fromisoformat(told["issued_on"])
    except (TypeError, ValueError):
        raise Refused("appearance-malformed", key="certificate") from None
    content = file(told["file"], LARGEST_CERTIFICATE)
    if not content.startswith(b"%PDF-"):
        raise Refused("certificate-malformed")
    return {
        "authority": _line(told["authority"], 200, "certificate"),
        "country": _matching(told["country"], re.compile(r"[A-Z]{2}"), "certificate"),
        "issued_on": issued_on.isoformat(),
        "sha256": _named(Upload.Kind.CERTIFICATE, content, files),
    }


def _by_language(told: object, longest: int, key: str, initiative: Initiative) -> dict[str, str]:
    """A line in each language; the original language must be among them."""
    if not isinstance(told, dict) or initiative.original_language not in told:
        raise Refused("appearance-malformed", key=key)
    return {_matching(code, _LANGUAGE, key): _line(line, longest, key) for code, line in told.items()}


def _line(value: object, longest: int, key: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        raise Refused("appearance-malformed", key=key)
    return value.strip()


def _matching(value: object, pattern: re.Pattern[str], key: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Refused("appearance-malformed", key=key)
    return value


def _one_of(value: object, known: tuple[str, ...], key: str) -> str:
    if value not in known:
        raise Refused("appearance-malformed", key=key)
    return str(value)


def _named(kind: Upload.Kind, content: bytes, files: list[uploads.File]) -> str:
    """Put a file among those to be kept, and give the name that stands for it."""
    files.append(uploads.File(kind, content))
    return files[-1].name
