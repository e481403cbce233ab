"""Names and contents of a log's tiles, as C2SP tlog-tiles has them (docs/spec/merkle.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from civium.errors import Refused
from civium.formats.binary import Reader, bytes16

WIDTH = 256
_HIGHEST_LEVEL = 5  # 2**48 leaves and more: no log of people
# Six groups: 10**18 tiles. Without a bound a stranger's path of thousands of groups would be a number Python does not read.
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True)
class Tile:
    """A tile's place: level (None for entries), number, and width 1 to 256."""

    level: int | None
    number: int
    width: int = WIDTH


def tile_path(tile: Tile) -> str:
    """Give the path of a tile below its log."""
    groups: list[str] = []
    number = tile.number
    while True:
        groups.insert(0, f"{number % 1000:03d}")
        number //= 1000
        if not number:
            break
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    level = "entries" if tile.level is None else str(tile.level)
    return f"tile/{level}/{name}" + ("" if tile.width == WIDTH else f".p/{tile.width}")


def parse_tile_path(path: str) -> Tile:
    """Give the tile of a path. Raises Refused `tile-path`; only the one spelling of a path is taken."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise Refused("tile-path")
    level = None if match[1] == "entries" else int(match[1])
    tile = Tile(level, int(match[2].replace("x", "").replace("/", "")), int(match[3] or WIDTH))
    if tile_path(tile) != path or (level or 0) > _HIGHEST_LEVEL:
        raise Refused("tile-path")
    return tile


def encode_entries(records: Iterable[bytes]) -> bytes:
    """Give an entry bundle: each leaf record with its length."""
    return b"".join(bytes16(record) for record in records)


def parse_entries(raw: bytes) -> list[bytes]:
    """Give the leaf records of an entry bundle. Raises Refused `tile-malformed`."""
    reader = Reader(raw, "tile-malformed")
    records = []
    size = len(raw)
    while size > 0:
        records.append(reader.bytes16())
        size -= 2 + len(records[-1])
    reader.check_end()
    return records
