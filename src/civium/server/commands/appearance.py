"""`civium initiative appearance`: colour, logo, cover, layout, blocks, film and certificate of an initiative's pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from civium.server.commands.frame import Subcommands, add_command, add_persons, begin, now, persons_of, say, tell


def add_to(commands: Subcommands) -> None:
    """Add the command to `civium initiative`."""
    parser = add_command(
        commands,
        "appearance",
        run,
        "set how the pages look: colour, logo, cover, layout, blocks (docs/appearance.md)",
        "civium initiative appearance night-trains ./look/appearance.json",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("file", type=Path, help="appearance.json; the pictures it names lie beside it")
    add_persons(parser)


def run(arguments: argparse.Namespace) -> int:
    """Take over a file in place of what was set before."""
    begin(arguments)
    from civium.server.initiatives.appearance import read_appearance, set_appearance
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    appearance = read_appearance(arguments.file, initiative)
    for name in set_appearance(initiative, appearance, persons_of(arguments), now=now()) or ("nothing",):
        say(f"changed: {name}")
    if appearance.left_out:
        tell(f"left out of the drawings: {appearance.left_out} parts that could load or run something")
    return 0
