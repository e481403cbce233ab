"""Who may come in: the address that works once, the cookie, host and origin, idleness (rules 1 to 4 and 12 of docs/spec/window.md)."""

from __future__ import annotations

import base64
import hmac
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

HOST = "127.0.0.1"
COOKIE = "civium"
FORM = "application/x-www-form-urlencoded"
LARGEST_FORM = 1 << 16
SECRET_SIZE, PLACE_SIZE = 32, 16
# What a page asks by itself carries this: it is no act of the officer's.
BY_ITSELF = "again"
WRONG_HOST, USED, STRANGER, FOREIGN, WRONG_FORM, TOO_LARGE = "host", "used", "stranger", "foreign", "form", "large"
STATUS = {WRONG_HOST: 421, USED: 403, STRANGER: 403, FOREIGN: 403, WRONG_FORM: 415, TOO_LARGE: 413}
_COOKIES = re.compile(r"(?:^|;\s*)" + COOKIE + r"=([A-Za-z0-9_-]+)")


@dataclass(repr=False)
class Gate:
    """The secrets of one window, and when somebody was last there. `random` gives so many random bytes, `clock` seconds that only grow."""

    port: int
    random: Callable[[int], bytes]
    clock: Callable[[], float]
    idle_seconds: float
    _token: str = field(init=False)
    _cookie: str = field(init=False)
    place: str = field(init=False)
    _is_used: bool = field(init=False, default=False)
    _seen_at: float = field(init=False)
    _once: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._token, self._cookie = (_text(self.random(SECRET_SIZE)) for _ in range(2))
        self.place = _text(self.random(PLACE_SIZE))
        self._seen_at = self.clock()

    @property
    def origin(self) -> str:
        """What the browser calls this window when it sends a form."""
        return f"http://{HOST}:{self.port}"

    @property
    def address(self) -> str:
        """The address that works once."""
        return f"{self.origin}/begin/{self._token}"

    @property
    def root(self) -> str:
        """The path that all pages stand below."""
        return f"/{self.place}/"

    def set_cookie(self) -> str:
        """Give the header that hands the cookie out: for no script, for no other site, for no other path."""
        return f"{COOKIE}={self._cookie}; HttpOnly; SameSite=Strict; Path={self.root}"

    def exchange(self, path: str) -> bool:
        """Tell whether a path is the address that works once, used for the first time."""
        if not hmac.compare_digest(path.encode(), f"/begin/{self._token}".encode()):
            return False
        with self._once:
            was_used, self._is_used = self._is_used, True
        return not was_used

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> str:
        """Give why a request is not let in, or an empty text. Nothing of its body has been read."""
        if headers.get("Host") != f"{HOST}:{self.port}":
            return WRONG_HOST
        if path.startswith("/begin/"):
            return USED  # the first use is no refusal: `exchange` came before
        given = _COOKIES.search(headers.get("Cookie") or "")
        if not path.startswith(self.root) or given is None or not hmac.compare_digest(given[1], self._cookie):
            return STRANGER
        return self._form_refusal(headers) if method == "POST" else ""

    def _form_refusal(self, headers: Mapping[str, str]) -> str:
        if headers.get("Origin") != self.origin or headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return FOREIGN
        length = headers.get("Content-Length") or ""
        if (
            (headers.get("Content-Type") or "").partition(";")[0].strip().lower() != FORM
            or not length.isascii()
            or not length.isdigit()
        ):
            return WRONG_FORM
        return TOO_LARGE if len(length) > 9 or int(length) > LARGEST_FORM else ""

    def see(self) -> None:
        """Note that somebody is there."""
        self._seen_at = self.clock()

    def is_idle(self) -> bool:
        """Tell whether nobody was there for too long."""
        return self.clock() - self._seen_at >= self.idle_seconds


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
