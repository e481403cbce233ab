"""Heads move with their entries, also where Python leaves assertions out."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TWO_BATCHES = """
import pathlib, sys
from tests.server import live
folder = pathlib.Path(sys.argv[1])
store = live.open_store(folder)
going = live.go_live(store, folder)
indices = [place.index for _ in range(2) for place in store.append(list(live.candidates(going, 3))).outcomes]
print(indices, max(head.size for head in store.heads(live.IDENTIFIER)))
store.close()
"""


def test_heads_move_without_assertions(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, "-O", "-c", _TWO_BATCHES, str(tmp_path)], capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "[0, 1, 2, 3, 4, 5] 6", told.stderr
