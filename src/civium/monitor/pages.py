"""What visitors are given: scripts, rules, texts and official wording of every language, against the manifest.

The rules are:
- a page may run the scripts that the manifest promises, and nothing else; what two readers could read as two things is refused;
- the initiative's text is read as the manifest hashes it, and must stand on the page;
- the official wording is this program's own copy of the law's: the page must carry it word for word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from civium.errors import CiviumError, Refused
from civium.formats import canonical
from civium.formats.manifest import Manifest
from civium.law import wording
from civium.monitor.findings import finding
from civium.monitor.following import Watch

LARGEST_FILE = 8 << 20
LARGEST_PAGE = 2 << 20
_LARGEST_TEXT = 1 << 20
_SHOWN_LINES = ("title", "lead", "objectives", "annex", "treaties", "additional_information", "draft_act", "language_note")
# An attribute's value holds no `<`: inside an element whose content is text to some readers it could end that element.
_TAG = re.compile(
    rb"""<(?:!doctype\ html>
    |/(?P<ends>[a-z][a-z0-9-]*+)>
    |(?P<name>[a-z][a-z0-9-]*+)(?:\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'=<>`]++))?+)*+\s*+(?P<closed>/?)>)""",
    re.IGNORECASE | re.VERBOSE,
)
_SLUG = re.compile(r"/[a-z]{2}/i/([a-z0-9]+(?:-[a-z0-9]+)*)")


@dataclass
class Page:
    """A page taken apart: what it runs, what it gives the script, what a reader sees."""

    scripts: list[str] = field(default_factory=list)
    has_foreign: bool = False
    form: dict[str, str] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    text: str = ""


class _Taker(HTMLParser):
    """Takes a page apart as a browser does, as far as it matters here."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._inside = ""
        self._text: list[str] = []
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if _may_act(tag, given):
            self.page.has_foreign = True
        if tag == "script":
            self._take_script(given)
        elif tag == "style":
            self._inside = "style"
        elif tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        if given.get("id") == "form":
            self.page.form = {name: value for name, value in given.items() if name.startswith("data-")}

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "words":
            self._words.append(data)
        elif not self._inside:
            self._text.append(data)

    def _take_script(self, given: Mapping[str, str]) -> None:
        self._inside = "script"
        if "src" in given:
            self.page.scripts.append(given["src"])
        elif given.get("type") == "application/json":
            self._inside = "words" if given.get("id") == "words" else "script"
        else:
            self.page.has_foreign = True

    def finish(self) -> Page:
        """Give the page."""
        self.close()
        self.page.text = squeezed("".join(self._text))
        try:
            self.page.words = dict(json.loads("".join(self._words) or "{}"))
        except (ValueError, TypeError, RecursionError):
            self.page.has_foreign = True
        return self.page


def _may_act(tag: str, given: Mapping[str, str]) -> bool:
    """Tell whether an element runs something, or sends what is typed or whoever reads elsewhere, without being a script."""
    if any(name.startswith("on") for name in given) or tag in ("iframe", "object", "embed", "base"):
        return True
    # Browsers take white space and control characters out of an address.
    if any(
        "".join(filter(str.isprintable, value)).replace(" ", "").lower().startswith("javascript:") for value in given.values()
    ):
        return True
    return "http-equiv" in given or "action" in given or "formaction" in given


def take_apart(raw: bytes) -> Page:
    """Give what a page is made of; of one that is not plain, nothing but that it may run anything."""
    if not _is_plain(raw):
        return Page(has_foreign=True)
    taker = _Taker()
    taker.feed(raw.decode(errors="replace"))
    return taker.finish()


def _is_plain(raw: bytes) -> bool:
    """Tell whether every `<` begins a tag that all readers of HTML see alike: no comments, nothing half closed, no script inside a drawing."""
    raw = raw.lower()
    at, drawings = 0, 0
    while (at := raw.find(b"<", at)) >= 0:
        tag = _TAG.match(raw, at)
        if tag is None:
            return False
        at, name = tag.end(), tag["name"]
        if name in (b"svg", b"math"):
            drawings += not tag["closed"]
        elif tag["ends"] in (b"svg", b"math"):
            drawings -= 1
        elif name in (b"script", b"style"):
            end = _TAG.match(raw, max(raw.find(b"</" + name, at), at))
            if drawings > 0 or tag["closed"] or end is None or end["ends"] != name or b"<!--" in raw[at : end.start()]:
                return False
            at = end.end()
    return True


def squeezed(text: str) -> str:
    """Give the letters and digits of a text: how a page breaks lines and marks lists is its own business."""
    return "".join(character for character in text if character.isalnum())


def find_slug(watch: Watch, collection: bytes, languages: Iterator[str]) -> str | None:
    """Give the name of the initiative whose page sends to this collection; remembered once it was seen. None if no page shows a form."""
    kept: str | None = watch.keeping.told(f"slug {collection.hex()}")
    language = next(languages, None)
    if kept is not None or language is None:
        return kept
    front = take_apart(watch.site.find(f"/{language}/", limit=LARGEST_PAGE) or b"")
    slugs = {match[1] for link in front.links if (match := _SLUG.fullmatch(link.partition("#")[0]))}
    for slug in sorted(slugs):
        page = take_apart(watch.site.find(f"/{language}/i/{slug}", limit=LARGEST_PAGE) or b"")
        if page.form.get("data-collection") == collection.hex():
            watch.keeping.tell(f"slug {collection.hex()}", slug)
            return slug
    return None


def check_bundle(watch: Watch, promised: Manifest) -> None:
    """Fetch every script the manifest promises, those that load later too, and compare."""
    for name, hashed in promised.bundle.items():
        path = asset_path(name, hashed)
        raw = watch.site.find(path, limit=LARGEST_FILE)
        if raw is None:
            watch.report(finding("script-missing", path))
        elif sha256(raw).digest() != hashed:
            watch.report(finding("script-differs", path, {"script.js": raw}))


def asset_path(name: str, hashed: bytes) -> str:
    """Give the address of a file that is named after its content."""
    stem, _, ending = name.rpartition(".")
    return f"/assets/{stem}.{hashed.hex()[:12]}.{ending}"


def check_page(watch: Watch, promised: Manifest, language: str, slug: str) -> bytes | None:
    """Compare one language's page with the manifest; give the hash of the manifest it names, None if it shows no form."""
    about = f"/{language}/i/{slug}"
    raw = watch.site.find(about, limit=LARGEST_PAGE)
    if raw is None:
        watch.report(finding("page-missing", about))
        return None
    page, evidence = take_apart(raw), {"page.html": raw}
    allowed = {asset_path(name, hashed) for name, hashed in promised.bundle.items()}
    if page.has_foreign or not allowed.issuperset(page.scripts):
        watch.report(finding("script-foreign", about, evidence))
    _check_text(watch, promised, language, page, about, evidence)
    if not page.form:
        return None
    if page.form.get("data-collection") != promised.collection.hex():
        watch.report(finding("page-collection", about, evidence))
        return None
    rules = watch.site.find(page.form.get("data-rules", "/"), limit=LARGEST_FILE) if _is_asset(page) else None
    if rules is None or sha256(rules).digest() != promised.rules_sha256:
        watch.report(finding("rules-differ", about, {"rules.json": rules or b"", **evidence}))
    _check_wording(watch, promised, language, page, about, evidence)
    try:
        return bytes.fromhex(page.form.get("data-manifest", ""))
    except ValueError:
        return b""


def _is_asset(page: Page) -> bool:
    return re.fullmatch(r"/assets/[A-Za-z0-9._-]+", page.form.get("data-rules", "")) is not None


def _check_text(watch: Watch, promised: Manifest, language: str, page: Page, about: str, evidence: Mapping[str, bytes]) -> None:
    """Compare the initiative's text with its hash, and the page with the text."""
    hashed = promised.texts[language]
    raw = watch.site.find(asset_path(f"text-{language}.json", hashed), limit=_LARGEST_TEXT)
    if raw is None or sha256(raw).digest() != hashed:
        watch.report(finding("text-missing", about, {"text.json": raw or b""}))
        return
    try:
        text = canonical.parse(raw, limit=_LARGEST_TEXT)
        lines = [text[name].split("\n") for name in _SHOWN_LINES if name in text]
    except (Refused, TypeError, AttributeError):
        watch.report(finding("text-missing", about, {"text.json": raw}))
        return
    if not all(squeezed(paragraph) in page.text for paragraphs in lines for paragraph in paragraphs):
        watch.report(finding("text-differs", about, {"text.json": raw, **evidence}))


def _check_wording(
    watch: Watch, promised: Manifest, language: str, page: Page, about: str, evidence: Mapping[str, bytes]
) -> None:
    """Compare the official wording of the page with the law's, and the law's with the manifest's hash."""
    try:
        own, statement = own_wording(language, promised)
    except CiviumError:
        watch.report(finding("wording-unknown", about))
        return
    if sha256(canonical.encode(own)).digest() != promised.wording.get(language):
        watch.report(finding("wording-unknown", about))
        return
    expected = {"official.privacy_statement": statement}
    for key, text in own.items():
        if key.startswith(("field_", "group_")) or key in ("declaration", "privacy_title"):
            expected[f"official.{key.removeprefix('field_')}"] = text
    if {name: page.words.get(name) for name in expected} != expected:
        watch.report(finding("wording-differs", about, {"expected.json": canonical.encode(expected), **evidence}))


def own_wording(language: str, promised: Manifest) -> tuple[dict[str, str], str]:
    """Give the official wording in a language as the manifest hashes it (manifest.md), and the privacy statement that applies."""
    missing = set(wording.gaps(language, promised.procedure))
    keys = [key for key in wording.keys(promised.procedure) if key not in missing]
    texts = {key: wording.wording(language, key, promised.procedure).text for key in keys}
    statement = wording.privacy_statement(language, promised.deployment, promised.procedure)
    return texts | {statement.key: statement.text}, statement.text
