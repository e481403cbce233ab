"""After the thanks, in a real browser: the organisers' words and call, ways to tell others, news on a page apart, feedback without a name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import BrowserContext, Page, Request

from civium.server.intake.replies import SECURITY

from .conftest import ROOT, Installation
from .signing import SPANISH, choose, fill, sign, tick

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CALL = {"label": "Come to the night march", "url": "https://night-trains.example/march"}
BACK = "https://night-trains.example/thanks"


@pytest.fixture(scope="module")
def asking(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demonstration, whose organisers now have a call for action and a page of their own to come back to."""
    folder = tmp_path_factory.mktemp("folder") / "night-trains"
    shutil.copytree(ROOT / "src/civium/rehearsal/night_trains", folder)
    told = json.loads((folder / "initiative.json").read_text(encoding="utf-8"))
    told |= {"callback_url": BACK, "call_for_action": {"en": CALL}}
    (folder / "initiative.json").write_text(json.dumps(told), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    command = [Path(sys.executable).with_name("civium"), "initiative", "update", folder, "--by", "Anna"]
    environment = kept | {"CIVIUM_DATA": str(installation.folder / "server"), "CIVIUM_URL": installation.url}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return installation


def _thanked(page: Page, installation: Installation, language: str = "en") -> None:
    address = f"{installation.url}/{language}/i/night-trains"
    for _ in range(40):
        page.goto(address)
        if page.get_attribute("#form", "data-callback") == BACK:
            break
        page.wait_for_timeout(100)
    choose(page, address, "ES")
    fill(page, SPANISH)
    tick(page)
    sign(page)
    page.wait_for_selector("#feedback-h", timeout=60_000)


def test_what_comes_after_the_thanks(asking: Installation, page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.add_init_script(
        "navigator.share = async (what) => { window.shared = what; }; window.open = (...what) => { window.opened = what; }"
    )
    _thanked(page, asking)

    call = page.get_by_role("link", name=CALL["label"])
    assert (call.get_attribute("href"), call.get_attribute("rel")) == (CALL["url"], "noopener noreferrer")
    assert page.get_by_role("link", name="Back to the organisers’ own page").get_attribute("href") == BACK
    assert "That is how a million comes together." in page.inner_text("section[aria-labelledby=organisers-h]")
    assert page.locator("[aria-labelledby=news-h]").count() == 0, "no mail server is set: nobody is asked for an address"

    # The part of the page moved here, its links and buttons at work; what is shared knows nothing of the signing.
    assert page.locator("main .after #share").count() == 1
    page.click("[data-share=sheet]")
    shared = page.evaluate("window.shared")
    assert shared["url"] == f"{asking.url}/i/night-trains"
    identifier, code = page.inner_text(".slip dd.code"), page.inner_text(".bigcode")
    hrefs = page.eval_on_selector_all("#share a", "links => links.map((link) => link.href)")
    assert len(hrefs) == 8
    for text in (json.dumps(shared), *hrefs):
        assert identifier not in text
        assert code.split("-")[0] not in text
    page.click("[data-share=mastodon]")
    page.fill("#mastodon-server", "no server")
    page.press("#mastodon-server", "Enter")
    assert page.evaluate("window.opened") is None
    assert page.get_attribute("#mastodon-server", "aria-invalid") == "true"
    page.fill("#mastodon-server", "@eimear@social.example")
    page.press("#mastodon-server", "Enter")
    address, target, features = page.evaluate("window.opened")
    assert address.startswith("https://social.example/share?text=")
    assert (target, features) == ("_blank", "noopener,noreferrer")

    # Feedback: a grade is needed; what leaves is a grade and a comment, and nothing else.
    send = page.get_by_role("button", name="Send it to the organisers")
    send.click()
    assert page.inner_text("[aria-labelledby=feedback-h] [role=status]") == "Choose one of these"
    page.get_by_label("Fine").check()
    page.get_by_label("What went well, what did not?").fill("Quick & easy")
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/feedback")) as sent:
        send.click()
    page.get_by_text("Thank you for telling us.").wait_for()
    assert parse_qs(sent.value.post_data or "", keep_blank_values=True) == {"grade": ["fine"], "comment": ["Quick & easy"]}
    assert not any(sent.value.headers.get(name) for name in ("cookie", "referer", "authorization"))
    assert all(request.url.startswith((asking.url, "data:", "blob:")) for request in asked), "nothing of another place is loaded"


@pytest.mark.parametrize(("language", "width", "scheme"), [("el", 360, "dark"), ("mt", 1280, "light")])
def test_the_thanks_with_all_their_parts_pass_axe(
    asking: Installation, page: Page, language: str, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.route("**/i/night-trains", lambda route: _with_news(route, language))
    _thanked(page, asking, language)
    page.locator("[aria-labelledby=news-h] a").wait_for()
    assert page.get_attribute("[aria-labelledby=news-h] a", "target") == "_blank", "this page is shown only once"
    assert page.locator("[aria-labelledby=organisers-h] a[lang=en]").count() == 1, "a call in another language says so"
    page.click("[data-share=mastodon]")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", TAGS)
    assert found["passes"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _with_news(route: object, language: str) -> None:
    """The page as it is where mail can be sent."""
    answer = route.fetch()  # type: ignore[attr-defined]
    body = answer.text().replace("data-feedback=", f'data-news="/{language}/i/night-trains/news" data-feedback=')
    headers = {name.decode(): value.decode() for name, value in SECURITY if name != b"content-security-policy"}
    route.fulfill(status=answer.status, headers=headers | {"content-type": "text/html; charset=utf-8"}, body=body)  # type: ignore[attr-defined]


def test_without_a_script_feedback_is_given_on_its_page(asking: Installation, browser: object) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{asking.page}/feedback")
    page.get_by_label("Good").check()
    page.get_by_label("What went well, what did not?").fill("Without a script.")
    page.click("main button[type=submit]")
    assert page.url == f"{asking.page}/feedback-sent"
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you for telling us."
    assert context.cookies() == []
    page.goto(asking.page)
    assert page.locator("#share a").count() == 8
    assert not page.locator("#share button").first.is_visible(), "what needs a script is not shown without"
    context.close()
