"""A demonstration, served for all tests of the audit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from audit import demonstration
from audit.chromium import audited_context
from audit.demonstration import Demonstration
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Serve the demonstration until all tests are through."""
    with demonstration.serving(tmp_path_factory.mktemp("audit"), statements=20, others=()) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give an empty page in which the checks stand ready."""
    with audited_context(browser) as context:
        yield context.new_page()
