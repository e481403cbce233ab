"""Known values are planted in a form; they are found nowhere but in the browser and with the authority's key."""

from __future__ import annotations

import base64
import re
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, Response

from tests.stories.conftest import Served
from tests.stories.signing import sign

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLANTED = {
    "full_first_names": "Plantina Zyxwvut",
    "family_names": "Qwertzuiopü-Seeded",
    "residence_street": "Rue du Témoin Caché",
    "residence_number": "98765-bis-quater",
    "residence_postal_code": "1234",
    "residence_city": "Villeplantée",
    "residence_country": "LU",
    "date_of_birth": "1977-07-17",
}
# Too short or too common to be looked for: a postal code, a country, and a year that dates hold anyway.
SOUGHT = [
    PLANTED[name]
    for name in ("full_first_names", "family_names", "residence_street", "residence_number", "residence_city", "date_of_birth")
]


def _spellings(value: str) -> set[bytes]:
    """Give the value as programs spell it: plain, upper and lower case, UTF-16, escaped, quoted, base64 at each of the three offsets, hex."""
    texts = {
        value,
        value.upper(),
        value.lower(),
        value.encode("unicode_escape").decode(),
        urllib.parse.quote(value),
        urllib.parse.quote_plus(value),
    }
    found = {text.encode() for text in texts} | {
        value.encode("utf-16-le"),
        value.encode("latin-1", "ignore"),
        value.encode().hex().encode(),
    }
    for shift in range(3):
        raw = base64.b64encode(bytes(shift) + value.encode())
        found.add(raw[4 if shift else 0 : len(raw) // 4 * 4 - 4])
    return {spelling for spelling in found if len(spelling) >= 6}


def _found_in(raw: bytes) -> list[str]:
    return [value for value in SOUGHT if any(spelling in raw for spelling in _spellings(value))]


def test_the_search_finds_what_is_planted() -> None:
    for value in SOUGHT:
        for shift in range(3):
            assert _found_in(b"...." + base64.b64encode(bytes(shift) + value.encode() + b"tail") + b"...") == [value]
        assert _found_in(b"x" + value.encode("utf-16-le")) == [value]


def test_planted_values_are_in_no_file_no_reply_no_request_and_no_log(served: Served, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    seen: list[tuple[str, bytes]] = []

    def request(sent: Request) -> None:
        head = "\n".join(f"{name}: {value}" for name, value in sent.all_headers().items())
        seen.append((f"request {sent.method}", f"{sent.url}\n{head}".encode() + (sent.post_data_buffer or b"")))

    def response(got: Response) -> None:
        seen.append(
            (
                f"reply {got.status}",
                "\n".join(got.all_headers().values()).encode() + (b"" if got.status in (303, 304) else got.body()),
            )
        )

    spoken: list[str] = []
    page.on("request", request)
    page.on("response", response)
    page.on("console", lambda message: spoken.append(message.text))
    signed = sign(page, served.page("fr"), "LU", PLANTED)
    page.wait_for_timeout(500)
    assert any(name == "request POST" for name, _ in seen)
    for name, raw in [*seen, ("console", "\n".join(spoken).encode()), ("posting", signed.posted)]:
        assert _found_in(raw) == [], name
    kept = page.evaluate(
        "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href, history.length])"
    )
    assert _found_in(kept.encode()) == []
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    assert context.cookies() == []
    assert page.evaluate("indexedDB.databases().then(list => list.length)") == 0
    # The thank-you page itself holds nothing of the person any more.
    assert _found_in(page.content().encode()) == []
    context.close()
    _check_files(served)


def _check_files(served: Served) -> None:
    looked_at = 0
    for folder in (served.data, served.folder):
        for path in folder.rglob("*"):
            if path.is_file():
                looked_at += 1
                assert _found_in(path.read_bytes()) == [], path
    names = {path.name for path in served.data.rglob("*")}
    assert {"statements.db", "civium.db"} <= names
    assert any(name.startswith("statements.db-wal") for name in names), "the write-ahead log was looked at too"
    assert _found_in(served.log.read_bytes()) == []
    for path in _files_held_open(served):
        assert _found_in(path.read_bytes()) == [], path
    assert looked_at > 30


def _files_held_open(served: Served) -> list[Path]:
    """Give the temporary files that the server's processes hold open, deleted ones too."""
    held = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(served.data).encode() not in (process / "cmdline").read_bytes():
                continue
            held += [path for path in (process / "fd").iterdir() if re.match(r"/(tmp|var/tmp)/", str(path.readlink()))]
        except OSError:
            continue
    return held
