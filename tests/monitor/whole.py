"""A whole demonstration for a monitor's tests: made by `civium demo`, served with all its pages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def civium(*arguments: str) -> str:
    """Run a `civium` command and give what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))}
    program = [sys.executable, "-c", "import sys; from civium.command import main; sys.exit(main(sys.argv[1:]))"]
    done = subprocess.run([*program, *arguments], env=kept, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make(folder: Path, port: int) -> Path:
    """Make a demonstration with forty statements in 24 languages; give the folder of its installation."""
    civium(
        "demo", "--no-serve", "--folder", str(folder), "--statements", "40", "--only", "MT", "--only", "LU", "--port", str(port)
    )
    return folder / "server"
