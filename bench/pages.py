"""What a first visit loads and how soon it is seen, how fast pages are served, and how long one State's export of 200,000 statements takes.

What is measured: the initiative's page with everything it needs before the first key press (style, theme, script), as the server sends it
compressed; how soon it stands on a slow phone, and how near its serving comes to sending constants (bench/page_speed.py); and
`civium export` from start to end: write, fsync, read back and check. The statements are stored beforehand by the store's own append; their
ciphertexts are random bytes, which an export cannot tell.
"""

from __future__ import annotations

import gzip
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench import installation, logs, page_speed
from bench.installation import SLUG, Installation
from civium.formats.export import ExportReader
from civium.server.config import Config

STATEMENTS = 200_000
STATE = "ES"
_CIVIUM = Path(sys.executable).with_name("civium")
_LOADED = re.compile(r"""(?:href|src)="(/assets/[^"]+\.(?:css|js))\"""")


def measure() -> dict[str, float]:
    """Give `page_first_load_bytes`, `page_lcp_ms`, `pages_vs_constant` with its two rates, and `export_200k_seconds`."""
    with tempfile.TemporaryDirectory(prefix="civium-bench-") as name:
        place = installation.make(Path(name) / "place", {}, host=logs.HOST)
        numbers = _first_load(place) | page_speed.against_constant(place, Path(name) / "speed")
        ours = {name: value for name, value in place.environment.items() if name.startswith("CIVIUM_")}
        keys = {STATE: place.keys[STATE].key_id}
        sealed = logs.envelopes(STATEMENTS, keys, collection=place.collection, manifest_hash=place.manifest_hash)
        logs.append_all(Config.from_environment(ours), place.collection, sealed)
        return numbers | _export(place, Path(name) / "handover")


def _export(place: Installation, into: Path) -> dict[str, float]:
    into.mkdir()
    began_at = time.perf_counter()
    command = [_CIVIUM, "export", SLUG, STATE, "--into", str(into)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=place.environment)
    seconds = time.perf_counter() - began_at
    (path,) = into.glob("*.civium")
    with path.open("rb") as stream:
        assert ExportReader(stream).head.size == STATEMENTS
    return {"export_200k_seconds": round(seconds, 2)}


def _first_load(place: Installation) -> dict[str, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [_CIVIUM, "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=place.environment)
    try:
        sizes = {language: _load(f"http://127.0.0.1:{port}", language) for language in ("en", "el", "mt", "fi")}
        painted = page_speed.largest_paint(f"http://localhost:{port}", f"/{{language}}/i/{SLUG}")
    finally:
        server.terminate()
        server.wait()
    return {"page_first_load_bytes": max(sizes.values())} | painted


def _load(url: str, language: str) -> int:
    page, size = _fetch(f"{url}/{language}/i/{SLUG}")
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
