"""`python -m audit.look`: pictures of the key pages in three languages, small and large, with an index, so that anyone sees the product in a minute.

make look                                          everything, into .look/index.html
python -m audit.look --languages fi --pages front,thanks
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from audit import demonstration, screens
from audit.chromium import DESK, PHONE, audited_context, chromium
from audit.demonstration import COLLECTING, Demonstration
from civium.server.site import languages, pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

OUT = Path(".look")
LANGUAGES = ("el", "bg", "mt")
WIDTHS = (PHONE, DESK)
# Name -> the end of its address, with the initiative; those without an address are reached by signing. What no table of pages has is left out.
ADDRESSES = {
    "front": ("", None),
    "initiative": (COLLECTING, None),
    "progress": (COLLECTING, "progress"),
    "news": (COLLECTING, "news"),
    "questions": ("", "questions"),
    "protection": (COLLECTING, "protection"),
    "privacy": (COLLECTING, "privacy"),
    "receipt": ("", "receipt"),
    "take-back": (COLLECTING, "take-back"),
    "ended": ("ended", None),
    "accessibility": ("", "accessibility"),
    "campaign": (COLLECTING, "campaign"),
}
SCREENS = ("form with mistakes", "thanks")
_DARK = ("initiative", "thanks")  # shown in the dark as well
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2rem } section { margin-block: 3rem } .row { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start }
figure { margin: 0 } figcaption { font-size: .9rem } img { border: 1px solid #8886; display: block } .small { width: 180px } .large { width: 480px }
"""


def main() -> int:
    """Make a demonstration, take the pictures, write the index."""
    parser = argparse.ArgumentParser(
        prog="python -m audit.look", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--languages", default=",".join(LANGUAGES), metavar="CODES", help="parted by commas (default: %(default)s)"
    )
    parser.add_argument("--pages", default="", metavar="NAMES", help="only these, parted by commas")
    arguments = parser.parse_args()
    codes, wanted = tuple(arguments.languages.split(",")), frozenset(arguments.pages.split(",")) - {""}
    if unknown := set(codes) - set(languages.CODES):
        parser.error(f"no such language: {', '.join(sorted(unknown))}")
    began_at = time.monotonic()
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    print("making a demonstration ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="civium-look-") as name, demonstration.serving(Path(name), others=("ended",)) as here:
        taken = take(here, codes, wanted)
    (OUT / "index.html").write_text(index(taken), encoding="utf-8")
    print(f"{len(taken)} pictures in {time.monotonic() - began_at:.0f} seconds: open {OUT / 'index.html'}")
    return 0


def take(here: Demonstration, codes: tuple[str, ...], wanted: frozenset[str] = frozenset()) -> list[str]:
    """Take the pictures and give their names: page, language, width, in the order of the index."""
    taken = []
    with chromium() as browser:
        for code in codes:
            with audited_context(browser) as context:
                page = context.new_page()
                for name in _shown(page, here, code, wanted):
                    print(f"{code} {name}", file=sys.stderr, flush=True)
                    taken += list(_pictures(page, code, name))
    return taken


def index(taken: list[str]) -> str:
    """Give the page that shows all pictures, page by page."""
    sections = []
    for page in dict.fromkeys(name.split(".")[0] for name in taken):
        figures = []
        for name in taken:
            shown, code, width, scheme = name.split(".")
            if shown == page:
                size = "small" if int(width) == PHONE else "large"
                label = f"{languages.OWN_NAMES[code]}, {width}" + (", dark" if scheme == "dark" else "")
                image = f'<a href="{name}.png"><img class="{size}" src="{name}.png" alt="{escape(f"{page}: {label}")}" loading="lazy"></a>'
                figures.append(f'<figure>{image}<figcaption lang="{code}">{escape(label)}</figcaption></figure>')
        sections.append(f'<section><h2>{escape(page)}</h2><div class="row">{"".join(figures)}</div></section>')
    made = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Civium: the look</title><style>{_STYLE}</style><h1>Civium: the look</h1><p>{made}. Everything here is invented.</p>"
        + "".join(sections)
    )


def _shown(page: Page, here: Demonstration, code: str, wanted: frozenset[str]) -> Iterator[str]:
    """Show one page after the other and give the name of each."""
    own, of_an_initiative = pages.endings()
    for name, (slug, ending) in ADDRESSES.items():
        if (wanted and name not in wanted) or ending not in (of_an_initiative if slug else own):
            continue
        page.goto(f"{here.url}/{code}/" + (f"i/{slug}" if slug else "") + (f"/{ending}" if slug and ending else ending or ""))
        page.wait_for_load_state("networkidle")
        yield name
    if code != "hr" and (not wanted or wanted & set(SCREENS)):
        for name in screens.of_the_form(page, here, code):
            if name in SCREENS and (not wanted or name in wanted):
                yield name
            if name == SCREENS[-1]:
                return


def _pictures(page: Page, code: str, name: str) -> Iterator[str]:
    schemes = ("light", "dark") if name in _DARK else ("light",)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in schemes:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            title = f"{name.replace(' ', '-')}.{code}.{width}.{scheme}"
            page.screenshot(path=OUT / f"{title}.png", full_page=True)
            yield title
    page.emulate_media(color_scheme="light")


if __name__ == "__main__":
    sys.exit(main())
