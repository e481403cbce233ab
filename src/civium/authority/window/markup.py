"""HTML that cannot be broken out of: every text is escaped where it is put in; only what this file made is taken as it is."""

from __future__ import annotations

from html import escape
from typing import TypeAlias

_VOID = {"input", "meta", "link", "rect", "line", "path", "circle", "br"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "Markup | str | int | None"


def tag(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """Give an element. An attribute's name ends in `_` where Python has the word, and has `_` for `-`; True stands alone, None and False are left out."""
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        assert not children
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{joined(*children)}</{name}>")


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    key = key.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{escape(str(value))}"'


def joined(*children: Child) -> Markup:
    """Give children one after the other, escaped where they are no HTML."""
    return Markup("".join(child if isinstance(child, Markup) else escape(str(child)) for child in children if child is not None))


def trusted(html: str) -> Markup:
    """Take HTML that another function of this package made and escaped: a chart, a section of the report."""
    return Markup(html)
