"""Which signs the typesetter's own fonts have; all others, and those that nobody sees, are spelled out."""

from __future__ import annotations

import re
from bisect import bisect_right

from civium.authority.table_xlsx import printable

# An accent or two belong to a letter; a tower of them covers the lines above.
_TOWER = re.compile("([\u0300-\u036f]{2})([\u0300-\u036f]+)")
# First and last signs of the runs that the typesetter's own fonts have (a test sets them all); other signs are spelled out.
COVERED = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x377),
    (0x37A, 0x37F),
    (0x384, 0x38A),
    (0x38C, 0x38C),
    (0x38E, 0x3A1),
    (0x3A3, 0x4FF),
    (0x510, 0x513),
    (0x51A, 0x51D),
    (0x531, 0x556),
    (0x559, 0x58A),
    (0x10D0, 0x10FF),
    (0x1D00, 0x1F15),
    (0x1F18, 0x1F1D),
    (0x1F20, 0x1F45),
    (0x1F48, 0x1F4D),
    (0x1F50, 0x1F57),
    (0x1F5F, 0x1F7D),
    (0x1F80, 0x1FB4),
    (0x1FB6, 0x1FC4),
    (0x1FC6, 0x1FD3),
    (0x1FD6, 0x1FDB),
    (0x1FDD, 0x1FEF),
    (0x1FF2, 0x1FF4),
    (0x1FF6, 0x1FFE),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x20A0, 0x20C0),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x22FF),
)
_STARTS = [first for first, _ in COVERED]


def set_signs(text: str) -> str:
    """Give text as it can be set: a sign that no font has, or that nobody sees, as `<U+4E2D>`."""
    seen = "".join(sign if _is_covered(sign) else _spelled(sign) for sign in printable(text))
    return _TOWER.sub(lambda found: found[1] + "".join(map(_spelled, found[2])), seen)


def _spelled(sign: str) -> str:
    return f"<U+{ord(sign):04X}>"


def _is_covered(sign: str) -> bool:
    at = bisect_right(_STARTS, ord(sign)) - 1
    return at >= 0 and ord(sign) <= COVERED[at][1]
