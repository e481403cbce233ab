"""Chromium as the audit drives it: without a window, with axe-core and our own checks in every page, under the pages' own policy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
CHECKS = Path(__file__).with_name("checks.js")
PHONE, DESK, ZOOMED = 360, 1280, 320
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium. Raises FileNotFoundError where it is not installed."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("chromium is not installed: apt install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield started
        finally:
            started.close()


@contextmanager
def audited_context(browser: Browser, *, width: int = PHONE) -> Iterator[BrowserContext]:
    """Give a context that knows nobody, in whose pages axe-core and the checks stand ready; nothing of the pages' policy is lifted."""
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce", accept_downloads=True)
    context.add_init_script(path=AXE)
    context.add_init_script(path=CHECKS)
    context.set_default_timeout(30_000)
    try:
        yield context
    finally:
        context.close()


def axe_version() -> str:
    """Give the version of axe-core."""
    version: str = json.loads(AXE.with_name("package.json").read_text(encoding="utf-8"))["version"]
    return version
