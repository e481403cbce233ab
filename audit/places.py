"""Every public address: from the two tables of the pages, the initiatives of the demonstration, and an address that leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.demonstration import COLLECTING
from civium.server.site import languages, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.demonstration import Demonstration

NOWHERE = "nothing"
# The further pages of an initiative that does not collect are nearly those of the one that does: they are looked at in these languages alone.
CLOSER = ("en", "el", "de")


@dataclass(frozen=True)
class Place:
    """One page in one language. `name` is the same in all languages: `front`, `receipt`, `paused`, `paused/privacy`."""

    name: str
    language: str
    path: str


class Broken(Exception):
    """A page answered as no page may."""


def places(
    here: Demonstration, codes: tuple[str, ...] = languages.CODES, wanted: frozenset[str] = frozenset()
) -> Iterator[Place]:
    """Give every page that is HTML, and every address that answers with a fault; what an initiative does not have is left out.

    `wanted` narrows to pages whose name, or a part of it between slashes, is among it; those are looked at in every language.
    """
    for place in _all(here, codes):
        if wanted and not wanted & {place.name, *place.name.split("/")}:
            continue
        if not wanted and "/" in place.name and not place.name.startswith(f"{COLLECTING}/") and place.language not in CLOSER:
            continue
        status, kind = here.ask(place.path)
        if status >= 500 or (kind.startswith("text/html") and (status == 200 or place.name == NOWHERE)):
            yield place


def _all(here: Demonstration, codes: tuple[str, ...]) -> Iterator[Place]:
    own, of_an_initiative = pages.endings()
    for code in codes:
        for ending in own:
            yield Place(ending or "front", code, f"/{code}/{ending or ''}")
        for slug in here.slugs:
            for ending in of_an_initiative:
                yield Place(f"{slug}/{ending}" if ending else slug, code, f"/{code}/i/{slug}" + (f"/{ending}" if ending else ""))
        yield Place(NOWHERE, code, f"/{code}/{NOWHERE}")
