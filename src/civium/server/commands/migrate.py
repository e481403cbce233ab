"""`civium migrate`: leads both databases to this version's schema, forward only."""

from __future__ import annotations

import argparse

from civium.errors import Misconfigured
from civium.server.commands.frame import Subcommands, add_command, begin_unchecked, say


def add(group: Subcommands) -> None:
    """Add the command."""
    add_command(
        group,
        "migrate",
        run,
        "bring the databases to this version's schema, after an upgrade",
        "civium migrate --data ./civium-data",
    )


def run(arguments: argparse.Namespace) -> int:
    """Apply what is missing and say how much that was."""
    config = begin_unchecked(arguments)
    if not config.is_on_postgresql and not config.civium_path.is_file():
        raise Misconfigured("not-initialised")
    from civium.server.schemas import migrate

    say(f"migrations applied: {migrate(config)}")
    return 0
