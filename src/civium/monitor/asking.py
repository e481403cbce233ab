"""Asks a site for what is public, over HTTP and with nothing but the standard library.

The rules are:
- TLS, except to this machine itself; nothing is sent but the address asked for;
- every wait and every reply has an end, and every reply a largest size: whoever is watched may not stop the one who watches;
- a reply that was cut is no answer, and is asked for again;
- a site that is busy is asked again later, as it wishes.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from civium.errors import Misconfigured, Refused

WAIT_SECONDS = 30.0
# The largest reply there can be, 16 MiB, at 56 kB a second. Each wait has an end of its own, but a site could drip for ever.
LONGEST_REPLY_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 30
_TRIES = 4
_PIECE = 65536
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


class Site:
    """One site as seen from one place: directly, or through an HTTP proxy. Keeps its connection; not for several threads."""

    def __init__(self, url: str, *, proxy: str = "", sleep: Callable[[float], None] = time.sleep) -> None:
        """Take an address; nothing is asked yet. Raises Misconfigured `address-malformed`, `address-not-https`."""
        self.url = url.rstrip("/")
        self._parts = _checked(self.url)
        self._proxy = _split(proxy) if proxy else None
        self._sleep = sleep
        self._connection: HTTPConnection | None = None

    @property
    def host(self) -> str:
        """Host and port as they stand in the address."""
        return self._parts.netloc

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def rest(self, seconds: float) -> None:
        """Ask nothing for a while."""
        self._sleep(seconds)

    def get(self, path: str, *, limit: int) -> bytes:
        """Give what stands at a path. Raises Refused `site-unreachable`, `site-answer` with the status, `reply-too-large`."""
        found = self.find(path, limit=limit)
        if found is None:
            raise Refused("site-answer", status=404)
        return found

    def find(self, path: str, *, limit: int) -> bytes | None:
        """Give what stands at a path, None if nothing does (404). Raises as `get`."""
        for is_last in (*[False] * (_TRIES - 1), True):
            try:
                reply, raw = self._ask(path, limit)
            except (OSError, HTTPException):
                # A kept connection ends between two questions: the next try is on a new one.
                self.close()
                if is_last:
                    raise Refused("site-unreachable") from None
                continue
            if reply.status in (429, 503) and not is_last:
                self._sleep(_pause(reply))
                continue
            if reply.status == 404:
                return None
            if reply.status != 200:
                raise Refused("site-answer", status=reply.status)
            return raw
        raise AssertionError

    def _ask(self, path: str, limit: int) -> tuple[HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.request(
            "GET", f"{self._parts.path}{path}", headers={"User-Agent": "civium-monitor", "Accept-Encoding": "identity"}
        )
        with _ended(self._connection.sock, LONGEST_REPLY_SECONDS):
            reply = self._connection.getresponse()
            return reply, self._read(reply, limit)

    def _read(self, reply: HTTPResponse, limit: int) -> bytes:
        raw, piece = bytearray(), bytearray(_PIECE)
        # Into memory of our own: `read` takes a chunk that says it has -1 bytes for one that has all there are.
        while count := reply.readinto(piece):
            raw += piece[:count]
            if len(raw) > limit:
                self.close()
                raise Refused("reply-too-large", limit=limit)
        if reply.length:
            raise IncompleteRead(b"", reply.length)
        return bytes(raw)

    def _connect(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            if self._proxy is None:
                return HTTPSConnection(host, port, timeout=WAIT_SECONDS, context=context)
            tunnel = HTTPSConnection(self._proxy.hostname or "", self._proxy.port or 8080, timeout=WAIT_SECONDS, context=context)
            tunnel.set_tunnel(host, port or 443)
            return tunnel
        if self._proxy is None:
            return HTTPConnection(host, port, timeout=WAIT_SECONDS)
        through = HTTPConnection(self._proxy.hostname or "", self._proxy.port or 8080, timeout=WAIT_SECONDS)
        through.set_tunnel(host, port or 80)
        return through


@contextmanager
def _ended(connected: socket.socket, seconds: float) -> Iterator[None]:
    """End a connection after so long, whoever waits for it. Raises TimeoutError."""
    is_over = Event()

    def end() -> None:
        is_over.set()
        with suppress(OSError):
            # The socket's own, below TLS: whoever reads then finds the end of it.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError


def _checked(url: str) -> SplitResult:
    parts = _split(url)
    if parts.scheme == "http" and parts.hostname not in _OWN_MACHINE:
        raise Misconfigured("address-not-https")
    return parts


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment or parts.username)
        _ = parts.port
    except ValueError:
        is_whole = None
    if not is_whole or not url.isascii() or not url.isprintable() or " " in url:
        raise Misconfigured("address-malformed")
    return parts


def _pause(reply: HTTPResponse) -> float:
    told = reply.getheader("Retry-After") or ""
    return float(min(int(told), LONGEST_PAUSE_SECONDS)) if told.isascii() and told.isdigit() and len(told) < 6 else 2.0
