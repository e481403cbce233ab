"""Makes src/civium/server/site/charts/maps/eci.json: where each of the 27 States lies on the map and among the tiles.

The rules are:
- run once, by hand; what it makes is committed: `npm pack world-atlas@2.0.2`, unpack it, then
  `python tools/map_shapes.py package/countries-50m.json src/civium/server/site/charts/maps/eci.json`;
- shapes are those of Natural Earth (1:50 million, public domain), in the equal-area projection of ETRS89-LAEA (EPSG 3035), on a sphere;
- a border that two States share is simplified once, so that no gap opens between them;
- what lies outside the frame is left out: the Azores, Madeira, the Canaries, Ceuta, Melilla and overseas. Their statements count with their State;
- Cyprus is drawn as one island: all of it joined the Union (Protocol No 10 to the Act of Accession of 2003);
- neighbours are one quiet ground without any border; Luxembourg and Malta are discs that a finger can meet.
"""

# ruff: noqa: INP001  run by hand, imported by nobody
from __future__ import annotations

import itertools
import json
import math
import sys
from collections import Counter
from pathlib import Path

Point = tuple[float, float]

# ISO 3166-1 numeric -> the code that the procedure uses.
STATES = {
    "040": "AT", "056": "BE", "100": "BG", "196": "CY", "203": "CZ", "276": "DE", "208": "DK", "233": "EE", "300": "EL",
    "724": "ES", "246": "FI", "250": "FR", "191": "HR", "348": "HU", "372": "IE", "380": "IT", "440": "LT", "442": "LU",
    "428": "LV", "470": "MT", "528": "NL", "616": "PL", "620": "PT", "642": "RO", "752": "SE", "705": "SI", "703": "SK",
}  # fmt: skip
# Parts of a State that the source draws as something of their own.
WITHIN = {"N. Cyprus": "CY", "Cyprus U.N. Buffer Zone": "CY", "Åland": "FI"}
# Column and row of each tile.
TILES = {
    "SE": (4, 0), "FI": (5, 0),
    "IE": (0, 1), "DK": (3, 1), "EE": (5, 1),
    "NL": (2, 2), "DE": (3, 2), "PL": (4, 2), "LV": (5, 2),
    "BE": (1, 3), "LU": (2, 3), "CZ": (3, 3), "SK": (4, 3), "LT": (5, 3),
    "FR": (1, 4), "AT": (3, 4), "HU": (4, 4), "RO": (5, 4),
    "PT": (0, 5), "ES": (1, 5), "IT": (2, 5), "SI": (3, 5), "HR": (4, 5), "BG": (5, 5),
    "MT": (2, 6), "EL": (5, 6), "CY": (6, 6),
}  # fmt: skip
DISCS = {"LU": 13, "MT": 13}
CENTRE_LATITUDE, CENTRE_LONGITUDE = math.radians(52), math.radians(10)
EARTH_KM, FALSE_EAST_KM, FALSE_NORTH_KM = 6371.0, 4321.0, 3210.0
WEST, EAST, SOUTH, NORTH = 2560.0, 6560.0, 1330.0, 5430.0  # the frame in kilometres of EPSG 3035
KM_A_UNIT = 4.0
SMALLEST_RING_KM2, SMALLEST_NEIGHBOUR_KM2 = 90.0, 1500.0
FINE_KM2, COARSE_KM2 = 30.0, 300.0  # triangles smaller than these are straightened (Visvalingam)


def project(longitude: float, latitude: float) -> Point:
    """Give kilometres east and north in Lambert's azimuthal equal-area projection (Snyder 1987, equations 24-2 to 24-4)."""
    phi, turned = math.radians(latitude), math.radians(longitude) - CENTRE_LONGITUDE
    cosine = math.sin(CENTRE_LATITUDE) * math.sin(phi) + math.cos(CENTRE_LATITUDE) * math.cos(phi) * math.cos(turned)
    scale = EARTH_KM * math.sqrt(2 / (1 + max(cosine, -0.99)))
    north = math.cos(CENTRE_LATITUDE) * math.sin(phi) - math.sin(CENTRE_LATITUDE) * math.cos(phi) * math.cos(turned)
    return FALSE_EAST_KM + scale * math.cos(phi) * math.sin(turned), FALSE_NORTH_KM + scale * north


def arcs_of(topology: dict) -> list[list[Point]]:
    """Give every arc in kilometres (TopoJSON, 2.1.3: quantized positions are differences)."""
    (scale_x, scale_y), (east, north) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append(project(x * scale_x + east, y * scale_y + north))
        arcs.append(points)
    return arcs


def area(ring: list[Point]) -> float:
    """Give the area inside a ring, without its sign."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def straightened(points: list[Point], smallest: float) -> list[Point]:
    """Give a line without the points whose triangles are smaller; both ends stay, and a closed line keeps four points."""
    kept = list(points)
    fewest = 5 if points[0] == points[-1] else 2
    while len(kept) > fewest:
        sizes = [area(kept[place - 1 : place + 2]) for place in range(1, len(kept) - 1)]
        size = min(sizes)
        if size >= smallest:
            break
        del kept[sizes.index(size) + 1]
    return kept


def rings_of(geometry: dict) -> list[list[int]]:
    """Give the rings of a geometry as lists of arcs."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])
    return [ring for polygon in polygons for ring in polygon]


