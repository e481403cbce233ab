"""What is looked at on a screen of the console: axe-core, width, sizes, focus, headings, and what the browser complained of.

The rules are:
- a page is loaded once, and looked at in two widths and two schemes of colours;
- whatever is folded is unfolded first;
- nothing is asked of another site, and nothing is said on the browser's console.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from tests.stories.organisers import AXE, Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Request, Response

    from tests.stories.organisers import Place

Scheme = Literal["light", "dark"]
_CHECKS: Final = Path(__file__).parents[2] / "audit" / "checks.js"
_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# A scheme changes colours alone, so that all rules are asked once in each width, and those of colours in all four.
_OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
_VIEWS: Final[tuple[tuple[int, Scheme, bool], ...]] = (
    (360, "light", True),
    (360, "dark", False),
    (1280, "light", False),
    (1280, "dark", True),
)
_RUN: Final = """async ([only, values]) => {
    // What is shown in a frame is a page of its own, and is opened as one.
    const options = {runOnly: {type: only, values}, resultTypes: ["violations"], iframes: false};
    const found = (await axe.run("html", options)).violations;
    return found.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`));
}"""
_HEADINGS: Final = """() => [
    ...(document.title.trim() ? [] : ["no title"]),
    ...(document.querySelectorAll("h1").length === 1 ? [] : [`${document.querySelectorAll("h1").length} headings of the first level`]),
]"""


class Visitor(Person):
    """Somebody who looks at every screen that they come to, and remembers which these were."""

    def __init__(self, browser: Browser, place: Place) -> None:
        super().__init__(browser, place)
        self.context.set_default_timeout(30_000)
        self.found: list[str] = []
        self.paths: set[str] = set()
        self.page.on("console", self._hears)
        self.page.on("request", self._sees)
        self.page.on("response", self._gets)
        self.context.add_init_script(path=AXE)
        self.context.add_init_script(path=_CHECKS)

    def opens(self, path: str, *, again: bool = False) -> None:
        """Open a screen, and look at it; more briefly at one that was seen with other matter."""
        reply = self.page.goto(self.place.console(path))
        assert reply is not None
        if reply.status != 200:
            self.found.append(f"{path}: {reply.status}")
            return
        self._looks(tuple(view for view in _VIEWS if view[2] or not again))

    def look(self) -> None:
        """Look at the page that is open, and note what is wrong with it."""
        self._looks(_VIEWS)

    def _looks(self, views: tuple[tuple[int, Scheme, bool], ...]) -> None:
        self.paths.add(urlsplit(self.page.url).path)
        for width, scheme, is_whole in views:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong: list[Any] = []
            if is_whole:
                self.page.evaluate("civiumChecks.unfold(false)")
                wrong += self.page.evaluate(f"({_HEADINGS})()")
                wrong += self.page.evaluate("[...civiumChecks.overflow(), ...civiumChecks.covered(), ...civiumChecks.small()]")
            wrong += self.page.evaluate(_RUN, ["tag", _TAGS] if is_whole else ["rule", _OF_COLOURS])
            if is_whole and width == min(view[0] for view in _VIEWS):
                self.page.keyboard.press("Tab")
                wrong += self.page.evaluate("civiumChecks.focus()")
            self.found += [
                f"{self.page.url.removeprefix(self.place.url)} {width} {scheme}: {one}" for one in wrong if not _is_meant(one)
            ]

    def takes(self, path: str) -> bytes:
        """Take a file as the browser would, and give it."""
        reply = self.context.request.get(self.place.console(path))
        if reply.status != 200 or reply.headers["content-type"].startswith("text/html"):
            self.found.append(f"{path}: {reply.status} {reply.headers['content-type']}")
        return reply.body()

    def _hears(self, said: ConsoleMessage) -> None:
        # A page that says what is to be mended is a 422, and the browser says so.
        if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource"):
            self.found.append(f"{self.page.url.removeprefix(self.place.url)}: the browser says {said.text}")

    def _sees(self, request: Request) -> None:
        if not request.url.startswith((self.place.url, "data:", "blob:")):
            self.found.append(f"{self.page.url.removeprefix(self.place.url)}: asks {request.url}")

    def _gets(self, reply: Response) -> None:
        if reply.status >= 400 and not reply.request.is_navigation_request():
            self.found.append(f"{self.page.url.removeprefix(self.place.url)}: {reply.status} for {reply.url}")


def _is_meant(one: Any) -> bool:
    """At the head of a page the names of initiative and person end in dots where there is no room; list and account hold them whole."""
    return isinstance(one, list) and one[0].startswith("summary ") and one[1].startswith("its text is ")
