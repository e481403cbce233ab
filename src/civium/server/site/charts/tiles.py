"""Tiles: one equal square for each place, filled from below up to its share; over the threshold it is full and ticked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from civium.server.site.charts.places import Place, PlaceMap

_SIDE, _PITCH, _EDGE = 44, 48, 2
INSIDE = _SIDE - 1  # a level stands inside the frame of its tile


def tile_map(places: Sequence[Place], place_map: PlaceMap, *, label: str) -> Markup:
    """Give the tiles as SVG. Raises KeyError for a place that has none: ask `covers` before."""
    columns = 1 + max(place_map.tiles[place.code][0] for place in places)
    rows = 1 + max(place_map.tiles[place.code][1] for place in places)
    drawn = Markup("").join(_tile(place, *place_map.tiles[place.code]) for place in places)
    return Markup(
        '<svg class="tiles" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<clipPath id="tile-inside"><rect x=".5" y=".5" width="{inside}" height="{inside}" rx="5.5"/></clipPath>{}</svg>'
    ).format(columns * _PITCH, rows * _PITCH, label, drawn, inside=INSIDE)


def _tile(place: Place, column: int, row: int) -> Markup:
    height = round(place.level * INSIDE, 1)
    return Markup(
        '<g{over} data-place="{code}" transform="translate({x} {y})"><title>{line}</title>'
        '<rect class="tile" width="{side}" height="{side}" rx="6"/>'
        '<rect class="level" x=".5" y="{top:g}" width="{inside}" height="{height:g}" clip-path="url(#tile-inside)"/>'
        '<text x="22" y="20">{code}</text><text class="pc" x="22" y="35">{percent}</text>'
        '<path class="tickmark" d="m16.5 31 3.5 3.5 7-8"/></g>'
    ).format(
        over=Markup(' class="in"') if place.is_over else "",
        code=place.code,
        x=column * _PITCH + _EDGE,
        y=row * _PITCH + _EDGE,
        line=place.line,
        side=_SIDE,
        inside=INSIDE,
        top=round(INSIDE + 0.5 - height, 1),
        height=height,
        percent=place.percent,
    )
