"""Duplicate token and proof of work in a real browser: lost and spoilt answers, challenges that are refused, and a second time that looks like the first."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3

import pytest
from playwright.sync_api import Page, Response, Route

from civium.formats import posting

from .conftest import Installation
from .signing import SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

_STATEMENTS, _TOKENS, _CHALLENGE = "**/api/statements", "**/api/tokens", "**/challenge"


def _sign(page: Page, installation: Installation, **changed: str) -> None:
    choose(page, installation.page, "ES")
    fill(page, SPANISH | changed)
    tick(page)
    sign(page)


def _refusal(route: Route, code: str) -> None:
    route.fulfill(status=403, content_type="application/json", body=json.dumps({"code": code, "facts": {}}))


@pytest.mark.parametrize("code", ["challenge-expired", "challenge-spent"])
def test_a_refused_challenge_is_answered_with_another_and_the_same_envelope(
    installation: Installation, page: Page, code: str
) -> None:
    before = installation.received()
    sent: list[posting.Posting] = []

    def answer(route: Route) -> None:
        sent.append(posting.parse(route.request.post_data_buffer or b""))
        if len(sent) == 1:
            _refusal(route, code)
        else:
            route.continue_()

    page.route(_STATEMENTS, answer)
    _sign(page, installation)
    page.wait_for_selector("#thanks-h", timeout=20_000)
    assert len(sent) == 2
    assert (sent[0].envelope, sent[0].token) == (sent[1].envelope, sent[1].token)
    assert sent[0].work != sent[1].work
    assert installation.received() == before + 1


def test_a_server_that_takes_no_work_at_all_is_told_of_and_not_asked_for_ever(installation: Installation, page: Page) -> None:
    count: list[int] = []

    def answer(route: Route) -> None:
        count.append(1)
        _refusal(route, "challenge-forged")

    page.route(_STATEMENTS, answer)
    _sign(page, installation)
    page.wait_for_selector("#form .notice.warn:has-text('another proof that this is no flood')", timeout=20_000)
    assert len(count) == 3


def test_a_token_service_that_is_away_is_waited_for(installation: Installation, page: Page) -> None:
    replies = iter(["away", "lost", "full"])

    def answer(route: Route) -> None:
        match next(replies, None):
            case "away":
                route.fulfill(
                    status=503,
                    content_type="application/json",
                    headers={"retry-after": "1"},
                    body='{"code":"tokens-unavailable","facts":{}}',
                )
            case "lost":
                route.abort()
            case "full":
                route.fulfill(
                    status=429,
                    content_type="application/json",
                    headers={"retry-after": "1"},
                    body='{"code":"too-many","facts":{}}',
                )
            case _:
                route.continue_()

    page.route(_TOKENS, answer)
    _sign(page, installation)
    page.wait_for_selector("text=We try again by ourselves")
    page.wait_for_selector("#thanks-h", timeout=30_000)


def test_a_token_that_another_key_made_is_not_used(installation: Installation, page: Page) -> None:
    """Whoever runs the server might mark a person by a key of her own: the proof shows it, and nothing is sent."""
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.url.endswith("/api/statements") else None)
    # The generator of the group is an element; the proof is none for it.
    generator = bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")
    reply = generator + (1).to_bytes(32, "little") + (2).to_bytes(32, "little")
    page.route(_TOKENS, lambda route: route.fulfill(status=200, content_type="application/octet-stream", body=reply))
    _sign(page, installation)
    page.wait_for_selector("#form h2:has-text('The form stays closed')", timeout=20_000)
    assert posts == []


def test_a_pause_is_told_before_anything_is_sealed(installation: Installation, page: Page) -> None:
    page.route(_TOKENS, lambda route: _refusal(route, "collection-paused"))
    _sign(page, installation)
    page.wait_for_selector("text=Collection is paused at the moment", timeout=20_000)
    page.click("text=Back to the form")
    assert page.input_value("#field-family-names") == SPANISH["family_names"]
    page.unroute(_TOKENS)
    sign(page)
    page.wait_for_selector("#thanks-h", timeout=20_000)


def test_what_was_lost_while_typing_is_fetched_when_sending(installation: Installation, page: Page) -> None:
    page.route(_CHALLENGE, lambda route: route.abort())
    choose(page, installation.page, "ES")
    fill(page, SPANISH)
    tick(page)
    page.wait_for_timeout(300)
    page.unroute(_CHALLENGE)
    sign(page)
    page.wait_for_selector("#thanks-h", timeout=20_000)


def test_a_second_time_looks_like_the_first(installation: Installation, page: Page) -> None:
    """The same person, typed a little differently: every request, every reply's size, and the thanks are the same; only the marks know."""
    number = f"{secrets.randbelow(90_000_000) + 10_000_000}"
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]
    seen: list[tuple[list[tuple[str, int, int]], str]] = []
    told: list[Response] = []
    page.on("response", lambda reply: told.append(reply) if reply.request.method == "POST" else None)
    for typed in (f"{number}{letter}", f"{number[:4]} {number[4:]}-{letter.lower()}"):
        told.clear()
        _sign(page, installation, id_number=typed)
        if page.locator("form .confirm input").count():
            page.check("form .confirm input")
            sign(page)
        page.wait_for_selector("#thanks-h", timeout=20_000)
        page.wait_for_selector("main .thanks >> text=Statements received so far", timeout=20_000)
        # A receipt grows by a line of its proof, and by a digit, as its log does: by nothing else.
        sizes = [
            (reply.url.rpartition("/")[2], reply.status, len(reply.body()) if "tokens" in reply.url else 0) for reply in told
        ]
        seen.append((sizes, _plain(page.inner_text("main .thanks"))))
        page.goto("about:blank")
    assert seen[0][0] == [("tokens", 200, 96), ("statements", 200, 0)]
    assert seen[0] == seen[1]
    marks = _marks(installation)
    assert marks[-1] == marks[-2]
    assert marks.count(marks[-1]) == 2


def _plain(text: str) -> str:
    """Give the thanks without what is drawn or counted: identifier, erasure code, figures."""
    return re.sub(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){6}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9.,]+", "…", text)


def _marks(installation: Installation) -> list[bytes]:
    """Give the marks of Spain's log, in order."""
    connection = sqlite3.connect(f"file:{installation.folder}/server/statements.db?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "select mark from mark join entry on entry.number = mark.entry join log on log.number = entry.log where log.jurisdiction = 'ES' order by mark.entry"
        )
        return [mark for (mark,) in rows]
    finally:
        connection.close()
