"""The frame of every page and the parts that pages are made of: notices, fields, buttons, tables."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from civium.authority.window.desk import Desk, Notice
from civium.authority.window.markup import Child, Markup, joined, tag, trusted
from civium.authority.window.words import say

_PATHS = {
    "offline": ("M3 8a10 10 0 0 1 14 0M6 11.5a5.5 5.5 0 0 1 8 0M10 15.5v.1M3 3l14 14",),
    "ok": ("m4 10.5 4 4 8-9",),
    "warn": ("M10 3 1.8 17h16.4zM10 8v4.5m0 2.4v.1",),
    "bad": ("M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 6v5m0 2.9v.1",),
    "about": ("M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 9v5m0-7.5v.1",),
}
_MARK = "M8 8v20M15 8v20M22 8v20M29 8v20M4 25 33 11"
# The order of the work is the navigation.
_PLACES = ("open", "verdicts", "decide", "sample", "files", "certificate", "journal")


@dataclass(frozen=True)
class Page:
    """One page: its place in the navigation, title, what stands above it, and its body. `renews`: seconds until it renews itself without script."""

    here: str
    title: str
    body: Markup
    kicker: str = ""
    renews: int = 0


def framed(page: Page, desk: Desk, about: str) -> bytes:
    """Give a whole page. `about`: what is worked on, nothing of a signatory."""
    notice = desk.heard()
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", say("title", page=page.title)),
        tag("link", rel="stylesheet", href="window.css"),
        tag("link", rel="icon", href="data:,"),
        tag("script", src="window.js", defer=True),
        tag("noscript", tag("meta", http_equiv="refresh", content=f"{page.renews};url=work?again")) if page.renews else None,
    )
    title = tag("div", tag("p", page.kicker, class_="kicker") if page.kicker else None, tag("h1", page.title))
    body = tag(
        "body",
        tag("a", say("skip"), class_="skip", href="#content"),
        _header(desk, about),
        tag(
            "div",
            _nav(page.here),
            tag("main", title, _told(notice), page.body, id="content", class_="stack wide-gap"),
            class_="wrap console",
        ),
    )
    return ("<!doctype html>\n" + tag("html", tag("head", head), body, lang="en") + "\n").encode()


# Whoever is not let in gets no file of this window: these pages have their style inside.
BARE_STYLE = (
    ":root{color-scheme:light dark}body{margin:0;font:1.0625rem/1.55 system-ui,sans-serif}main{max-width:38rem;margin:12vh auto 0;padding:0 1.25rem}"
    "h1{font:700 1.75rem/1.15 Georgia,serif}a:focus-visible{outline:3px solid}"
)
BARE_STYLE_SOURCE = f"'sha256-{b64encode(sha256(BARE_STYLE.encode()).digest()).decode()}'"


def bare(title: str, *lines: str) -> bytes:
    """Give a page for whoever is not let in, or not any more: it says nothing of what is here."""
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        tag("style", trusted(BARE_STYLE)),
    )
    body = tag("body", tag("main", tag("h1", title), *(tag("p", line) for line in lines)))
    return ("<!doctype html>\n" + tag("html", tag("head", head), body, lang="en")).encode()


def _header(desk: Desk, about: str) -> Markup:
    strip = tag("p", icon("offline"), tag("span", tag("strong", say("offline")), " ", say("offline-more")), class_="wrap")
    mark = tag("svg", tag("path", d=_MARK), viewBox="0 0 36 36", aria_hidden="true", class_="mark")
    ends = tag(
        "form",
        tag("button", say("lock"), class_="button plain compact", name="how", value="lock") if desk.keys else None,
        tag("button", say("end"), class_="button second compact", name="how", value="end"),
        method="post",
        action="end",
        class_="actions ends",
    )
    masthead = tag(
        "div",
        tag("span", mark, tag("span", say("maker")), class_="maker"),
        tag("p", about, class_="small quiet who"),
        ends,
        class_="wrap",
    )
    return tag("header", tag("div", strip, class_="strip calm"), tag("div", masthead, class_="masthead"))


def _nav(here: str) -> Markup:
    items = (
        tag(
            "li",
            tag("a", say(f"nav-{name}"), href="./" if name == "open" else name, aria_current="page" if name == here else None),
        )
        for name in _PLACES
    )
    return tag("nav", tag("ul", *items), class_="side", aria_label=say("nav"))


def _told(notice: Notice | None) -> Markup | None:
    return alert(notice.kind, *notice.lines) if notice else None


def alert(kind: str, *lines: str) -> Markup:
    """Give what just happened, so that it is also heard."""
    role = "alert" if kind == "bad" else "status"
    return tag("div", icon(kind), *(tag("p", line) for line in lines), class_=f"notice {kind}", role=role)


def icon(name: str) -> Markup:
    """Give a drawing that says nothing by itself."""
    return tag("svg", *(tag("path", d=path) for path in _PATHS[name]), class_="icon", viewBox="0 0 20 20", aria_hidden="true")


def note(*children: Child, kind: str = "") -> Markup:
    """Give a remark that stands on a page for good."""
    return tag("div", icon(kind or "about"), tag("div", *children, class_="stack tight"), class_=f"notice {kind}".strip())


def form(action: str, *children: Child, card: bool = False) -> Markup:
    """Give a form that does one act."""
    return tag("form", *children, method="post", action=action, class_="form card" if card else "form", autocomplete="off")


def hidden(name: str, value: str | int) -> Markup:
    """Give a value that a form brings along."""
    return tag("input", type="hidden", name=name, value=value)


def text_field(
    name: str,
    label: str,
    *,
    hint: str = "",
    value: str = "",
    kind: str = "text",
    is_short: bool = False,
    is_needed: bool = True,
    **more: str,
) -> Markup:
    """Give a field for one line."""
    return tag(
        "div",
        tag("label", label, for_=f"f-{name}"),
        tag("p", hint, class_="hint", id=f"h-{name}") if hint else None,
        tag(
            "input",
            class_="input short" if is_short else "input",
            type=kind,
            id=f"f-{name}",
            name=name,
            value=value or None,
            required=is_needed,
            aria_describedby=f"h-{name}" if hint else None,
            autocomplete="off",
            **more,
        ),
        class_="field",
    )


def select_field(name: str, label: str, options: Mapping[str, str], *, chosen: str = "", hint: str = "") -> Markup:
    """Give a list of which one is chosen."""
    shown = (tag("option", told, value=value, selected=value == chosen) for value, told in options.items())
    return tag(
        "div",
        tag("label", label, for_=f"f-{name}"),
        tag("p", hint, class_="hint", id=f"h-{name}") if hint else None,
        tag("select", *shown, id=f"f-{name}", name=name, aria_describedby=f"h-{name}" if hint else None),
        class_="field",
    )


def choices(name: str, legend: Child, options: Mapping[str, Child], *, chosen: str = "", two: bool = False) -> Markup:
    """Give a few ways of which one is chosen."""
    shown = (
        tag(
            "label",
            tag("input", type="radio", name=name, value=value, checked=value == chosen, required=True),
            tag("span", told),
            class_="choice",
        )
        for value, told in options.items()
    )
    return tag("fieldset", tag("legend", legend), tag("div", *shown, class_="choices two" if two else "choices"))


def button(label: str, *, kind: str = "", **more: str) -> Markup:
    """Give a button that sends its form."""
    return tag("button", label, class_=f"button {kind}".strip(), **more)


def link(label: Child, to: str, *, kind: str = "") -> Markup:
    """Give a link to another page of the window."""
    return tag("a", label, href=to, class_=f"button {kind}".strip() if kind else None)


def actions(*children: Child) -> Markup:
    """Give buttons and links beside one another."""
    return tag("div", *children, class_="actions group")


def section(name: str, heading: str, *children: Child) -> Markup:
    """Give a part of a page with its heading."""
    return tag("section", tag("h2", heading, id=f"{name}-h"), *children, class_="stack", aria_labelledby=f"{name}-h")


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[Child]], *, numbers: Sequence[int] = ()) -> Markup:
    """Give a table that scrolls by itself where it is wider than the screen. `numbers`: the columns that hold numbers."""
    cells = (tag("th", one, scope="col", class_="num" if at in numbers else None) for at, one in enumerate(head))
    lines = (
        tag(
            "tr",
            tag("th", row[0], scope="row"),
            *(tag("td", one, class_="num" if at in numbers else None) for at, one in enumerate(row[1:], 1)),
        )
        for row in rows
    )
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", *cells)), tag("tbody", *lines)),
        class_="scroll",
        tabindex=0,
        role="group",
        aria_label=name,
    )


def facts(rows: Iterable[tuple[str, Child]]) -> Markup:
    """Give figures with what they count."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows), class_="facts")


