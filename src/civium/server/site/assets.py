"""The files that pages load: stylesheet, icon, themes, rules and the signatory's script, each named after its content."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from civium.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable

STATIC = Path(__file__).parent / "static"
# Where the build puts what browser/build.mjs made.
BUNDLE = Path(__file__).parents[1] / "assets"
TYPES = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "pdf": "application/pdf",
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,>])\s*")


@dataclass(frozen=True)
class Asset:
    """One file: its address, its bytes, what they are."""

    path: str
    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def named(name: str, content: bytes, ending: str) -> Asset:
    """An asset whose address carries the beginning of its hash, so that it may be kept for ever."""
    return Asset(f"/assets/{name}.{sha256(content).hexdigest()[:12]}.{ending}", content, TYPES[ending])


@cache
def stylesheet() -> Asset:
    """The stylesheet of all pages, without its comments and needless spaces."""
    return named("civium", _smaller((STATIC / "civium.css").read_text(encoding="utf-8")).encode(), "css")


@cache
def page_stylesheet(name: str) -> Asset:
    """What one page needs beyond the stylesheet of all: loaded by that page alone."""
    return named(name, _smaller((STATIC / f"{name}.css").read_text(encoding="utf-8")).encode(), "css")


def page_stylesheets() -> tuple[Asset, ...]:
    """The stylesheets of all such pages."""
    return tuple(page_stylesheet(path.stem) for path in sorted(STATIC.glob("*.css")) if path.stem != "civium")


@cache
def icon() -> Asset:
    """The tally of five strokes, for the browser's tab."""
    return named("icon", (STATIC / "icon.svg").read_bytes(), "svg")


@cache
def bundle() -> dict[str, Asset]:
    """The signatory's script with its lazily loaded parts, by the names the build gave. Raises Misconfigured("bundle-missing")."""
    index = BUNDLE / "assets.json"
    if not index.exists():
        raise Misconfigured("bundle-missing")
    listed = json.loads(index.read_text(encoding="utf-8"))
    found = {}
    for name, entry in listed.items():
        file = entry["file"] if isinstance(entry, dict) else entry
        content = (BUNDLE / file).read_bytes()
        found[name] = Asset(f"/assets/{file}", content, TYPES[file.rsplit(".", 1)[-1]])
        if isinstance(entry, dict) and entry["sha256"] != found[name].sha256:
            raise Misconfigured("bundle-differs")
    return found


def bundle_hashes() -> dict[str, bytes]:
    """SHA-256 of each script of the bundle, by the names the build gave: what a manifest promises."""
    return {name: bytes.fromhex(asset.sha256) for name, asset in bundle().items()}


def picture(name: str, content: bytes) -> Asset:
    """A logo or cover as the organisers gave it; what it is shows in its first bytes."""
    for start, ending in ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"RIFF", "webp")):
        if content.startswith(start):
            return named(name, content, ending)
    return named(name, content, "svg")


def by_path(assets: Iterable[Asset]) -> dict[str, Asset]:
    """Assets by their addresses."""
    return {asset.path: asset for asset in assets}


def _smaller(css: str) -> str:
    return _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", css))).strip().replace(";}", "}")
