"""A test that is skipped under CI has failed, whether it skips by itself, by a mark, or with its whole file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SKIPPING = {
    "test_one.py": "import pytest\ndef test_it():\n    pytest.skip('nothing to try it on')\n",
    "test_two.py": "import pytest\n@pytest.mark.skipif(True, reason='not here')\ndef test_it():\n    pass\n",
    "test_three.py": "import pytest\npytest.importorskip('no_such_package')\ndef test_it():\n    pass\n",
}


@pytest.mark.parametrize("name", SKIPPING)
def test_what_is_skipped_has_failed_under_ci_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / name).write_text(SKIPPING[name])
    kept = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    for more, is_well in (({}, True), ({"CI": "true"}, False)):
        done = subprocess.run(command, env=kept | more, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        # A file that skips as a whole leaves no test: pytest has a code of its own for that.
        assert (done.returncode in (0, 5)) == is_well, done.stdout
        assert ("skipped under CI" in done.stdout) != is_well
