"""A bar from nothing to a threshold, for a row of a table; what is more than the threshold fills it, and the figure beside it says how much."""

from __future__ import annotations

from markupsafe import Markup


def share_bar(share: float) -> Markup:
    """Give the bar of a share of one as SVG, for the eye only: the figure stands beside it."""
    width = round(100 * min(share, 1.0), 1)
    return Markup(
        '<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="8" rx="2"/>'
        '<rect class="fill{}" width="{:g}%" height="8" rx="2"/></svg>'
    ).format(" over" if share >= 1 else "", width)
