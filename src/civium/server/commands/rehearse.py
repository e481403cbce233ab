"""`civium rehearse`: fills a demonstration with prepared, synthetic statements of earlier days."""

from __future__ import annotations

import argparse
from pathlib import Path

from civium.errors import Refused
from civium.server.commands.frame import Subcommands, add_command, begin, existing_file, now, premises_of, say

_LARGEST_TALLIES = 1 << 20


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group,
        "rehearse",
        run,
        "fill a demonstration with prepared statements of earlier days (`civium demo` uses it)",
        "civium rehearse night-trains ./postings",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("file", type=Path, help="sealed postings, each with its day")
    parser.add_argument("--paper", type=Path, metavar="FILE", help="what was counted on paper: lines of State, Monday, number")


def run(arguments: argparse.Namespace) -> int:
    """Append the postings of a file; the server must not be running."""
    config = begin(arguments)
    from civium.server.initiatives.persons import Persons
    from civium.server.initiatives.rehearsals import load_rehearsal
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    try:
        stream = arguments.file.open("rb")
    except OSError:
        raise Refused("file-missing") from None
    # Each thousand is told on a line of its own: whoever started this command draws the bar.
    with stream, premises_of(config) as premises:
        count = load_rehearsal(initiative, premises, stream, progress=lambda done: say(f"appended: {done}"))
    say(f"loaded: {count}")
    if arguments.paper:
        from civium.server.office.rehearsed import load_tallies

        raw = existing_file(arguments.paper, _LARGEST_TALLIES)
        say(f"on paper: {load_tallies(initiative, raw, Persons(('civium',)), now=now())}")
    return 0
