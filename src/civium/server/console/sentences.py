"""What an error says on a screen: what happened, then what to do, as sentences; the words are those of the commands, so that both say the same.

The rules are:
- hints that name a command help nobody here: they are left out, unless this table has one for screens;
- a code that has no sentence is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from civium.server.commands.sentences import SENTENCES, hint_for, sentence_for
from civium.server.initiatives.refusals import REFUSALS

if TYPE_CHECKING:
    from civium.errors import CiviumError

_COMMANDS = ("civium ", "--", "CIVIUM_", "docs/")
# Code -> what to do about it, said for a screen; or the whole sentence, where commands never say it.
ON_SCREEN: Mapping[str, str] = MappingProxyType(
    {
        "second-person-missing": "Propose it here; another person of your initiative then agrees.",
        "key-test-wrong": "Ask the officer to read them to you again. If they still differ, the key is not the authority's.",
        "store-unavailable": "Nothing was changed. Please try again in a minute.",
    }
)
# What a sentence names by the key of a folder, as screens name it.
_KEYS = MappingProxyType({"register_url": "the address in the register"})


def sentence(error: CiviumError) -> str:
    """Give what happened and what to do, in whole sentences."""
    said = sentence_for(error)
    for key, words in _KEYS.items():
        said = said.replace(key, words)
    said = _as_sentence(said)
    hint = ON_SCREEN.get(error.code, "")
    if not hint and error.code in REFUSALS:
        hint = _as_sentence(REFUSALS[error.code].way_out)
    if not hint and error.code in SENTENCES:
        hint = hint_for(error)
        hint = "" if any(sign in hint for sign in _COMMANDS) else _as_sentence(hint)
    return f"{said} {hint}".strip()


def _as_sentence(line: str) -> str:
    line = line.strip()
    if not line:
        return ""
    return line[0].upper() + line[1:] + ("" if line[-1] in ".!?" else ".")
