"""The window as whoever is not the officer meets it: another user of the computer, a page of another site, a page on another port, a hostile export."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authority.build import PASSPHRASE, Log, authority_key, dni, spanish, write_key
from tests.authority.build import statement as made
from tests.authority.test_attacks import HOSTILE, OBEYED, TEXTS
from tests.authority.window.visitor import Window


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """Give a window on a hostile export, opened and verified by the officer."""
    folder = tmp_path_factory.mktemp("office")
    log = Log(authority_key(), texts=TEXTS)
    for serial, value in enumerate(HOSTILE):
        log.add(made({**spanish(dni(200 + serial), "Ana", "Robledo"), "full_first_names": value}))
        log.add(made({**spanish(dni(300 + serial), value, "Robledo"), "id_number": value}))
    log.write(folder / "x.civium")
    (folder / "<img src=x onerror=alert(1)>.civium").write_bytes(b"none")
    (folder / "secret").symlink_to("/etc/passwd")
    (folder / "out.csv").symlink_to(folder.parent / "outside.csv")
    write_key(folder / "es.civium-private-key", log.key)
    opened = Window(folder)
    opened.comes_in()
    opened.does("choose", name="x.civium")
    opened.does("unlock", key="es.civium-private-key", passphrase=PASSPHRASE, by="R. Ejemplo")
    opened.does("open")
    opened.works()
    yield opened
    opened.close()


def _raw(window: Window, request: str) -> bytes:
    """Send bytes as they are and give all that comes back."""
    with socket.create_connection(("127.0.0.1", window.gate.port), timeout=30) as connection:
        connection.sendall(request.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "hosts",
    [
        "Host: evil.example:{port}",
        "Host: localhost:{port}",
        "Host: 127.0.0.1.:{port}",
        "Host: 127.0.0.1",
        "Host: 127.0.0.1:{port}\r\nHost: evil.example",
        "X-Forwarded-Host: 127.0.0.1:{port}",
        "Host: [::ffff:127.0.0.1]:{port}",
    ],
)
def test_a_name_that_leads_to_the_loopback_shows_nothing(window: Window, hosts: str) -> None:
    """A page whose name is made to lead to 127.0.0.1 afterwards (DNS rebinding) is told by the name."""
    told = f"GET {window.gate.root} HTTP/1.1\r\n{hosts.format(port=window.gate.port)}\r\nCookie: {window.cookie}\r\n\r\n"
    answer = _raw(window, told)
    assert _status(answer) == 421
    assert b"DEMO-NIGHT-TRAINS" not in answer


def test_a_whole_address_in_the_first_line_changes_nothing(window: Window) -> None:
    host = f"Host: 127.0.0.1:{window.gate.port}\r\n"
    answer = _raw(window, f"GET http://evil.example{window.gate.root} HTTP/1.1\r\n{host}\r\n")
    assert _status(answer) == 403


def test_of_many_who_use_the_address_at_once_one_comes_in(tmp_path: Path) -> None:
    other = Window(tmp_path)
    came: list[int] = []
    try:
        path = other.gate.address.removeprefix(other.gate.origin)
        visits = [threading.Thread(target=lambda: came.append(other.ask("GET", path).status)) for _ in range(12)]
        for visit in visits:
            visit.start()
        for visit in visits:
            visit.join()
    finally:
        other.close()
    assert sorted(came) == [200] + [403] * 11


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://127.0.0.1:1",
        "http://localhost:{port}",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example",
    ],
)
def test_a_form_on_another_page_does_nothing(window: Window, origin: str | None) -> None:
    """Cookies know no ports: a page that another user serves on this computer is of the same site."""
    told = origin and origin.format(port=window.gate.port)
    answer = window.ask("POST", f"{window.gate.root}end", "how=end", Origin=told, Sec_Fetch_Site=None)
    assert answer.status == 403
    assert not window.desk.is_over
    assert window.desk.keys


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "CONNECT"])
def test_other_methods_do_nothing_and_repeat_nothing(window: Window, method: str) -> None:
    answer = _raw(
        window, f"{method} {window.gate.root}end HTTP/1.1\r\nHost: 127.0.0.1:{window.gate.port}\r\nX-Mark: repeated\r\n\r\n"
    )
    assert _status(answer) == 501
    assert b"repeated" not in answer
    assert not window.desk.is_over


def test_an_act_is_no_page(window: Window) -> None:
    assert window.ask("GET", f"{window.gate.root}end?how=end").status == 404
    assert not window.desk.is_over


@pytest.mark.parametrize(
    "sent",
    [
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Content-Length: 65537",
        "Content-Length: ٣",
        "Transfer-Encoding: chunked",
        "Content-Length: 7\r\nContent-Type: text/plain",
    ],
)
def test_what_is_no_short_form_is_not_read(window: Window, sent: str) -> None:
    kind = "" if "Content-Type" in sent else "\r\nContent-Type: application/x-www-form-urlencoded"
    gate = window.gate
    told = f"POST {gate.root}end HTTP/1.1\r\nHost: 127.0.0.1:{gate.port}\r\nOrigin: {gate.origin}\r\nCookie: {window.cookie}\r\n"
    answer = _raw(window, f"{told}{sent}{kind}\r\n\r\nhow=end".encode().decode("latin-1"))
    assert _status(answer) in (413, 415)
    assert not window.desk.is_over


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "window.css/../../desk.py", "%2e%2e/%2e%2e/etc/passwd", "secret", "x.civium", "static/window.css"],
)
def test_no_path_leads_to_a_file(window: Window, path: str) -> None:
    assert window.ask("GET", f"{window.gate.root}{path}").status in (403, 404)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "out", "a\\..\\b", "C:x", "x\x00", "\u202ex", "a" * 500])
def test_no_name_that_is_typed_leads_out_of_the_folder(window: Window, name: str) -> None:
    shown = window.does("write-list", name=name, form="csv", which="all", confirmed="yes")
    assert 'role="alert"' in shown
    assert OBEYED.search(shown) is None


def test_no_header_can_be_added_by_what_is_typed(window: Window) -> None:
    for back in (
        "group?name=x\r\nSet-Cookie: civium=theirs",
        "one?at=1\nLocation: http://evil.example",
        "//evil.example",
        "https://evil.example",
    ):
        answer = window.ask("POST", f"{window.gate.root}decide-rows", f"back={back}".replace("\r", "%0D").replace("\n", "%0A"))
        assert answer.status == 303
        assert answer.headers["Location"].startswith(window.gate.root)
        assert "Set-Cookie" not in answer.headers
        assert "evil" not in answer.headers["Location"] or answer.headers["Location"].startswith(f"{window.gate.root}")


def test_nothing_that_strangers_wrote_is_markup_or_hidden(window: Window) -> None:
    pages = {
        name: window.page(name)
        for name in ("", "verdicts", "list", "decide", "one?at=0", "files", "certificate", "journal", "report")
    }
    for name, page in pages.items():
        for sign in ("<script>alert", "<img src=x", "]]><x/>"):
            assert sign not in page, name
        assert OBEYED.search(page) is None, name
    assert "&lt;script&gt;alert(1)" in "".join(pages.values())


def test_a_visitor_that_says_nothing_keeps_nobody_out(window: Window) -> None:
    silent = [socket.create_connection(("127.0.0.1", window.gate.port), timeout=30) for _ in range(30)]
    try:
        assert re.search("<h1>", window.page("verdicts"))
    finally:
        for connection in silent:
            connection.close()
