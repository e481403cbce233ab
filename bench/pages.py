"""What a first visit loads, and how long one State's export of 200,000 statements takes, on a demonstration made for it.

What is measured: the initiative's page with everything it needs before the first key press (style, theme, script), as the server sends
it compressed; and `civium export` from start to end: write, fsync, read back and check. The collection is kept in `.demo/bench`.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FOLDER = Path(".demo") / "bench" / "exporting"
STATEMENTS = 200_000
STATE = "ES"
_PROGRAMS = Path(sys.executable).parent
_LOADED = re.compile(r"""(?:href|src)="(/assets/[^"]+\.(?:css|js))\"""")


def measure() -> dict[str, float]:
    """Give `page_first_load_bytes`, the fallback's bytes apart, and `export_200k_seconds`."""
    if not (FOLDER / "complete").exists():
        shutil.rmtree(FOLDER, ignore_errors=True)
        _civium("demo", "--no-serve", "--folder", str(FOLDER), "--statements", str(STATEMENTS), "--only", STATE)
    return _first_load() | _export()


def _export() -> dict[str, float]:
    into = FOLDER / "handover"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    began_at = time.perf_counter()
    _civium("export", "night-trains", STATE, "--data", str(FOLDER / "server"), "--into", str(into))
    return {"export_200k_seconds": time.perf_counter() - began_at}


def _first_load() -> dict[str, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [str(_PROGRAMS / "civium"), "serve", "--data", str(FOLDER / "server"), "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=_environment())
    try:
        sizes = {language: _load(f"http://127.0.0.1:{port}", language) for language in ("en", "el", "mt", "fi")}
    finally:
        server.terminate()
        server.wait()
    return {"page_first_load_bytes": max(sizes.values())}


def _load(url: str, language: str) -> int:
    page, size = _fetch(f"{url}/{language}/i/night-trains")
    paths = sorted(set(_LOADED.findall(page)))
    assert any(path.endswith(".js") for path in paths)
    assert any(path.endswith(".css") for path in paths)
    return size + sum(_fetch(url + path)[1] for path in paths)


def _fetch(url: str) -> tuple[str, int]:
    request = urllib.request.Request(url, headers={"accept-encoding": "gzip"})
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                raw = reply.read()
                body = gzip.decompress(raw) if reply.headers.get("content-encoding") == "gzip" else raw
                return body.decode(), len(raw)
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)


def _civium(*arguments: str) -> None:
    subprocess.run([str(_PROGRAMS / "civium"), *arguments], check=True, stdout=subprocess.DEVNULL, env=_environment())


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
