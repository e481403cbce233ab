"""The address works once; what does not come from this window's own pages is refused before it is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from civium.authority.window.gate import FOREIGN, FORM, LARGEST_FORM, STRANGER, TOO_LARGE, USED, WRONG_FORM, WRONG_HOST, Gate


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    """Give a gate whose secrets are three runs of bytes."""
    given: Iterator[int] = iter((1, 2, 3))
    return Gate(8123, lambda size: bytes([next(given)]) * size, clock, 600.0)


def headers(gate: Gate, **changes: str | None) -> dict[str, str]:
    """Give what a browser sends with a form of the window's own."""
    cookie = gate.set_cookie().partition(";")[0]
    sent: dict[str, str | None] = {
        "Host": "127.0.0.1:8123",
        "Cookie": cookie,
        "Origin": "http://127.0.0.1:8123",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": FORM,
        "Content-Length": "10",
    }
    told = {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in {**sent, **told}.items() if value is not None}


def test_the_address_works_once(gate: Gate) -> None:
    path = gate.address.removeprefix(gate.origin)
    assert gate.address.startswith("http://127.0.0.1:8123/begin/")
    assert not gate.exchange("/begin/wrong")
    assert gate.exchange(path)
    assert not gate.exchange(path)
    assert gate.refusal("GET", path, headers(gate)) == USED


def test_three_secrets_are_three(gate: Gate) -> None:
    assert len({gate.address.rpartition("/")[2], gate.set_cookie().partition(";")[0], gate.place}) == 3


def test_the_cookie_is_for_no_script_no_other_site_and_no_other_path(gate: Gate) -> None:
    attributes = gate.set_cookie().split("; ")[1:]
    assert attributes == ["HttpOnly", "SameSite=Strict", f"Path=/{gate.place}/"]


def test_pages_of_the_window_are_let_in(gate: Gate) -> None:
    for method in ("GET", "POST"):
        assert gate.refusal(method, f"{gate.root}verdicts", headers(gate)) == ""
    assert gate.refusal("GET", gate.root, headers(gate, Origin=None, Sec_Fetch_Site="none")) == ""


@pytest.mark.parametrize(
    "host", ["localhost:8123", "127.0.0.1", "127.0.0.1:8124", "evil.example:8123", "127.0.0.1:8123.evil.example", "", None]
)
def test_another_host_is_refused_whoever_asks(gate: Gate, host: str | None) -> None:
    assert gate.refusal("GET", gate.root, headers(gate, Host=host)) == WRONG_HOST


@pytest.mark.parametrize("cookie", [None, "civium=", "civium=AAAA", "other=1"])
def test_a_browser_without_the_cookie_is_a_stranger(gate: Gate, cookie: str | None) -> None:
    assert gate.refusal("GET", gate.root, headers(gate, Cookie=cookie)) == STRANGER


def test_the_cookie_alone_does_not_open_another_path(gate: Gate) -> None:
    for path in ("/", "/verdicts", f"/{gate.place}", "/AAAAAAAAAAAAAAAAAAAAAA/"):
        assert gate.refusal("GET", path, headers(gate)) == STRANGER


def test_a_cookie_among_others_is_found(gate: Gate) -> None:
    cookie = "a=1; " + gate.set_cookie().partition(";")[0] + "; b=2"
    assert gate.refusal("GET", gate.root, headers(gate, Cookie=cookie)) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": "http://localhost:8123"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Origin": "https://127.0.0.1:8123"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_a_form_of_another_page_is_foreign(gate: Gate, changes: dict[str, str | None]) -> None:
    assert gate.refusal("POST", f"{gate.root}certify", headers(gate, **changes)) == FOREIGN


def test_a_browser_that_does_not_tell_the_site_is_let_in_by_its_origin(gate: Gate) -> None:
    assert gate.refusal("POST", f"{gate.root}certify", headers(gate, Sec_Fetch_Site=None)) == ""


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"Content_Type": "text/plain"}, WRONG_FORM),
        ({"Content_Type": "multipart/form-data; boundary=x"}, WRONG_FORM),
        ({"Content_Type": None}, WRONG_FORM),
        ({"Content_Length": None}, WRONG_FORM),
        ({"Content_Length": "-1"}, WRONG_FORM),
        ({"Content_Length": "²"}, WRONG_FORM),
        ({"Content_Length": str(LARGEST_FORM + 1)}, TOO_LARGE),
        ({"Content_Length": "0" * 9 + "9" * 9}, TOO_LARGE),
    ],
)
def test_what_is_no_form_is_refused_before_it_is_read(gate: Gate, changes: dict[str, str | None], refusal: str) -> None:
    assert gate.refusal("POST", f"{gate.root}open", headers(gate, **changes)) == refusal


def test_it_is_idle_when_nobody_was_there_for_so_long(gate: Gate, clock: Clock) -> None:
    clock.now += 599
    assert not gate.is_idle()
    gate.see()
    clock.now += 599
    assert not gate.is_idle()
    clock.now += 1
    assert gate.is_idle()
