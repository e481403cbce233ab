"""PDFs made from our own templates: filled with plain JSON, tagged, the same bytes for the same content.

The rules are:
- a letter that no font here has (an emoji, a Chinese name) is set as U+FFFD, which everybody sees and hears: PDF/UA has no place for an
  empty box, and nothing that somebody typed may stop a paper that the law asks for;
- what cannot be set all the same is refused; the typesetter's words stay here, for they hold what was to be set.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import typst

from civium.errors import Refused

MEDIA_TYPE = "application/pdf"
_UNKNOWN, _BEYOND = "\ufffd", "\u2e80"
_MOST_TRIES = 20
_NOT_THERE = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(package: str, template: str, told: str) -> bytes:
    """Give the PDF (PDF/UA-1) of a template of a package; `told` is JSON, which the template reads from its inputs.

    Raises Refused `file-not-written` for what cannot be set.
    """
    source = template_of(package, template)

    def compile_told(told: str) -> bytes:
        made = typst.compile(
            source,
            format="pdf",
            sys_inputs={"told": told},
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            timestamp=0,
        )
        assert isinstance(made, bytes)
        return made

    return _with_letters_there_are(compile_told, told)


def _with_letters_there_are(compile_told: Callable[[str], bytes], told: str) -> bytes:
    for _ in range(_MOST_TRIES):
        try:
            return compile_told(told)
        except typst.TypstError as error:
            found = _NOT_THERE.search(str(error))
            if found is None:
                break
            letters = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1]).replace("\\", "")
            told = json.dumps(_without(json.loads(told), set(letters)), ensure_ascii=False, sort_keys=True)
    raise Refused("file-not-written")


def _without(value: Any, letters: set[str]) -> Any:
    """Give a value with U+FFFD in place of what no font has; beyond U+2E80 no font has much, and all of it goes at once."""
    if isinstance(value, dict):
        return {name: _without(one, letters) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, letters) for one in value]
    if not isinstance(value, str):
        return value
    all_beyond = any(letter >= _BEYOND for letter in letters - {_UNKNOWN})
    set_anew = ""
    for letter in value:
        if letter in letters or (all_beyond and letter >= _BEYOND):
            set_anew += _UNKNOWN
        elif not (set_anew.endswith(_UNKNOWN) and unicodedata.category(letter).startswith("M")):  # a mark belongs to its letter
            set_anew += letter
    return set_anew


def template_of(package: str, template: str) -> bytes:
    """Give a template's source."""
    return files(package).joinpath(template).read_bytes()