def dissolved(rings: list[list[int]]) -> list[list[int]]:
    """Give the rings around several shapes together: an arc that two of them share is inside, and falls away."""
    times = Counter(arc if arc >= 0 else ~arc for ring in rings for arc in ring)
    if max(times.values()) == 1:
        return rings
    return [ring for ring in rings if all(times[arc if arc >= 0 else ~arc] == 1 for arc in ring)] + stitched(
        [arc for ring in rings for arc in ring if times[arc if arc >= 0 else ~arc] == 1], rings, times
    )


def stitched(loose: list[int], rings: list[list[int]], times: Counter[int]) -> list[list[int]]:
    """Give one ring each time an end meets its beginning again, from the arcs of rings that lost a part."""
    whole = {arc for ring in rings if all(times[a if a >= 0 else ~a] == 1 for a in ring) for arc in ring}
    left = [arc for arc in loose if arc not in whole]
    found = []
    while left:
        ring = [left.pop(0)]
        while (following := next((arc for arc in left if ENDS[arc][0] == ENDS[ring[-1]][1]), None)) is not None:
            left.remove(following)
            ring.append(following)
        found.append(ring)
    return found


ENDS: dict[int, tuple[Point, Point]] = {}


def ring_points(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Give the points of a ring, the last not repeated."""
    points: list[Point] = []
    for arc in ring:
        line = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        points += line[:-1]
    return points


def clipped(ring: list[Point], margin: float) -> list[Point]:
    """Give what of a ring lies in the frame (Sutherland and Hodgman)."""
    sides = ((0, WEST - margin, 1), (0, EAST + margin, -1), (1, SOUTH - margin, 1), (1, NORTH + margin, -1))
    for axis, limit, sign in sides:
        kept: list[Point] = []
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            is_in, is_other_in = (one[axis] - limit) * sign >= 0, (other[axis] - limit) * sign >= 0
            if is_in:
                kept.append(one)
            if is_in != is_other_in:
                share = (limit - one[axis]) / (other[axis] - one[axis])
                kept.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
        ring = kept
        if not ring:
            return []
    return ring


def units(point: Point) -> tuple[int, int]:
    """Give a point on the drawing: whole units, y downwards."""
    return round((point[0] - WEST) / KM_A_UNIT), round((NORTH - point[1]) / KM_A_UNIT)


def path(rings: list[list[Point]]) -> str:
    """Give the `d` of an SVG path: each ring from its first point by differences."""
    parts = []
    for ring in rings:
        whole = [units(point) for point in ring]
        whole = [point for place, point in enumerate(whole) if place == 0 or point != whole[place - 1]]
        if len(whole) < 3:
            continue
        steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in itertools.pairwise(whole)]
        parts.append(f"M{whole[0][0]} {whole[0][1]}l{' '.join(steps).replace(' -', '-')}z")
    return "".join(parts)


def is_in_frame(ring: list[Point]) -> bool:
    """Say whether a ring lies in the frame."""
    east, north = (sum(point[axis] for point in ring) / len(ring) for axis in (0, 1))
    return WEST < east < EAST and SOUTH < north < NORTH


def main(source: Path, target: Path) -> None:
    """Write the file of shapes."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    ENDS.update({place: (arc[0], arc[-1]) for place, arc in enumerate(arcs)})
    ENDS.update({~place: (arc[-1], arc[0]) for place, arc in enumerate(arcs)})
    own: dict[str, list[list[int]]] = {code: [] for code in sorted(STATES.values())}
    around: list[list[int]] = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = STATES.get(geometry.get("id", "")) or WITHIN.get(geometry["properties"]["name"])
        (own[code] if code else around).extend(rings_of(geometry))
    fine = {arc if arc >= 0 else ~arc for rings in own.values() for ring in rings for arc in ring}
    lines = [straightened(arc, FINE_KM2 if place in fine else COARSE_KM2) if near(arc) else arc for place, arc in enumerate(arcs)]
    shapes = {}
    for code, rings in own.items():
        full = [ring_points(ring, arcs) for ring in dissolved(rings)]
        largest = max(area(ring) for ring in full)
        chosen = [
            ring_points(ring, lines)
            for ring, points in zip(dissolved(rings), full, strict=True)
            if is_in_frame(points) and area(points) >= min(SMALLEST_RING_KM2, largest)
        ]
        if code in DISCS:
            x, y = units(tuple(sum(point[axis] for point in chosen[0]) / len(chosen[0]) for axis in (0, 1)))  # type: ignore[arg-type]
            radius = DISCS[code]
            shapes[code] = f"M{x - radius} {y}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0-{2 * radius} 0z"
        else:
            shapes[code] = path(chosen)
    ground = [
        part
        for ring in around
        if near(points := ring_points(ring, lines)) and area(part := clipped(points, 60)) >= SMALLEST_NEIGHBOUR_KM2
    ]
    made = {
        "source": "Natural Earth 4.1.0, Admin 0 countries, 1:50m (https://www.naturalearthdata.com), as npm package world-atlas 2.0.2",
        "licence": "public domain (https://www.naturalearthdata.com/about/terms-of-use/)",
        "made_by": "tools/map_shapes.py",
        "left_out": "Azores, Madeira, Canaries, Ceuta, Melilla, overseas; islands under 90 square kilometres",
        "tiles": TILES,
        "width": round((EAST - WEST) / KM_A_UNIT),
        "height": round((NORTH - SOUTH) / KM_A_UNIT),
        "ground": path(ground),
        "discs": sorted(DISCS),
        "states": shapes,
    }
    target.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def near(points: list[Point]) -> bool:
    """Say whether any point lies in or near the frame."""
    return any(WEST - 800 < x < EAST + 800 and SOUTH - 800 < y < NORTH + 800 for x, y in points)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
