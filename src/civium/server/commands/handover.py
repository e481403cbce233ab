"""`civium handover`: tell that an authority has received its log."""

from __future__ import annotations

import argparse

from civium.server.commands.frame import Subcommands, add_command, add_persons, begin, now, persons_of, premises_of, say, tell


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group,
        "handover",
        run,
        "tell that an authority has received its submission package; signatories then ask the authority, not us, to destroy theirs",
        "civium handover night-trains LU --by Anna --and-by Bo",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("jurisdiction", help="the State's code, such as LU (Greece is EL)")
    parser.add_argument("--channel", default="online", choices=("online", "paper", "assisted", "eid"))
    add_persons(parser)


def run(arguments: argparse.Namespace) -> int:
    """Publish the hand-over."""
    config = begin(arguments)
    from civium.server.initiatives.handing_over import hand_over
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    with premises_of(config) as premises:
        log = hand_over(initiative, premises, arguments.jurisdiction, arguments.channel, persons_of(arguments), now=now())
    say(f"handed over: {log.jurisdiction}/{log.channel}")
    tell("erasure codes of this log are refused from now on: signatories are sent to the authority")
    return 0
