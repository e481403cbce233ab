"""What tests of the pages stand on: the signatory's script, built if `make` has not built it yet."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from civium.server.site import assets

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The script as released; made in a folder of the test's own where the package has none."""
    if (assets.BUNDLE / "assets.json").exists():
        yield
        return
    folder = tmp_path_factory.mktemp("bundle")
    built_in, assets.BUNDLE = assets.BUNDLE, folder
    subprocess.run(["node", "src/civium/browser/build.mjs", str(folder)], check=True, stdout=sys.stderr)
    yield
    assets.BUNDLE = built_in
    assets.bundle.cache_clear()
