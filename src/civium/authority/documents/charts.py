"""Pictures of numbers, each a small pure function: SVG without script, style or name of a class; the same for the same numbers.

The rules are:
- across, everything is in per cent, so that a page can make a picture as wide as it is and its words keep their size;
- a picture uses the colours of `DARK` alone, which tells for each its counterpart in the dark; a page turns them round, paper keeps them;
- a picture says in `aria-label` what it shows; every number of it stands in a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

WIDTH = 720
TEAL, AMBER, VIOLET, GREY, RED = "#0f5560", "#d9921f", "#9a6ab0", "#8b939a", "#8a1f11"
INK, QUIET, GRID, SUNK, PAPER = "#221f1b", "#5c564d", "#e6e0d5", "#f1ede5", "#ffffff"
# Light -> dark, of these pictures and of the sample's (`sampling/chart.py`).
DARK: Mapping[str, str] = {
    TEAL: "#86c6cf",
    AMBER: "#e5a63f",
    VIOLET: "#bb93cf",
    GREY: "#8f969c",
    RED: "#ffb4a8",
    INK: "#f2ede5",
    QUIET: "#bdb5a8",
    GRID: "#332f2a",
    SUNK: "#262320",
    PAPER: "#1f1d1a",
    "#1d2430": "#f2ede5",
    "#c4cad4": "#4a453e",
    "#9db8e0": "#2f5a60",
    "#17499c": "#86c6cf",
}
_FONT = 'font-family="\'DejaVu Sans Mono\', monospace" font-size="13"'
_LINE = 22


@dataclass(frozen=True)
class Part:
    """One part of a whole: its name, how many, its colour."""

    name: str
    count: int
    colour: str


@dataclass(frozen=True)
class Bar:
    """One line of a picture of bars: its name and the parts that stand one after the other."""

    name: str
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        """All parts together."""
        return sum(part.count for part in self.parts)


def share_bar(parts: Sequence[Part]) -> str:
    """Give one bar of the parts of a whole, and below it each part with number and share."""
    total = sum(part.count for part in parts)
    bar = [f'<rect width="100%" height="40" fill="{SUNK}"/>', *_side_by_side(parts, total, top=0, height=40)]
    lines = [_key(part, total, 62 + place * _LINE) for place, part in enumerate(parts)]
    return _picture(48 + _LINE * len(parts), share_words(parts), [*bar, *lines])


def share_words(parts: Sequence[Part]) -> str:
    """Give the bar in a sentence, for whoever does not see it."""
    total = sum(part.count for part in parts)
    return f"{', '.join(f'{part.name} {part.count:,}' for part in parts)}, of {total:,}"


def bars(rows: Sequence[Bar], *, label: str) -> str:
    """Give a bar for each line, the longest as wide as the picture; name and number stand above it."""
    longest = max((row.count for row in rows), default=0)
    told: list[str] = []
    for place, row in enumerate(rows):
        top = place * 40
        told.append(_text("0", top + 15, row.name))
        told.append(_text("100%", top + 15, f"{row.count:,}", anchor="end"))
        told.append(f'<rect y="{top + 21}" width="100%" height="10" fill="{SUNK}"/>')
        told += _side_by_side(row.parts, longest, top=top + 21, height=10)
    return _picture(40 * max(len(rows), 1), label, told)


def columns_by_day(counts: Mapping[date, int], *, first: date, last: date) -> str:
    """Give a column for each day from `first` to `last`; other days are not in it."""
    days = (last - first).days + 1
    inside = {day: count for day, count in counts.items() if first <= day <= last}
    step = _step(max(inside.values(), default=0))
    steps = max(-(-max(inside.values(), default=0) // step), 1)
    floor, height = 190, 160
    levels = [(number * step, floor - height * number / steps) for number in range(steps + 1)]
    told = [f'<line x1="0" y1="{at:g}" x2="100%" y2="{at:g}" stroke="{GRID}"/>' for _, at in levels]
    for day, count in sorted(inside.items()):
        tall = round(height * count / (steps * step), 1)
        left = 100 * (day - first).days / days
        told.append(f'<rect x="{left:.3f}%" y="{floor - tall:g}" width="{90 / days:.3f}%" height="{tall:g}" fill="{TEAL}"/>')
    # The numbers stand over the columns, each with a rim of paper: a gutter would take too much of a telephone.
    told += [_text("0", at - 4, f"{number:,}", fill=QUIET, rim=True) for number, at in levels if number]
    told += _months(first, last, floor)
    return _picture(floor + 26, days_words(counts, first=first, last=last), told)


def days_words(counts: Mapping[date, int], *, first: date, last: date) -> str:
    """Give the columns in a sentence, for whoever does not see them."""
    inside = {day: count for day, count in counts.items() if first <= day <= last and count}
    told = f"Statements on each day from {first.isoformat()} to {last.isoformat()}"
    if not inside:
        return f"{told}: none"
    most = max(inside, key=lambda day: (inside[day], -day.toordinal()))
    return f"{told}: {sum(inside.values()):,} on {len(inside):,} days, most on {most.isoformat()}: {inside[most]:,}"


def _side_by_side(parts: Sequence[Part], whole: int, *, top: int, height: int) -> Iterator[str]:
    at = 0
    for part in parts:
        if part.count:
            left, wide = 100 * at / whole, 100 * part.count / whole
            # Hairlines are seen: what exists is at least a tenth of a per cent wide.
            told = f'x="{min(left, 99.9):.3f}%" y="{top}" width="{max(wide, 0.1):.3f}%" height="{height}"'
            yield f'<rect {told} fill="{part.colour}"/>'
        at += part.count


def _key(part: Part, total: int, bottom: int) -> str:
    share = f"{100 * part.count / total:.1f} %" if total else "–"
    square = f'<rect y="{bottom - 11}" width="13" height="13" rx="2" fill="{part.colour}"/>'
    return square + _text("22", bottom, f"{part.name}: {part.count:,} ({share})")


def _step(highest: int) -> int:
    """Give a round step of which at most four reach the highest."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if factor * size * 4 >= highest:
                return factor * size
        size *= 10


def _months(first: date, last: date, floor: int) -> Iterator[str]:
    days = (last - first).days + 1
    begins = [day for day in (first + timedelta(days=number) for number in range(days)) if day.day == 1 or day == first]
    begins = [day for day in begins if (last - day).days >= days // 20] or [first]
    every = -(-len(begins) // 7)
    for day in begins[::every]:
        at = 100 * (day - first).days / days
        yield f'<line x1="{at:.3f}%" y1="{floor}" x2="{at:.3f}%" y2="{floor + 6}" stroke="{QUIET}"/>'
        yield _text(
            f"{at:.3f}%", floor + 20, day.isoformat()[2:7].replace("-", "/") if day.day == 1 else day.isoformat()[5:], fill=QUIET
        )


def _text(x: str, y: float, words: str, *, anchor: str = "start", fill: str = INK, rim: bool = False) -> str:
    paper = f' stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if rim else ""
    return f'<text x="{x}" y="{y:g}" {_FONT} text-anchor="{anchor}" fill="{fill}"{paper}>{escape(words)}</text>'


def _picture(height: int, label: str, inside: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img" aria-label="{escape(label)}">'
    return "".join((head, *inside, "</svg>"))
