"""Every page in every language: it renders, it is sound HTML, it says its language, and it knows no visitor."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser

import pytest
from lxml import html

from civium.server.site import assets, languages, pages
from tests.server.site import made

PATHS = [
    "/",
    "/accessibility",
    "/receipt",
    "/questions",
    "/legal-notice",
    "/i/night-trains",
    "/i/night-trains/protection",
    "/i/night-trains/privacy",
    "/i/night-trains/rights",
    "/i/night-trains/take-back",
    "/i/night-trains/questions",
    "/i/night-trains/authorities",
    "/i/night-trains/conformity",
    "/i/night-trains/campaign",
    "/open-data",
]
VOID = {"meta", "link", "img", "br", "input", "hr"}
FIRST_LOAD_BUDGET = 60_000
# A page may not say these of itself (P17); the official texts and the organisers may.
NEVER = re.compile(r"\b(valid|guaranteed?|anonymous|impossible|unbreakable|official|certified)\b", re.IGNORECASE)


class _Nesting(HTMLParser):
    """Follows the tags as written: each is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"an attribute twice in {tag}")
        if "style" in names or any(name.startswith("on") for name in names):
            self.faults.append(f"inline style or script in {tag}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()


def check_html(body: bytes, code: str) -> html.HtmlElement:
    """Check what every page must be, and give its tree."""
    text = body.decode()
    assert text.startswith("<!doctype html>")
    nesting = _Nesting()
    nesting.feed(text)
    assert nesting.faults == []
    assert nesting.open == []
    tree = html.document_fromstring(text)
    assert tree.get("lang") == code
    assert len(tree.findall(".//h1")) == 1
    assert len(tree.findall(".//main")) == 1
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    for name in ("aria-labelledby", "aria-describedby"):
        for value in tree.xpath(f"//@{name}"):
            assert set(value.split()) <= set(identifiers), value
    for href in tree.xpath("//a/@href"):
        assert not href.startswith("#") or href[1:] in identifiers, href
    _check_headings(tree)
    return tree


def _check_headings(tree: html.HtmlElement) -> None:
    level = 0
    for heading in tree.xpath("//h1|//h2|//h3|//h4"):
        now = int(heading.tag[1])
        assert now <= level + 1 or level == 0, heading.text_content()
        level = now


@pytest.mark.parametrize("code", languages.CODES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_in_every_language(code: str, path: str) -> None:
    page = made.site(made.initiative()).render(f"/{code}{path}")
    assert page is not None
    assert page.language == code
    tree = check_html(page.body, code)
    links = tree.xpath("//nav//a[@hreflang]")
    assert [link.get("hreflang") for link in links] == list(languages.CODES)
    assert [link.get("hreflang") for link in links if link.get("aria-current")] == [code]
    assert all(link.get("lang") == link.get("hreflang") for link in links)


@pytest.mark.parametrize("code", languages.CODES)
@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_page_for_trouble_needs_nothing_and_says_what_to_do(code: str, status: int) -> None:
    page = pages.problem(status, code)
    tree = check_html(page.body, code)
    assert tree.xpath("//main//a[contains(@class,'button')]")


def test_the_same_page_for_everyone() -> None:
    site = made.site(made.initiative())
    first, second = site.render("/en/i/night-trains"), site.render("/en/i/night-trains")
    assert first == second
    assert b"csrf" not in first.body.lower()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/en",
        "/xx/",
        "/en/i/",
        "/en/i/other",
        "/en/i/night-trains/",
        "/en/i/night-trains/keys",
        "/EN/",
        "/en/i/night-trains?x=1",
    ],
)
def test_an_address_that_is_not_ours_gives_nothing(path: str) -> None:
    assert made.site(made.initiative()).render(path) is None


def test_nothing_comes_from_elsewhere() -> None:
    site = made.site(made.initiative())
    known = site.assets()
    for path in PATHS:
        tree = html.document_fromstring(site.render(f"/en{path}").body)  # type: ignore[union-attr]
        loaded = tree.xpath("//script/@src|//link[@rel!='alternate']/@href|//img/@src")
        assert loaded
        # A picture may also be a page of ours: a code or a badge.
        assert all(address in known or site.render(address) for address in loaded)


def test_assets_are_named_after_their_content() -> None:
    for path, asset in made.site(made.initiative()).assets().items():
        assert re.fullmatch(r"/assets/[a-z0-9-]+\.[0-9a-f]{12}\.(css|svg|js|json)", path)
        assert asset.sha256[:12] in path


def test_the_first_load_stays_under_its_budget(capsys: pytest.CaptureFixture[str]) -> None:
    site = made.site(made.initiative())
    known = site.assets()
    sizes = {}
    for code in languages.CODES:
        body = site.render(f"/{code}/i/night-trains").body  # type: ignore[union-attr]
        tree = html.document_fromstring(body)
        loaded = set(tree.xpath("//script/@src|//link[@rel='stylesheet' or @rel='icon']/@href"))
        parts = [body, *(known[address].content for address in loaded)]
        sizes[code] = sum(len(gzip.compress(part, 9)) for part in parts)
    with capsys.disabled():
        heaviest = max(sizes, key=lambda code: sizes[code])
        print(f"\nfirst load: {sizes['en']:,} bytes in English, {sizes[heaviest]:,} in {heaviest}, the heaviest")
    assert max(sizes.values()) < FIRST_LOAD_BUDGET


@pytest.mark.parametrize("deployment", ["demonstration", "central", "individual", "companion"])
@pytest.mark.parametrize("path", PATHS)
def test_words_that_promise_too_much_are_not_used(deployment: str, path: str) -> None:
    closed = {"collection": None} if deployment == "companion" else {}
    page = made.site(made.initiative(deployment=deployment, **closed)).render(f"/en{path}")
    if deployment == "companion" and path.endswith(("/take-back", "/rights")):
        assert page is None, "where nothing is collected there is nothing to take back"
        return
    tree = html.document_fromstring(page.body)  # type: ignore[union-attr]
    for element in tree.xpath("//*[@id='words']|//*[@id='asks']//details[contains(@class,'more')]"):
        element.drop_tree()
    text = tree.text_content()
    if path.endswith("/privacy") and deployment != "companion":
        statement = tree.xpath("//h1/following-sibling::div[contains(@class,'flow')]")[0]
        text = text.replace(statement.text_content(), "")
    assert NEVER.findall(text) == []


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("el-GR,el;q=0.9,en;q=0.8", "el"),
        ("zh,ja;q=0.9", "en"),
        ("fr;q=0.2, mt;q=0.7", "mt"),
        ("fr;q=0, bg;q=0.001", "bg"),
        ("no, sv;q=x, pt-BR", "pt"),
        ("*", "en"),
    ],
)
def test_the_first_language_a_browser_asks_for_among_ours(accepted: str, code: str) -> None:
    assert pages.choose_language(accepted) == code


@pytest.mark.parametrize(("path", "code"), [("/el/nothing", "el"), ("/el", "el"), ("/elx", "en"), ("/", "en"), ("/zz/", "en")])
def test_a_page_for_trouble_speaks_the_language_of_the_address(path: str, code: str) -> None:
    assert pages.language_of_path(path) == code


def test_the_stylesheet_is_made_smaller_without_losing_a_rule() -> None:
    whole = (assets.STATIC / "civium.css").read_text(encoding="utf-8")
    small = assets.stylesheet().content.decode()
    assert "/*" not in small
    assert small.count("{") == re.sub(r"/\*.*?\*/", "", whole, flags=re.DOTALL).count("{")
    assert len(small) < len(whole)
