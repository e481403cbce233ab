"""The vectors that bind Python and the browser, read from the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "vectors"


def read(name: str) -> dict[str, Any]:
    """Give one file of vectors."""
    vectors: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_bytes())
    return vectors