def pairs(rows: Iterable[tuple[str, Child]], *, beside: bool = True) -> Markup:
    """Give names with their values."""
    shown = (tag("div", tag("dt", name), tag("dd", value)) for name, value in rows)
    return tag("dl", *shown, class_="pairs beside" if beside else "pairs")


def more(heading: str, *children: Child, is_open: bool = False) -> Markup:
    """Give something that opens when it is wanted."""
    return tag("details", tag("summary", heading), tag("div", *children, class_="stack tight"), class_="more", open=is_open)


def empty(words: str, *children: Child) -> Markup:
    """Give what stands where nothing is yet, and says what will be."""
    return tag("div", tag("p", words), *children, class_="empty")


def day_of(day: date) -> Markup:
    """Give a day that is not broken over two lines."""
    return tag("span", day.isoformat(), class_="nowrap")


def label(words: str, kind: str = "") -> Markup:
    """Give a small word on a state."""
    return tag("span", words, class_=f"tag {kind}".strip())


def pages(here: str, query: str, at: int, last: int) -> Markup | None:
    """Give the way through a long list. `query` ends before the page's number."""
    if last <= 1:
        return None
    return tag(
        "nav",
        link(say("page-before"), f"{here}?{query}page={at - 1}", kind="second compact") if at > 1 else None,
        tag("span", say("page-of", at=f"{at:,}", last=f"{last:,}"), class_="num"),
        link(say("page-after"), f"{here}?{query}page={at + 1}", kind="second compact") if at < last else None,
        class_="actions",
        aria_label=say("pages"),
    )
