"""What all tests share: under CI nothing that needs Chromium may be skipped."""

from __future__ import annotations

import os
import shutil

import pytest

NO_CHROMIUM = "Chromium is not installed: apt install chromium (make test does it as root)"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of Debian's Chromium; skip without it, fail under CI."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    return path
