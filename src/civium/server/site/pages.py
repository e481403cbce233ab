"""From an address to a page: `render(path)` gives bytes that are the same for every visitor.

The rules are:
- a page depends on its address, the initiative, the published numbers and the day; never on who asks;
- an address that is not one of ours gives None, and the asker shows the page for 404;
- an initiative is public from the moment it has been opened; before that its address does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.law.procedure import load_procedure
from civium.server.site import (
    accessibility_page,
    assets,
    authorities_page,
    campaign_page,
    conformity_page,
    data_subjects_page,
    erasure_page,
    form,
    frame,
    initiative_page,
    languages,
    legal_page,
    open_data_page,
    other_pages,
    progress_page,
    questions_page,
    receipt_page,
    rendering,
    standing,
    style_page,
)
from civium.server.site.languages import language
from civium.server.site.words import words
from civium.server.supporters import pages as after_signing

if TYPE_CHECKING:
    from datetime import date

    from civium.server.open_data.numbers import Series
    from civium.server.site.assets import Asset
    from civium.server.site.shown import Counts, Initiative
    from civium.server.site.words import Words

MEDIA_TYPE = "text/html; charset=utf-8"
_PATH = re.compile(
    r"/(?P<language>[a-z]{2})/(?:i/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:/(?P<page>[a-z-]+(?:\.[a-z]+)?))?|(?P<own>[a-z-]+(?:\.[a-z]+)?))?"
)


@dataclass(frozen=True)
class Page:
    """A page whole: its bytes, what they are, its language, and headers of its own in place of the usual ones of that name."""

    body: bytes
    media_type: str
    language: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True)
class Installed:
    """What a page of the installation is made from: all public initiatives, their numbers, whether nothing here counts, its address."""

    hosted: tuple[Initiative, ...]
    counts: Callable[[str], Counts | None]
    is_demonstration: bool
    url: str


@dataclass(frozen=True)
class Standing:
    """What a page of one initiative is made from: its values, its numbers and days if it collects, today, the installation's address."""

    initiative: Initiative
    counts: Counts | None
    today: date
    url: str
    series: Series | None


def _front(_: Words, here: Installed) -> bytes:
    return other_pages.front(_, here.hosted, here.counts, is_demonstration=here.is_demonstration)


def _accessibility(_: Words, here: Installed) -> bytes:
    return accessibility_page.render(_, here.hosted, is_demonstration=here.is_demonstration)


def _receipt(_: Words, here: Installed) -> bytes:
    return receipt_page.render(_, here.hosted, is_demonstration=here.is_demonstration)


def _legal(_: Words, here: Installed) -> bytes:
    return legal_page.render(_, here.hosted, is_demonstration=here.is_demonstration)


def _all_questions(_: Words, here: Installed) -> bytes:
    return questions_page.of_installation(_, here.hosted, is_demonstration=here.is_demonstration)


def _style(_: Words, here: Installed) -> bytes | None:
    return style_page.render(_, is_demonstration=here.is_demonstration)


def _initiative(_: Words, of: Standing) -> bytes:
    return initiative_page.render(_, of.initiative, of.counts, today=of.today, url=of.url)


def _protection(_: Words, of: Standing) -> bytes:
    return other_pages.protection(_, of.initiative)


def _privacy(_: Words, of: Standing) -> bytes:
    return other_pages.privacy(_, of.initiative)


def _rights(_: Words, of: Standing) -> bytes | None:
    return data_subjects_page.render(_, of.initiative)


def _questions(_: Words, of: Standing) -> bytes:
    return questions_page.render(_, of.initiative)


def _authorities(_: Words, of: Standing) -> bytes:
    return authorities_page.render(_, of.initiative)


def _conformity(_: Words, of: Standing) -> bytes:
    return conformity_page.render(_, of.initiative)


def _progress(_: Words, of: Standing) -> bytes | None:
    return progress_page.render(_, of.initiative, of.counts, of.series, today=of.today, url=of.url)


def _after(render: Callable[[Words, Initiative], bytes | None]) -> Callable[[Words, Standing], Page | None]:
    def make(_: Words, of: Standing) -> Page | None:
        body = render(_, of.initiative)
        return Page(body, MEDIA_TYPE, _.code, after_signing.HEADERS) if body else None

    return make


def _take_back(_: Words, of: Standing) -> bytes | None:
    return erasure_page.render(_, of.initiative) if of.initiative.collection else None


def _open_data(_: Words, here: Installed) -> bytes:
    return open_data_page.render(_, here.hosted, here.url, is_demonstration=here.is_demonstration)


def _campaign(name: str) -> Callable[[Words, Standing], Page | None]:
    def make(_: Words, of: Standing) -> Page | None:
        made = campaign_page.make(name, _, of.initiative, of.counts, of.url)
        return Page(made.body, made.media_type, _.code, made.headers) if made else None

    return make


