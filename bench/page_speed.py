"""How soon a first visitor sees the page on a slow phone, and how near its serving comes to sending constant bytes.

What is measured:
- `page_lcp_ms`: largest contentful paint of the initiative's page in Chromium, nothing cached, with a processor slowed four times, 1.6 Mbit/s and
  150 ms to the server (the values of Lighthouse's slow 4G); the median of several visits, of the slower of two languages;
- `pages_vs_constant`: requests a second for that page, compressed, against an ASGI handler under the same Granian that sends the very same status,
  headers and bytes without looking at what was asked; both in turn in the same run, the same load, the median of the ratios.
"""

from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench import load, logs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from bench.installation import Installation

_LANGUAGES = ("en", "el")
_VISITS = 5
_SLOWED = 4
_BYTES_PER_S = 200_000  # 1.6 Mbit/s
_LATENCY_MS = 150
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_OBSERVE = """globalThis.largest = 0
new PerformanceObserver(list => { for (const entry of list.getEntries()) largest = entry.startTime })
  .observe({type: 'largest-contentful-paint', buffered: true})"""
_CONNECTIONS = 64
_SECONDS = 4
_ROUNDS = 3


def largest_paint(url: str, path: str) -> dict[str, float]:
    """Visit the page as somebody with a slow phone and give `page_lcp_ms`. `path` holds `{language}`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        try:
            medians = []
            for language in _LANGUAGES:
                address = url + path.format(language=language)
                _visit(browser, address)  # the server renders a page once; that is not the visitor's time
                medians.append(logs.median_of([_visit(browser, address) for _ in range(_VISITS)]))
        finally:
            browser.close()
    return {"page_lcp_ms": round(max(medians), 1)}


def _visit(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport={"width": 360, "height": 780}, device_scale_factor=2)
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWED})
        session.send("Network.enable")
        conditions = {
            "offline": False,
            "latency": _LATENCY_MS,
            "downloadThroughput": _BYTES_PER_S,
            "uploadThroughput": _BYTES_PER_S,
        }
        session.send("Network.emulateNetworkConditions", conditions)
        page.add_init_script(_OBSERVE)
        page.goto(address, wait_until="load")
        page.wait_for_selector("#field-nationality", timeout=60_000)
        page.wait_for_timeout(500)
        painted = float(page.evaluate("largest"))
        assert painted > 0, "Chromium told no largest paint"
        return painted
    finally:
        context.close()


def against_constant(place: Installation, folder: Path) -> dict[str, float]:
    """Serve the page and constants in turn and give `pages_vs_constant` with both rates."""
    folder.mkdir()
    ours = {name: value for name, value in place.environment.items() if name.startswith("CIVIUM_")}
    material = load.write_material(folder / "nobody", [(bytes(load.TOKEN_REQUEST_SIZE), bytes(100))])
    recorded = folder / "reply.json"
    pages, constants, ratios, shares = [], [], [], []
    with logs.serving("civium.front:create", ours, 1) as ours_port:
        _record(ours_port, place.page, recorded)
        with logs.serving("bench.constant:create_recorded", {"BENCH_REPLY": str(recorded)}, 1) as constant_port:
            for _ in range(_ROUNDS):
                rates = []
                for port in (ours_port, constant_port):
                    server = load.Server(port, logs.HOST, place.collection.hex(), place.page)
                    played = load.play(server, "p", material, seconds=_SECONDS, connections=_CONNECTIONS)
                    assert {reply.status for reply in played} == {200}
                    rates.append(played.per_second)
                    shares.append(played.cpu_seconds / _SECONDS)
                pages.append(rates[0])
                constants.append(rates[1])
                ratios.append(rates[0] / rates[1])
    return {
        "pages_vs_constant": round(logs.median_of(ratios), 3),
        "pages_per_s": round(logs.median_of(pages), 1),
        "constant_pages_per_s": round(logs.median_of(constants), 1),
        # Near one, the load itself would be what is measured, and the ratio worth nothing.
        "pages_load_cpu_share": round(max(shares), 2),
    }


def _record(port: int, path: str, into: Path) -> None:
    """Keep the reply as the server sends it to a browser that takes gzip."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"accept-encoding": "gzip", "host": logs.HOST})
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert reply.status == 200
        own = {"date", "server", "connection"}  # Granian's, it adds them to both
        headers = [(name.lower(), value) for name, value in reply.headers.items() if name.lower() not in own]
        told = {"headers": headers, "body": reply.read().hex()}
    into.write_text(json.dumps(told), encoding="utf-8")
