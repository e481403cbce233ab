"""The map: each place in its own shape, darker with each quarter of its threshold; over the threshold it is hatched as well."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from civium.server.site.charts.places import WHOLE, Place, PlaceMap

# Lines across the colour: whoever sees no colours sees them.
_HATCH = Markup(
    '<pattern id="over-threshold" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatched" width="9" height="9"/><path class="hatch" d="M0 0V9"/></pattern>'
)


def land_map(places: Sequence[Place], place_map: PlaceMap, *, label: str) -> Markup:
    """Give the map as SVG; small places, drawn as discs, come last, so that none is covered. KeyError for a place without a shape."""
    in_order = sorted(places, key=lambda place: place.code in place_map.discs)
    drawn = Markup("").join(
        Markup('<path class="q{}{}"{} data-place="{}" d="{}"><title>{}</title></path>').format(
            place.step,
            " disc" if place.code in place_map.discs else "",
            _fill(place.step),
            place.code,
            place_map.shapes[place.code],
            place.line,
        )
        for place in in_order
    )
    return Markup(
        '<svg class="land" viewBox="0 0 {} {}" role="img" aria-label="{}"><defs>{}</defs><path class="ground" d="{}"/>{}</svg>'
    ).format(place_map.width, place_map.height, label, _HATCH, place_map.ground, drawn)


def swatch(step: int) -> Markup:
    """Give the small sample that stands in the key for a step of the map."""
    return Markup(
        '<svg class="land" viewBox="0 0 20 14" aria-hidden="true"><rect class="q{}"{} x=".5" y=".5" width="19" height="13" rx="3"/></svg>'
    ).format(step, _fill(step))


def _fill(step: int) -> Markup:
    """The hatching is named here: an address in a stylesheet would be looked for in the stylesheet by some browsers."""
    return Markup(' fill="url(#over-threshold)"') if step == WHOLE else Markup("")