# Pages by the end of their address. What is not HTML is given as a Page.
_OF_THE_INSTALLATION: dict[str | None, Callable[[Words, Installed], bytes | Page | None]] = {
    None: _front,
    "accessibility": _accessibility,
    receipt_page.PAGE: _receipt,
    legal_page.PAGE: _legal,
    questions_page.PAGE: _all_questions,
    style_page.PAGE: _style,
    open_data_page.PAGE: _open_data,
}
_OF_AN_INITIATIVE: dict[str | None, Callable[[Words, Standing], bytes | Page | None]] = {
    None: _initiative,
    "protection": _protection,
    "privacy": _privacy,
    data_subjects_page.PAGE: _rights,
    erasure_page.PAGE: _take_back,
    after_signing.NEWS: _after(after_signing.news),
    after_signing.NEWS_SENT: _after(after_signing.news_sent),
    after_signing.FEEDBACK: _after(after_signing.feedback),
    after_signing.FEEDBACK_SENT: _after(after_signing.feedback_sent),
    progress_page.PAGE: _progress,
    questions_page.PAGE: _questions,
    authorities_page.PAGE: _authorities,
    conformity_page.PAGE: _conformity,
    **{name: _campaign(name) for name in campaign_page.NAMES},
}


def endings() -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    """The ends of all addresses: of the installation's pages, of an initiative's pages."""
    return tuple(_OF_THE_INSTALLATION), tuple(_OF_AN_INITIATIVE)


class Site:
    """The public pages of one installation."""

    def __init__(
        self,
        *,
        find: Callable[[str], Initiative | None],
        hosted: Callable[[], tuple[Initiative, ...]],
        counts: Callable[[str], Counts | None],
        today: Callable[[], date],
        version: Callable[[], object] = lambda: 0,
        is_demonstration: Callable[[], bool] = lambda: False,
        url: str = "http://localhost:8000",
        series: Callable[[str], Series | None] = lambda _: None,
    ) -> None:
        self._find = find
        self._hosted = hosted
        self._counts = counts
        self._today = today
        self._version = version
        self._is_demonstration = is_demonstration
        self._url = url
        self._series = series

    def version(self) -> object:
        """Differs when any page may have changed, apart from its numbers."""
        return self._version()

    def hosted(self) -> tuple[Initiative, ...]:
        """All public initiatives, as values."""
        return self._hosted()

    def is_demonstration(self) -> bool:
        """Whether nothing entered on this installation counts: then every page of it says so."""
        return self._are_demonstrations(self._hosted())

    def _are_demonstrations(self, hosted: tuple[Initiative, ...]) -> bool:
        return self._is_demonstration() or (bool(hosted) and all(other_pages.is_demonstration(one) for one in hosted))

    def render(self, path: str) -> Page | None:
        """The page at an address, or None if there is none. Safe to call from several threads."""
        parts = _PATH.fullmatch(path)
        if parts is None or parts["language"] not in languages.OWN_NAMES:
            return None
        _ = words(parts["language"])
        if not parts["slug"]:
            own = _OF_THE_INSTALLATION.get(parts["own"])
            if own is None:
                return None
            hosted = self._hosted()
            return _page(_, own(_, Installed(hosted, self._counts, self._are_demonstrations(hosted), self._url)))
        make = _OF_AN_INITIATIVE.get(parts["page"])
        initiative = self._find(parts["slug"]) if make else None
        if make is None or initiative is None or _.code not in frame.page_languages(load_procedure(initiative.procedure)):
            return None
        counts = self._counts(initiative.collection.identifier) if initiative.collection else None
        series = self._series(initiative.collection.identifier) if initiative.collection else None
        return _page(_, make(_, Standing(initiative, counts, self._today(), self._url, series)))

    def assets(self) -> dict[str, Asset]:
        """Every file the pages load now, by address. Raises Misconfigured if the signatory's script was not built."""
        found = [assets.stylesheet(), *assets.page_stylesheets(), assets.icon(), *assets.bundle().values()]
        for initiative in self._hosted():
            if initiative.colour:
                found.append(initiative_page.themed(initiative))
            found += initiative_page.pictures(initiative)
            found += conformity_page.papers(initiative)
            if initiative.collection:
                found.append(form.rules_asset(initiative, initiative.collection))
                found += form.text_assets(initiative.collection)
        return assets.by_path(found)


def problem(status: int, code: str, *, is_demonstration: bool = False) -> Page:
    """The page for 404, 500 or 503 in a language; it needs neither database nor numbers."""
    _ = words(code)
    context = frame.installation_frame(_, language(code), "", is_demonstration=is_demonstration) | {
        "assets": initiative_page.asset_addresses(),
        "problem": standing.problem(_, status, f"/{code}/"),
    }
    return Page(rendering.render("problem.html", _, context), MEDIA_TYPE, code)


def language_of_path(path: str) -> str:
    """The language that an address begins with, else English: for pages that stand in for others."""
    code = path[1:3]
    return code if code in languages.OWN_NAMES and path[3:4] in ("", "/") else languages.SOURCE


def choose_language(accepted: str) -> str:
    """The language a browser asks for first among ours (RFC 9110, 12.5.4), else English."""
    best, choice = 0.0, languages.SOURCE
    for part in accepted.lower().split(",")[:32]:
        tag, _, quality = part.strip().partition(";")
        code = tag.strip().split("-")[0]
        weight = _weight(quality)
        if code in languages.OWN_NAMES and weight > best:
            best, choice = weight, code
    return choice


def _weight(quality: str) -> float:
    given = re.fullmatch(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", quality)
    if given:
        return float(given[1])
    return 0.0 if quality.strip() else 1.0


def _page(_: Words, made: bytes | Page | None) -> Page | None:
    return Page(made, MEDIA_TYPE, _.code) if isinstance(made, bytes) else made
