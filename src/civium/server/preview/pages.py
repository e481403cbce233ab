"""The public pages of a preview: made by the code of the live ones, led to the preview's own addresses, marked as what they are.

The rules are:
- they are those of a demonstration, so that the strip, the receipts and the sentences on who can read say that nothing counts;
- what only this initiative's pages load, what the form asks and where it sends lie below the preview's own address;
- pages that lead to something outside a preview (campaign, news, feedback) are not among them, nor are links to them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from civium.formats import manifest
from civium.formats.authority_key import fingerprint_words
from civium.law.browser_rules import encode_rules
from civium.law.procedure import load_procedure
from civium.server.initiatives.texts import canonical_texts
from civium.server.preview.answers import counts_of
from civium.server.site import (
    assets,
    conformity_page,
    data_subjects_page,
    erasure_page,
    frame,
    loading,
    pages,
    progress_page,
    questions_page,
    shown,
)

if TYPE_CHECKING:
    from datetime import date

    from civium.server.preview.answers import Asked
    from civium.server.site.assets import Asset

PAGES: Final = frozenset(
    {"", "protection", "privacy", "authorities"}
    | {progress_page.PAGE, questions_page.PAGE, conformity_page.PAGE, data_subjects_page.PAGE, erasure_page.PAGE}
)
_PATH = re.compile(r"/[a-z]{2}/i/(?P<slug>[a-z0-9-]+)(?:/(?P<page>[a-z-]+))?")
_ASSET = re.compile(r"/assets/[^\s\"',>]+")
_NO_PAGE_HERE = re.compile(r' data-(?:feedback|news)="[^"]*"')
_HEAD = '<meta name="referrer" content="no-referrer">'
_NOT_LISTED = '<meta name="robots" content="noindex, nofollow">'


@dataclass(frozen=True)
class Shown:
    """A preview as its pages show it, its numbers, and the address under which it lies."""

    initiative: shown.Initiative
    counts: shown.Counts
    today: date
    url: str
    prefix: str


def shown_of(asked: Asked, *, url: str, prefix: str) -> Shown:
    """Give what the pages of a preview are made from; its texts and rules are those that its manifest pins."""
    initiative, store = asked.initiative, asked.premises.store
    (signed,) = store.manifests(asked.collection)
    promised = manifest.parse(signed.raw)
    languages = tuple(promised.texts)
    collection = shown.Collection(
        identifier=asked.collection.hex(),
        manifest_hash=manifest.manifest_hash(signed.raw).hex(),
        log_key=promised.log_key.hex(),
        keys=tuple(
            shown.SealingKey(code, fingerprint_words(entries[0].key_id), promised.logs.get(f"{code}/online", ""))
            for code, entries in promised.keys.items()
        ),
        languages=languages,
        texts=canonical_texts(initiative, languages),
        rules=encode_rules(load_procedure(initiative.procedure)),
    )
    return Shown(loading.tried(initiative, collection), counts_of(asked), asked.today, url, prefix)


def first_page(of: shown.Initiative, accepted: str) -> str:
    """Give the path of the initiative's page in the language a browser asks for."""
    offered = frame.page_languages(load_procedure(of.procedure))
    wanted = pages.choose_language(accepted)
    return frame.initiative_path(wanted if wanted in offered else offered[0], of.slug)


def render(made: Shown, path: str) -> pages.Page | None:
    """Give the page at a path below the preview's address, or None."""
    parts = _PATH.fullmatch(path)
    if parts is None or parts["slug"] != made.initiative.slug or (parts["page"] or "") not in PAGES:
        return None
    found = _site(made).render(path)
    if found is None or found.media_type != pages.MEDIA_TYPE:
        return None
    return pages.Page(_led_here(made, found.body.decode()).encode(), found.media_type, found.language)


def files(made: Shown) -> dict[str, Asset]:
    """Give what only this initiative's pages load, by path."""
    shared = (assets.stylesheet(), *assets.page_stylesheets(), assets.icon(), *assets.bundle().values())
    return {path: asset for path, asset in _site(made).assets().items() if path not in {one.path for one in shared}}


def _site(made: Shown) -> pages.Site:
    return pages.Site(
        find=lambda slug: made.initiative if slug == made.initiative.slug else None,
        hosted=lambda: (made.initiative,),
        counts=lambda _: made.counts,
        today=lambda: made.today,
        is_demonstration=lambda: True,
        url=made.url,
    )


def _led_here(made: Shown, body: str) -> str:
    """Lead what the page loads, asks and links to, where it is of this preview, below the preview's address."""
    own = files(made)
    pages_of = rf'href="/[a-z]{{2}}/i/{re.escape(made.initiative.slug)}'
    elsewhere = re.compile(rf'<li><a {pages_of}/(?!(?:{"|".join(sorted(PAGES - {""}))})["?#])[^>]*>[^<]*</a></li>')
    body = _NO_PAGE_HERE.sub("", elsewhere.sub("", body))
    body = _ASSET.sub(lambda found: f"{made.prefix if found[0] in own else ''}{found[0]}", body)
    body = re.sub(rf'{pages_of}(?=["/?#])', lambda found: found[0].replace('"/', f'"{made.prefix}/'), body)
    # Attributes and JSON blocks alike: what organisers write can hold no bare quote in either.
    return body.replace('"/api/', f'"{made.prefix}/api/').replace(_HEAD, f"{_HEAD}\n{_NOT_LISTED}", 1)
