"""`civium journal`: who did what and when, and whether the chain of entries is whole."""

from __future__ import annotations

import argparse

from civium.server.commands.frame import Subcommands, add_command, begin, existing_file, say

_LARGEST_COPY = 1 << 30  # an entry has some 500 bytes: two million of them


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group,
        "journal",
        run,
        "show who did what and when, one JSON object a line, after checking the chain",
        "civium journal\ncivium journal night-trains\ncivium journal --check\ncivium journal --goes-on-from journal.jsonl",
    )
    parser.add_argument("slug", nargs="?", help="only this initiative")
    parser.add_argument("--check", action="store_true", help="only check the chain")
    parser.add_argument(
        "--goes-on-from",
        metavar="FILE",
        help="only check, also that every entry of a journal taken away before is still here: the chain alone does not show a missing end",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the chain, then show the entries."""
    begin(arguments)
    from civium.formats import canonical
    from civium.server.initiatives.journal import check_goes_on, check_journal, read_journal
    from civium.server.initiatives.setup import find_initiative

    number = check_journal()
    if arguments.goes_on_from:
        told = existing_file(arguments.goes_on_from, _LARGEST_COPY).splitlines()
        say(f"entries: {number}, the chain is whole and goes on from the {check_goes_on(told)} entries of the file")
        return 0
    if arguments.check:
        say(f"entries: {number}, the chain is whole")
        return 0
    for entry in read_journal(find_initiative(arguments.slug) if arguments.slug else None):
        say(canonical.encode(entry).decode())
    return 0
