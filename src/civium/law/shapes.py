"""What a document of a procedure may hold: shapes that walk a parsed JSON value and say, key by key, what is wrong and what to write.

A shape takes a value and its key and gives `Fault`s; shapes are put together from smaller ones. Nothing here knows any procedure.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

Shape = Callable[[object, str], "Iterator[Fault]"]
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Fault:
    """One fault of a procedure's folder: the file, the key in it ("" for the file itself), what is wrong, what to write instead."""

    file: str
    key: str
    wrong: str
    instead: str


def shown(value: object) -> str:
    """Give a value as a person wrote it, short, with nothing that a terminal would obey."""
    if isinstance(value, (Mapping, list)):
        return "an object" if isinstance(value, Mapping) else "a list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    written = f'"{value}"' if isinstance(value, str) else str(value)
    plain = "".join(letter if letter.isprintable() else "?" for letter in written)
    return plain if len(plain) <= _LONGEST_SHOWN else plain[: _LONGEST_SHOWN - 1] + "…"


def joined(key: str, name: str) -> str:
    """Give the key of something inside something."""
    return f"{key}.{name}" if key else name


def text(*, empty: bool = False) -> Shape:
    """Text, which may be empty only where that is said."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault("", key, f"is {shown(value)}", "write text in quotation marks")
        elif not empty and not value.strip():
            yield Fault("", key, "is empty", "write some text")

    return walk


def matching(pattern: re.Pattern[str], instead: str) -> Shape:
    """Text of a certain form."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield Fault("", key, f"is {shown(value)}", instead)

    return walk


def number(least: int) -> Shape:
    """A whole number, not below a least one."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if type(value) is not int or value < least:
            yield Fault("", key, f"is {shown(value)}", f"write a whole number, {least} or more")

    return walk


def day() -> Shape:
    """A day."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        try:
            is_day = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
        except ValueError:
            is_day = False
        if not is_day:
            yield Fault("", key, f"is {shown(value)}", 'write a day as "2026-11-21"')

    return walk


def flag() -> Shape:
    """Yes or no."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if not isinstance(value, bool):
            yield Fault("", key, f"is {shown(value)}", "write true or false")

    return walk


def one_of(allowed: Sequence[str]) -> Shape:
    """One member of a closed set."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in allowed:
            near = difflib.get_close_matches(value, allowed, 1) if isinstance(value, str) else []
            instead = f'write "{near[0]}"' if near else "write one of: " + ", ".join(allowed)
            yield Fault("", key, f"is {shown(value)}", instead)

    return walk


def maybe(shape: Shape) -> Shape:
    """Null, or what the shape says."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if value is not None:
            yield from shape(value, key)

    return walk


def many(shape: Shape, *, least: int = 0) -> Shape:
    """A list of one shape, with at least so many entries."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault("", key, f"is {shown(value)}", "write a list: [ … ]")
            return
        if len(value) < least:
            yield Fault("", key, "is too short", f"write at least {least}")
        for place, entry in enumerate(value):
            yield from shape(entry, f"{key}[{place}]")

    return walk


def by_name(shape: Shape, names: re.Pattern[str] | None = None, instead: str = "", *, least: int = 0) -> Shape:
    """An object whose keys are free, or of a certain form, and whose values have one shape."""

    def walk(value: object, key: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault("", key, f"is {shown(value)}", "write an object: { … }")
            return
        if len(value) < least:
            yield Fault("", key, "is empty", f"write at least {least}")
        for name, entry in value.items():
            if names is not None and not names.fullmatch(name):
                yield Fault("", joined(key, name), "is no key for this place", instead)
            yield from shape(entry, joined(key, name))

    return walk


def by_language(shape: Shape) -> Shape:
    """An object by language."""
    return by_name(shape, LANGUAGE, 'write the code of a language, such as "en"')


def record(shapes: Mapping[str, Shape], remarks: Collection[str] = ()) -> Shape:
    """An object with these keys; those that end in a question mark may be missing, remarks may stand beside them, others may not."""
    needed = {name: shape for name, shape in shapes.items() if not name.endswith("?")}
    optional = {name.removesuffix("?"): shape for name, shape in shapes.items() if name.endswith("?")}
    known = {*needed, *optional, *remarks}

    def walk(value: object, key: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault("", key, f"is {shown(value)}", "write an object: { … }")
            return
        for name in needed:
            if name not in value:
                yield Fault("", joined(key, name), "is missing", "write it")
        for name, entry in value.items():
            if name in needed or name in optional:
                yield from (needed.get(name) or optional[name])(entry, joined(key, name))
            elif name not in known:
                near = difflib.get_close_matches(name, sorted(known), 1)
                instead = f'write "{near[0]}"' if near else "remove it"
                yield Fault("", joined(key, name), "is not a known key", instead)

    return walk
