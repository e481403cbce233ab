"""The server on the loopback: takes requests apart, asks the gate, gives pages. Nothing is logged (docs/spec/window.md)."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from civium.authority.commands.asking import tell
from civium.authority.documents.as_html import STYLE_SOURCE
from civium.authority.sentences import refusal_of
from civium.authority.window import certificate_page, files_page
from civium.authority.window.charts import dark_rules
from civium.authority.window.desk import Desk, head_of, sentences_of
from civium.authority.window.frame import BARE_STYLE_SOURCE, Page, bare, framed
from civium.authority.window.gate import BY_ITSELF, HOST, STATUS, Gate
from civium.authority.window.opening_page import state_of
from civium.authority.window.routes import ACTS, PAGES, act_on, page_of
from civium.authority.window.words import say
from civium.errors import CiviumError, Refused

_HTML, _STYLE, _SCRIPT = "text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8"
_POLICY = (
    f"default-src 'none'; style-src 'self' {BARE_STYLE_SOURCE}; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
# A page of the report has its style inside, and does nothing.
_REPORT_POLICY = f"default-src 'none'; style-src {STYLE_SOURCE}; img-src data:; frame-ancestors 'none'; base-uri 'none'; sandbox"
_PDF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
# Slower than any browser on the same machine; a connection that says nothing is given up.
_PATIENCE = 20.0
_MOST_FIELDS = 1000


class WindowServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 alone, with the desk and the gate that its requests need."""

    daemon_threads = True
    allow_reuse_address = False
    timeout = 0.5

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), Visit)
        self.gate: Gate
        self.desk: Desk

    def handle_error(self, *_: object) -> None:
        """Say where a fault of ours lies, and never what it was about; nothing of a connection that broke off."""
        kind, trace = sys.exc_info()[::2]
        if kind is None or issubclass(kind, OSError):
            return
        last = traceback.extract_tb(trace)[-1]
        tell(f"a fault of the program, please tell its makers: {kind.__name__}, {Path(last.filename).name} line {last.lineno}")


class Visit(BaseHTTPRequestHandler):
    """One request."""

    timeout = _PATIENCE
    server: WindowServer

    def version_string(self) -> str:
        """Give what the server calls itself: no version of anything."""
        return "civium"

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Answer what is no request with a page that repeats nothing of it."""
        self._answer(int(code), bare(say("strange-title"), say("strange")))

    def do_GET(self) -> None:
        """Give a page."""
        gate, path = self.server.gate, urlsplit(self.path).path
        if self._is_for_this_host() and gate.exchange(path):
            gate.see()
            self._begin()
            return
        if not self._is_let_in("GET", path):
            return
        query = _pairs(urlsplit(self.path).query)
        if BY_ITSELF not in query:
            gate.see()
        self._give(path.removeprefix(gate.root), query)

    def do_POST(self) -> None:
        """Do an act."""
        gate, path = self.server.gate, urlsplit(self.path).path
        if not self._is_let_in("POST", path):
            return
        gate.see()
        name = path.removeprefix(gate.root)
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if name not in ACTS:
            self._answer(404, bare(say("gone-title"), say("gone")))
            return
        desk = self.server.desk
        with desk.hold:
            went = act_on(desk, name, _pairs(raw.decode("utf-8", "replace")))
            gate.see()  # what took long was no idleness
            if desk.is_over:
                self._answer(200, bare(say("over-title"), say("over"), say("over-again")))
            elif isinstance(went, Page):
                self._answer(200, framed(went, desk, _about(desk)))
            else:
                self._answer(303, b"", extra=(("Location", gate.root + went.removeprefix("./")),))

    def _is_for_this_host(self) -> bool:
        return self.headers.get_all("Host") == [f"{HOST}:{self.server.gate.port}"]

    def _is_let_in(self, method: str, path: str) -> bool:
        given = {name: self.headers[name] for name in self.headers} if len(self.headers.get_all("Host") or ()) == 1 else {}
        refusal = self.server.gate.refusal(method, path, _named(given))
        if refusal:
            self.close_connection = True
            self._answer(STATUS[refusal], bare(say(f"refused-{refusal}-title"), say(f"refused-{refusal}")))
        return not refusal

    def _begin(self) -> None:
        """Hand out the cookie on a page of its own: along a redirect from elsewhere it would not be sent."""
        gate = self.server.gate
        page = bare(say("begin-title"), say("begin"))
        leads = f'<meta http-equiv="refresh" content="0;url={gate.root}">'.encode()
        way = f'<p><a href="{gate.root}">{say("begin-link")}</a></p></main>'.encode()
        page = page.replace(b"</head>", leads + b"</head>").replace(b"</main>", way)
        self._answer(200, page, extra=(("Set-Cookie", gate.set_cookie()),))

    def _give(self, name: str, query: Mapping[str, str]) -> None:
        desk = self.server.desk
        if name in _FILES:
            self._answer(200, _static(name), kind=_FILES[name])
        elif name == "progress":
            told = state_of(desk.work) if desk.work else {"state": ""}
            self._answer(200, json.dumps(told).encode(), kind="application/json")
        elif name in ("report", "certificate.pdf"):
            self._give_document(name)
        elif name in PAGES:
            with desk.hold:
                self._answer(200, framed(page_of(desk, name, query), desk, _about(desk)))
        else:
            self._answer(404, bare(say("gone-title"), say("gone")))

    def _give_document(self, name: str) -> None:
        desk = self.server.desk
        try:
            with desk.hold:
                if name == "report":
                    self._answer(200, files_page.report_page(desk), policy=_REPORT_POLICY)
                else:
                    self._answer(200, certificate_page.certificate_file(desk), kind="application/pdf", policy=_PDF_POLICY)
        except (CiviumError, OSError) as trouble:
            error = refusal_of(trouble) if isinstance(trouble, OSError) else trouble
            self._answer(404, bare(say("gone-title"), *sentences_of(error)))

    def _answer(
        self, code: int, body: bytes, *, kind: str = _HTML, policy: str = _POLICY, extra: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.send_response_only(code, HTTPStatus(code).phrase)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            *_HEADERS,
            *extra,
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


_FILES = {"window.css": _STYLE, "window.js": _SCRIPT}


def _static(name: str) -> bytes:
    raw = files("civium.authority.window").joinpath("static", name).read_bytes()
    return raw + dark_rules().encode() if name == "window.css" else raw


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    """Give the headers by the names that the gate asks, whatever their capitals."""
    return {name.title(): value for name, value in headers.items()}


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace"))
    except ValueError:
        return {}


def _about(desk: Desk) -> str:
    """Say what is worked on: initiative, State and channel."""
    if desk.file is None:
        return ""
    try:
        head = head_of(desk.file)
    except (Refused, OSError):
        return ""
    return f"{head.registration} · {head.jurisdiction} · {head.channel}"
