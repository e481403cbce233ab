"""`civium destroy`: one statement, by its identifier, for ever."""

from __future__ import annotations

import argparse

from civium.server.commands.frame import Subcommands, add_command, add_persons, begin, now, persons_of, premises_of, say, tell


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group,
        "destroy",
        run,
        "destroy one statement by its identifier; its leaf record stays in the log, and the public count tells",
        "civium destroy night-trains 5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55 --cause asked-by-signatory --by Anna --and-by Bo",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("identifier", help="what the signatory's receipt shows")
    parser.add_argument(
        "--cause", required=True, metavar="CAUSE", help="asked-by-signatory, ordered-by-authority or made-for-a-test"
    )
    add_persons(parser)


def run(arguments: argparse.Namespace) -> int:
    """Destroy it and say which entry of which log that was."""
    config = begin(arguments)
    from civium.server.initiatives.destruction import destroy_statement
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    with premises_of(config) as premises:
        log, index = destroy_statement(
            initiative, premises, arguments.identifier, arguments.cause, persons_of(arguments), now=now()
        )
    say(f"destroyed: entry {index} of {log.jurisdiction}/{log.channel}")
    tell("backups made before still hold the sealed statement until they are replaced")
    return 0
