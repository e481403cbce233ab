"""The estimate as a picture: for each stratum and for all the share that is valid, with its bounds. SVG, the same for the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_LEFT, _WIDTH, _RIGHT = 200, 420, 100
_ROW, _TOP, _BOTTOM = 34, 30, 34
_INK, _LINE, _BAND, _MARK = "#1d2430", "#c4cad4", "#9db8e0", "#17499c"
_STEPS = (1, 2, 5, 10, 20, 25)
_FONT = "font-family=\"'DejaVu Sans Mono', monospace\""


def chart_of(estimate: Mapping[str, Any]) -> str:
    """Give the picture. The axis is cut where the lowest bound allows it, and says so by its numbers."""
    parts = [(part["name"], part) for part in estimate["strata"]] if len(estimate["strata"]) > 1 else []
    parts.append(("all", {"size": estimate["population"], **estimate}))
    lowest = min(100 * part["lower"] / part["size"] for _, part in parts)
    step = next((step for step in _STEPS if (100 - lowest) / step <= 8), _STEPS[-1])
    # All valid, and all drawn: the lowest bound is 100 % itself, and an axis needs a length.
    start = min(int(lowest // step), 100 // step - 1) * step
    height = _TOP + _ROW * len(parts) + _BOTTOM
    rows = [_row(name, part, place, start) for place, (name, part) in enumerate(parts)]
    threshold = _threshold(estimate, start, height)
    width = _LEFT + _WIDTH + _RIGHT
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(alternative(estimate))}">'
    paper = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    return "".join((head, paper, *_axis(start, step, height), *rows, threshold, "</svg>"))


def alternative(estimate: Mapping[str, Any]) -> str:
    """Give the picture in a sentence, for whoever does not see it."""
    size = estimate["population"]
    told = f"{100 * estimate['lower'] / size:.2f} to {100 * estimate['upper'] / size:.2f} per cent"
    strata = f", by {len(estimate['strata'])} strata" if len(estimate["strata"]) > 1 else ""
    return f"Share of valid statements: {100 * estimate['estimate'] / size:.2f} per cent, bounds {told}{strata}"


def _at(share: float, start: int) -> float:
    """Give the place of a per cent on the axis."""
    return round(_LEFT + _WIDTH * (max(share, start) - start) / (100 - start), 1)


def _axis(start: int, step: int, height: int) -> list[str]:
    told = []
    for mark in range(start, 101, step):
        at = _at(mark, start)
        told.append(f'<line x1="{at}" y1="{_TOP - 8}" x2="{at}" y2="{height - _BOTTOM}" stroke="{_LINE}"/>')
        told.append(_text(at, height - _BOTTOM + 18, f"{mark} %", anchor="middle"))
    return told


def _row(name: str, part: Mapping[str, Any], place: int, start: int) -> str:
    size, middle = part["size"], _TOP + _ROW * place + _ROW / 2
    low, high, at = (_at(100 * part[key] / size, start) for key in ("lower", "upper", "estimate"))
    share = f"{100 * part['estimate'] / size:.2f} %"
    return (
        _text(_LEFT - 12, middle + 4, name[:24], anchor="end")
        + f'<rect x="{low}" y="{middle - 7}" width="{round(max(high - low, 1), 1)}" height="14" rx="2" fill="{_BAND}"/>'
        + f'<rect x="{round(at - 1.5, 1)}" y="{middle - 11}" width="3" height="22" fill="{_MARK}"/>'
        + _text(_LEFT + _WIDTH + 14, middle + 4, share)
    )


def _threshold(estimate: Mapping[str, Any], start: int, height: int) -> str:
    share = 100 * estimate["threshold"] / estimate["population"]
    if not start <= share <= 100 or not estimate["threshold"]:
        return ""
    at = _at(share, start)
    line = f'<line x1="{at}" y1="{_TOP - 8}" x2="{at}" y2="{height - _BOTTOM}" stroke="#8a1f11" stroke-width="2" stroke-dasharray="5 3"/>'
    return line + _text(at, _TOP - 14, f"{estimate['threshold']:,} needed", anchor="middle", fill="#8a1f11")


def _text(x: float, y: float, words: str, *, anchor: str = "start", fill: str = _INK) -> str:
    return f'<text x="{x}" y="{y}" font-size="13" {_FONT} text-anchor="{anchor}" fill="{fill}">{escape(words)}</text>'
