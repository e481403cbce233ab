"""civium-authority window: the officer's acts in a local page (docs/spec/window.md)."""

from __future__ import annotations

import os
import tempfile
import time
import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from civium.authority.commands.asking import (
    add_passphrase_option,
    add_processes_option,
    add_token_options,
    positive,
    tell,
    unlocked_key,
)
from civium.authority.keys import AuthorityKey
from civium.errors import Misconfigured

_IDLE_MINUTES = 30


def add_window(parser: ArgumentParser) -> None:
    """Add the options of `window`."""
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(), metavar="FOLDER", help="where export and key lie (the current folder)"
    )
    parser.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a key to be opened at this terminal before; needed for shares and tokens. Again for each further key",
    )
    parser.add_argument("--by", default="", metavar="NAME", help="with --key: who works here; stands in the journal")
    add_passphrase_option(parser)
    add_token_options(parser)
    parser.add_argument("--with-token", metavar="LABEL", help="use this one of the tokens that hold the key")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="the port on 127.0.0.1; without it a free one")
    parser.add_argument(
        "--idle",
        type=positive,
        default=_IDLE_MINUTES,
        metavar="MINUTES",
        help="end after so many minutes without an act (%(default)s)",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address; open no browser")
    add_processes_option(parser)
    parser.set_defaults(run=_window)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise ValueError
    return number


def _window(options: Namespace, _now: datetime) -> list[str]:
    from civium.authority.window.desk import Desk
    from civium.authority.window.folder import Folder
    from civium.authority.window.gate import Gate
    from civium.authority.window.server import WindowServer
    from civium.authority.window.serving import IDLE, serve

    if not options.folder.is_dir():
        raise Misconfigured("window-folder")
    desk = Desk(Folder(options.folder.resolve()), time.monotonic, lambda: datetime.now(UTC), options.processes)
    if options.key:
        desk.call(options.by)
        desk.keys += [_key(path, options) for path in options.key]
    try:
        server = WindowServer(options.port)
    except (PermissionError, OSError):
        raise Misconfigured("window-port") from None
    server.desk, server.gate = desk, Gate(server.server_port, os.urandom, time.monotonic, options.idle * 60)
    tell(f"the window is open: {server.gate.address}", "this address works once, in one browser; Ctrl-C ends the window")
    with _shown(server.gate.address, is_wanted=not options.no_browser):
        why = serve(server)
    return [f"ended after {options.idle} minutes without an act" if why == IDLE else "ended"]


def _key(path: Path, options: Namespace) -> AuthorityKey:
    return unlocked_key(path, options)


@contextmanager
def _shown(address: str, *, is_wanted: bool) -> Iterator[None]:
    """Give the address to the browser in a file that only the officer can read: a command line can be read by everybody on this computer."""
    if not is_wanted:
        yield
        return
    descriptor, name = tempfile.mkstemp(prefix="civium-window-", suffix=".html")
    page = (
        f'<!doctype html><meta charset="utf-8"><title>Civium</title><meta http-equiv="refresh" content="0;url={escape(address)}">'
    )
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(page)
        webbrowser.open(Path(name).as_uri())
        yield
    finally:
        Path(name).unlink(missing_ok=True)
