"""Procedures that an operator added to this installation: one folder each below `procedures/` in its data folder.

They are made known when a process begins (`office.apps`), before anything is asked of them, and are as good as the package's own.
"""

from __future__ import annotations

from pathlib import Path

from civium.law.folder import take_in_all
from civium.server.config import Config

_FOLDER = "procedures"


def folder_of(config: Config) -> Path:
    """Give the folder in which the installation's own procedures lie; it may be missing."""
    return config.folder / _FOLDER


def take_in_procedures(config: Config) -> tuple[str, ...]:
    """Make the installation's own procedures known, and give their names. Raises Misconfigured `procedure-faulty`, `procedure-name-taken`."""
    return take_in_all(folder_of(config))
