"""Bars by week, what was received online below, what was counted on paper above it; and the same for one State against its threshold.

The rules are those of charts/days.py: marks stretch with the page and words do not; scales begin at zero; at most four lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from civium.server.site.charts.days import grid_of, scale_lines, words_below

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from civium.server.site.charts.days import Tick

FEWEST_SLOTS = 8  # a week alone is a bar, not a wall
_TOP, _FLOOR, _HEIGHT = 12, 184, 210
Week = tuple[int, int]  # online, on paper


def week_bars(weeks: Sequence[Week], labels: Sequence[Tick], *, say: Callable[[int], str], label: str) -> Markup:
    """Give the bars as SVG, one for each week from the first on."""
    slots = slots_of(weeks)
    most = max(1, *(online + paper for online, paper in weeks))
    lines = [(line, round(_FLOOR - (_FLOOR - _TOP) * line / most, 1)) for line in scale_lines(most)]
    figures = Markup("").join(
        Markup('<text class="halo" x="100%" text-anchor="end" y="{:g}">{}</text>').format(y - 4, say(line)) for line, y in lines
    )
    return Markup(
        '<svg class="plot" height="{}" role="img" aria-label="{}"><line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>{}'
        '<svg y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">{}</svg>{}{}</svg>'
    ).format(
        _HEIGHT,
        label,
        grid_of(lines),
        _TOP,
        _FLOOR - _TOP,
        slots,
        most,
        _marks(weeks, most),
        figures,
        words_below(labels, slots),
        floor=_FLOOR,
    )


def slots_of(weeks: Sequence[object]) -> int:
    """Give for how many weeks there is room: at the end some is left for the figures of the scale."""
    return max(len(weeks) + 1 + len(weeks) // 7, FEWEST_SLOTS)


def stacked_bar(online: float, paper: float) -> Markup:
    """Give two shares of one as a bar, for the eye only: the figures stand beside it."""
    first = min(online, 1.0)
    second = min(paper, 1.0 - first)
    return Markup(
        '<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="8" rx="2"/>'
        '<rect class="fill{}" width="{:g}%" height="8"/><rect class="paper" x="{:g}%" width="{:g}%" height="8"/></svg>'
    ).format(" over" if online + paper >= 1 else "", round(100 * first, 1), round(100 * first, 1), round(100 * second, 1))


def _marks(weeks: Sequence[Week], most: int) -> Markup:
    # What is little among much is drawn, though a hair high: nothing is not the same as one.
    least = most / 172
    online, paper = "", ""
    for place, (below, above) in enumerate(weeks):
        edge = most - (max(below, least) if below else 0)
        if below:
            online += f"M{place}.1 {most}V{round(edge, 1):g}h.8V{most}"
        if above:
            paper += f"M{place}.1 {round(edge, 1):g}V{round(edge - max(above, least), 1):g}h.8V{round(edge, 1):g}"
    return Markup('<path class="bars alone" d="{}"/><path class="bars-2" d="{}"/>').format(online, paper)
