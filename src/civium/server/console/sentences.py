"""What an error says on a screen: what happened, then what to do, as sentences; the words are those of the commands, so that both say the same.

The rules are:
- hints that name a command help nobody here: they are left out, unless this table has one for screens;
- a sentence is translated whole, with %(name)s for each fact, and the facts are filled in afterwards;
- a code that has no sentence is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from civium.server.commands.sentences import SENTENCES
from civium.server.initiatives.refusals import REFUSALS

if TYPE_CHECKING:
    from civium.errors import CiviumError
    from civium.server.site.words import Words

_COMMANDS: Final = ("civium ", "--", "CIVIUM_", "docs/")
_FACT: Final = re.compile(r"\{(\w+)\}")
# Code -> what to do about it, said for a screen; or the whole sentence, where commands never say it.
ON_SCREEN: Mapping[str, str] = MappingProxyType(
    {
        "second-person-missing": "Propose it here; another person of your initiative then agrees.",
        "key-test-wrong": "Ask the officer to read them to you again. If they still differ, the key is not the authority's.",
        "store-unavailable": "Nothing was changed. Please try again in a minute.",
    }
)
# What a sentence names by the key of a folder, as screens name it.
KEYS: Final = MappingProxyType({"register_url": "the address in the register"})


class _Facts(dict[str, int | str]):
    """A fact that an error does not carry is shown as a question mark."""

    def __missing__(self, name: str) -> str:
        return "?"


def sentence(error: CiviumError, _: Words) -> str:
    """Give what happened and what to do, in whole sentences."""
    if error.code not in SENTENCES:
        return as_sentence(str(error))
    said = _filled(_, SENTENCES[error.code][0], error)
    if said.endswith(": ?."):
        said = said.removesuffix(": ?.") + "."
    for key, words in KEYS.items():
        said = said.replace(key, _(words))
    return f"{_capital(said)} {_hint(error, _)}".strip()


def is_for_screens(hint: str) -> bool:
    """Say whether a hint names no command, setting or file."""
    return bool(hint) and not any(sign in hint for sign in _COMMANDS)


def as_message(line: str) -> str:
    """Give a line of a table as the catalogue has it: a whole sentence, with %(name)s for each fact."""
    return _FACT.sub(r"%(\1)s", as_sentence(line.replace("%", "%%")))


def _hint(error: CiviumError, _: Words) -> str:
    if error.code in ON_SCREEN:
        return _filled(_, ON_SCREEN[error.code], error)
    hint = REFUSALS[error.code].way_out if error.code in REFUSALS else SENTENCES[error.code][1]
    return _capital(_filled(_, hint, error)) if error.code in REFUSALS or is_for_screens(hint) else ""


def _capital(said: str) -> str:
    """Give a sentence that may begin with a fact."""
    return said[:1].upper() + said[1:]


def _filled(_: Words, line: str, error: CiviumError) -> str:
    return _(as_message(line)) % _Facts(error.facts) if line else ""


def as_sentence(line: str) -> str:
    """Give a line as a sentence: with a capital and a full stop."""
    line = line.strip()
    if not line:
        return ""
    return line[0].upper() + line[1:] + ("" if line[-1] in ".!?" else ".")
