"""The server answers its own pages to one browser, tells nothing else, and ends when nobody is there."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from civium.authority.window.gate import LARGEST_FORM
from civium.authority.window.routes import ACTS, PAGES
from civium.authority.window.serving import ENDED, IDLE
from tests.authority.window.visitor import Window

_NAMES = re.compile("Robledo|Aina|Cifuentes|00000001R")


def test_it_listens_on_the_loopback_alone(window: Window) -> None:
    assert window.server.server_address[0] == "127.0.0.1"
    assert window.server.socket.family == socket.AF_INET


def test_the_address_opens_once_and_is_refused_afterwards(office: Path) -> None:
    window = Window(office)
    try:
        first = window.comes_in()
        assert first.status == 200
        assert "HttpOnly; SameSite=Strict" in first.headers["Set-Cookie"]
        assert f"url={window.gate.root}" in first.text
        assert "x.civium" in window.page()
        path = window.gate.address.removeprefix(window.gate.origin)
        for cookie in (window.cookie, None):
            again = window.ask("GET", path, Cookie=cookie)
            assert again.status == 403
            assert "Set-Cookie" not in again.headers
            assert "This address was used" in again.text
    finally:
        window.close()


def test_a_stranger_sees_nothing(window: Window) -> None:
    for name in (*PAGES, "progress", "report", "certificate.pdf", "window.css"):
        answer = window.ask("GET", f"{window.gate.root}{name}", Cookie=None)
        assert answer.status == 403
        assert "x.civium" not in answer.text
    for name in ACTS:
        assert window.ask("POST", f"{window.gate.root}{name}", "name=x.civium", Cookie=None).status == 403
    assert window.desk.file is None


def test_the_address_is_not_used_up_by_another_host(office: Path) -> None:
    window = Window(office)
    try:
        path = window.gate.address.removeprefix(window.gate.origin)
        answer = window.ask("GET", path, Host=f"rebound.example:{window.gate.port}")
        assert (answer.status, "Set-Cookie" in answer.headers) == (421, False)
        assert window.comes_in().status == 200
    finally:
        window.close()


def test_a_form_of_another_page_does_nothing(window: Window) -> None:
    path = f"{window.gate.root}choose"
    for changes in ({"Origin": "https://evil.example"}, {"Origin": None}, {"Sec_Fetch_Site": "cross-site"}):
        assert window.ask("POST", path, "name=x.civium", **changes).status == 403
    assert window.ask("POST", path, "name=x.civium", Content_Type="text/plain").status == 415
    assert window.ask("POST", path, "x" * (LARGEST_FORM + 1)).status == 413
    assert window.desk.file is None
    assert window.ask("POST", path, "name=x.civium").status == 303
    assert window.desk.file is not None


def test_every_answer_is_kept_nowhere_and_asks_nobody(window: Window) -> None:
    for path in (window.gate.root, f"{window.gate.root}window.css", f"{window.gate.root}nothing", "/"):
        headers = window.ask("GET", path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self' 'sha256-")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Server" not in headers
        assert not any(name.startswith("Access-Control") for name in headers)


def test_what_is_no_request_is_not_repeated(window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    answer = window.ask("DELETE", f"{window.gate.root}Robledo")
    assert answer.status == 501
    assert "Robledo" not in answer.text
    assert window.ask("POST", f"{window.gate.root}nothing", "a=b").status == 404
    assert window.page("nothing", expected=404)
    assert capsys.readouterr() == ("", "")


def test_nothing_personal_is_in_titles_addresses_or_errors(verified: Window, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("list?verdict=accepted", "group?name=group-2", "one?at=0", "decide", "verdicts"):
        text = verified.page(name)
        (title,) = re.findall("<title>(.*?)</title>", text)
        assert not _NAMES.search(title)
        assert not any(_NAMES.search(address) for address in re.findall('(?:href|action)="([^"]*)"', text))
    assert _NAMES.search(verified.page("list?verdict=accepted"))
    assert capsys.readouterr() == ("", "")


def test_it_ends_when_nobody_was_there_and_the_pages_own_looks_do_not_count(office: Path) -> None:
    window = Window(office, idle_seconds=60)
    window.comes_in()
    window.clock.now = 59
    window.page("work?again")
    window.ask("GET", f"{window.gate.root}progress?again")
    window.clock.now = 61
    assert window.wait() == IDLE
    assert window.desk.keys == []


def test_it_ends_by_its_button_and_forgets_the_key(unlocked: Window) -> None:
    assert "The window has ended" in unlocked.does("end", how="end")
    assert unlocked.wait() == ENDED
    assert unlocked.desk.keys == []


def test_it_is_locked_by_its_button_and_goes_on(verified: Window) -> None:
    assert "The key is locked" in verified.does("end", how="lock")
    assert verified.desk.keys == []
    assert "First choose the file and unlock your key" in verified.page("verdicts")


def test_a_fault_of_ours_is_told_without_what_it_was_about(window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    for fault, is_told in ((KeyError("Robledo"), True), (BrokenPipeError("Robledo"), False)):
        with pytest.raises(type(fault)):
            _faulty(window, fault)
        said = capsys.readouterr().err
        assert ("test_server.py line" in said) is is_told
        assert "Robledo" not in said


def _faulty(window: Window, fault: Exception) -> None:
    try:
        raise fault
    finally:
        window.server.handle_error()
