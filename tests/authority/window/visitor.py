"""A window with its server, in this process, and somebody who visits it as a browser does, without a browser."""

from __future__ import annotations

import http.client
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from civium.authority.window.desk import Desk
from civium.authority.window.folder import Folder
from civium.authority.window.gate import FORM, Gate
from civium.authority.window.server import WindowServer
from civium.authority.window.serving import serve

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """A clock that is set. `looked` hears that somebody looks at it, outside the server's own loop."""

    def __init__(self) -> None:
        self.now = 0.0
        self.looked: Callable[[], object] = lambda: None

    def __call__(self) -> float:
        if threading.current_thread().name == "open":
            self.looked()
        return self.now


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str
    raw: bytes = field(repr=False, default=b"")


class Window:
    """A running window on a folder."""

    def __init__(self, folder: Path, *, idle_seconds: float = 600.0) -> None:
        self.clock = Clock()
        self.server = WindowServer(0)
        self.server.timeout = 0.02
        self.desk = Desk(Folder(folder.resolve()), self.clock, lambda: NOW, 1)
        self.gate = Gate(self.server.server_port, os.urandom, self.clock, idle_seconds)
        self.server.desk, self.server.gate = self.desk, self.gate
        self.why = ""
        self.cookie = ""
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        self.why = serve(self.server)

    def wait(self) -> str:
        """Wait for the end, and give why."""
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self.why

    def close(self) -> None:
        """End it."""
        self.desk.is_over = True
        self.wait()

    def ask(self, method: str, path: str, body: str | None = None, **changes: str | None) -> Answer:
        """Send one request, with headers changed or left out."""
        sent: dict[str, str | None] = {"Cookie": self.cookie or None}
        if method == "POST":
            sent |= {"Origin": self.gate.origin, "Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
        sent |= {name.replace("_", "-"): value for name, value in changes.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.gate.port, timeout=30)
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
            reply = connection.getresponse()
            raw = reply.read()
            return Answer(reply.status, dict(reply.getheaders()), raw.decode("utf-8", "replace"), raw)
        finally:
            connection.close()

    def comes_in(self) -> Answer:
        """Use the address that works once, and keep the cookie."""
        answer = self.ask("GET", self.gate.address.removeprefix(self.gate.origin))
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    def page(self, name: str = "", *, expected: int = 200) -> str:
        """Give a page."""
        answer = self.ask("GET", f"{self.gate.root}{name}")
        assert answer.status == expected, answer.text
        return answer.text

    def does(self, act: str, **given: str) -> str:
        """Send a form and give the page that it leads to."""
        answer = self.ask(
            "POST",
            f"{self.gate.root}{act}",
            urlencode({name.replace("_", "-") if "-" in name else name: value for name, value in given.items()}),
        )
        if answer.status != 303:
            assert answer.status == 200, answer.text
            return answer.text
        return self.page(answer.headers["Location"].removeprefix(self.gate.root))

    def works(self) -> str:
        """Wait until the long act has ended, and give the page then."""
        assert self.desk.work is not None
        self.desk.work.wait(60)
        assert not self.desk.work.is_running
        return self.page()
