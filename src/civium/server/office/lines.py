"""Checks text that organisers type: normalised, without invisible signs, within its length."""

from __future__ import annotations

import unicodedata

from civium.errors import Refused

_ALLOWED_CONTROLS = ("\n",)


def checked_line(text: str, longest: int) -> str:
    """Give one line of text. Raises Refused `typed-unreadable` for controls and broken lines, `typed-too-long`."""
    return _checked(text, longest, ())


def checked_lines(text: str, longest: int) -> str:
    """Give text that may have several lines. Raises Refused `typed-unreadable`, `typed-too-long`."""
    return _checked(text.replace("\r\n", "\n").replace("\r", "\n"), longest, _ALLOWED_CONTROLS)


def _checked(text: str, longest: int, allowed: tuple[str, ...]) -> str:
    clean = unicodedata.normalize("NFC", text).strip()
    # Cf holds the signs that turn the direction of what follows: a name would read as another.
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Cf", "Co") and sign not in allowed for sign in clean):
        raise Refused("typed-unreadable")
    if len(clean) > longest:
        raise Refused("typed-too-long", longest=longest)
    return clean
