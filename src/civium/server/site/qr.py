"""The QR code of an address, drawn here: as SVG, as PNG, and as the matrix both are made from (ISO/IEC 18004).

The rules are:
- error correction of level M at least (a sixth of the code may be dirty or torn); more where the code does not grow by it;
- the quiet zone of four modules belongs to the drawing: without it a camera may not find the code;
- dark on white in every colour scheme: many readers do not know a code that is light on dark.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import segno
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator

QUIET_MODULES = 4
_PIXELS = 16  # a module of the PNG: some 900 pixels for a usual address, sharp on a sheet of A4


@lru_cache(maxsize=1024)
def _code(address: str) -> segno.QRCode:
    return segno.make(address, error="m", boost_error=True, micro=False)


def matrix(address: str) -> tuple[bytes, ...]:
    """The rows of the code without quiet zone: 1 dark, 0 light."""
    return tuple(bytes(row) for row in _code(address).matrix)


def level(address: str) -> str:
    """The level of error correction: M, Q or H."""
    return str(_code(address).error)


def svg(address: str, alternative: str) -> bytes:
    """The code as a drawing of its own, with its text alternative; sharp at every size."""
    rows = matrix(address)
    size = len(rows) + 2 * QUIET_MODULES
    drawn = "".join(f"M{left} {top}h{length}v1h-{length}z" for left, top, length in _runs(rows))
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="{1}" height="{1}" role="img" shape-rendering="crispEdges">'
            '<title>{2}</title><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{3}"/></svg>\n'
        ).format(size, size * 8, alternative, drawn)
    ).encode()


def png(address: str) -> bytes:
    """The code as pixels, for whatever takes no SVG."""
    stream = BytesIO()
    _code(address).save(stream, kind="png", scale=_PIXELS, border=QUIET_MODULES)
    return stream.getvalue()


def _runs(rows: tuple[bytes, ...]) -> Iterator[tuple[int, int, int]]:
    """Dark modules side by side as one stroke: left, top, length; the quiet zone is counted in."""
    for top, row in enumerate(rows):
        left = 0
        while left < len(row):
            length = 0
            while left + length < len(row) and row[left + length]:
                length += 1
            if length:
                yield left + QUIET_MODULES, top + QUIET_MODULES, length
            left += max(length, 1)
