"""What a chart of the dashboard is: a drawing, the words around it, and the rows that say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class Chart:
    """A chart with its title, what it says in a sentence, and the rows that say the same."""

    title: str
    sentence: str
    drawing: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    is_cut: bool = False  # the table has the latest rows only; the file has all
