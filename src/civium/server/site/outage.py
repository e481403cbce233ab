"""The outage page: one file in 24 languages, for the proxy to show when no server answers. It loads nothing."""

from __future__ import annotations

import sys

from markupsafe import Markup

from civium.server.site import languages, words

_STYLE = (
    "body{margin:2rem auto;max-width:38rem;padding:0 1rem;font:1.0625rem/1.55 system-ui,sans-serif;color:#221f1b;background:#faf8f4}"
    "h1,h2{font-family:Georgia,serif;line-height:1.2}section{border-top:1px solid #dfd8cc;padding:.5rem 0}"
    "h2{font-size:1.125rem;margin:.5rem 0}p{margin:.5rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#f2ede5;background:#161412}section{border-color:#39352f}}"
)


def outage_page() -> bytes:
    """The page in every language, English first because most readers know some."""
    order = ["en", *(code for code in languages.CODES if code != "en")]
    sections = Markup("").join(_section(code) for code in order)
    page = Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{sections}</main>\n</body>\n</html>\n"
    ).format(title=words.words("en")("Back soon"), style=Markup(_STYLE), sections=sections)  # noqa: S704  a constant of this file
    return str(page).encode()


def main() -> None:
    """Write the page to standard output: `python -m civium.server.site.outage > outage.html`."""
    sys.stdout.buffer.write(outage_page())


def _section(code: str) -> Markup:
    _ = words.words(code)
    return Markup('<section lang="{code}">\n<h2>{name}</h2>\n<p>{what}</p>\n<p>{todo}</p>\n</section>\n').format(
        code=code,
        name=languages.OWN_NAMES[code],
        what=_("This site is not available for the moment. We are working on it."),
        todo=_(
            "Please come back in a few minutes. If you were sending a statement, leave that page open: it tries again by itself."
        ),
    )


if __name__ == "__main__":
    main()
