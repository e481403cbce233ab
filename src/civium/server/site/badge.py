"""The badge: an initiative's title and total as a small drawing that any page can show as an image, and that stays up to date by itself.

The rules are:
- it loads nothing and runs nothing; in light and dark it chooses its own colours (a media query inside the drawing);
- its title says in words what it shows, for whoever opens or hears it;
- where styles are not taken, its attributes alone still show it, in light.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import initiative_page, theme
from civium.server.site.languages import language

if TYPE_CHECKING:
    from civium.server.site.shown import Counts, Initiative
    from civium.server.site.words import Words

NAME = "badge.svg"
WIDTH = 400
HOUSE_COLOUR = "#0f5560"
_SIDE = 20
_LETTERS = 40  # of the title in a line: wide ones of 17 px and 600 weight still fit
_LINES = 2
# Title, number, quiet: size, weight, colour, and how far below the line before.
_KINDS = {"t": (17, 600, "#221f1b", 21), "n": (30, 700, "#221f1b", 38), "q": (14, 400, "#5c564d", 21)}
_DRAWING = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" lang="{code}" '
    'aria-labelledby="said"><title id="said">{said}</title><style>{style}</style>'
    '<rect class="s" x=".5" y=".5" width="{inner_width}" height="{inner_height}" rx="12" fill="#fff" stroke="#857c6e"/>'
    "<g font-family=\"-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif\" aria-hidden=\"true\">{written}</g>"
    '<rect class="g" x="{side}" y="{top}" width="{whole}" height="10" rx="5" fill="#e6e0d5"/>'
    '<rect class="b" x="{side}" y="{top}" width="{part}" height="10" rx="5" fill="{colour}"/></svg>\n'
)


def render(_: Words, initiative: Initiative, counts: Counts) -> tuple[bytes, str]:
    """The badge in the language of the words, and the policy under which its one style is taken (CSP Level 3, hashes)."""
    tongue = language(_.code)
    procedure = load_procedure(initiative.procedure)
    told = initiative_page.numbers(tongue, initiative, procedure, counts)
    title = initiative_page.shown_text(initiative, _.code).text.title
    received, beside = tongue.number(told.received), _beside(_, told)
    given = initiative.colour or HOUSE_COLOUR
    style = _style(given)
    mark = _("Demonstration.") if deployment_of(procedure, initiative.deployment).banner else ""
    written, bottom = _written(
        [(line, "t") for line in _lined(title)] + [(received, "n"), (beside, "q")] + [(mark, "q")] * bool(mark)
    )
    share = min(1.0, told.received / told.goal) if told.goal else 0.0
    drawn = _DRAWING.format(
        width=WIDTH,
        height=bottom + 44,
        inner_width=WIDTH - 1,
        inner_height=bottom + 43,
        code=_.code,
        said=" ".join((f"{title}: {received} {beside}.", mark)).strip(),
        style=Markup(style),  # noqa: S704  made here of colours that were checked
        written=written,
        side=_SIDE,
        top=bottom + 16,
        whole=WIDTH - 2 * _SIDE,
        part=round(share * (WIDTH - 2 * _SIDE), 1),
        colour=theme.light_colours(given).brand,
    )
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    return str(drawn).encode(), f"default-src 'none'; style-src 'sha256-{allowed}'; frame-ancestors 'none'"


def height(title: str, *, is_demonstration: bool) -> int:
    """How tall the badge of this title is."""
    lines = [(line, "t") for line in _lined(title)] + [("", "n"), ("", "q")] + [("", "q")] * is_demonstration
    return _written(lines)[1] + 44


def _written(lines: list[tuple[str, str]]) -> tuple[Markup, int]:
    """The lines under each other, each in its kind, and how far down the last one stands."""
    written, down = Markup(""), 14
    for line, kind in lines:
        size, weight, colour, step = _KINDS[kind]
        down += step
        written += Markup('<text class="{}" x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}">{}</text>').format(
            kind, _SIDE, down, size, weight, colour, line
        )
    return written, down


def _beside(_: Words, told: initiative_page.Numbers) -> str:
    if not told.goal:
        return _.ngettext("statement received", "statements received", told.received)
    return _.ngettext(
        "of %(goal)s statement received", "of %(goal)s statements received", told.goal, goal=language(_.code).number(told.goal)
    )


def _style(given: str) -> str:
    dark = theme.dark_colours(given).brand
    return (
        "@media (prefers-color-scheme:dark){"
        ".s{fill:#1f1d1a;stroke:#938a7d}.t,.n{fill:#f2ede5}.q{fill:#bdb5a8}.g{fill:#39352f}"
        f".b{{fill:{dark}}}}}"
    )


def _lined(title: str) -> list[str]:
    """The title in at most two lines; what does not fit is left out, openly."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= _LETTERS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    lines = [line if len(line) <= _LETTERS else f"{line[: _LETTERS - 1]}…" for line in lines]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"{lines[_LINES - 1][: _LETTERS - 1].rstrip()}…"]
    return lines
