"""The words of the console: English sentences in the code, other languages by catalogue (domain `console`) when there are any."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from civium.server.site import languages
from civium.server.site.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "console"


@cache
def words(code: str) -> Words:
    """Give the words of a language; whatever its catalogue lacks stays English."""
    path = LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    if code == languages.SOURCE or not path.exists():
        return Words(languages.SOURCE, {}, lambda number: int(number != 1))
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=str(languages.locale_of(code)), domain=DOMAIN)
    messages: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        said = message.string
        if key and said and not message.fuzzy and (isinstance(said, str) or all(said)):
            messages[key] = said if isinstance(said, str) else tuple(said)
    return Words(code, messages, _plural_of(catalogue.plural_expr))


def _plural_of(expression: str) -> Callable[[int], int]:
    from gettext import c2py

    return c2py(expression)
