"""`civium handover`: tell that an authority has received its log."""

from __future__ import annotations

import argparse
from datetime import date

from civium.server.commands.frame import Subcommands, add_command, add_persons, begin, now, persons_of, premises_of, say, tell

WAYS = ("file-exchange-service", "registered-post", "carrier", "in-person")


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group,
        "handover",
        run,
        "tell that an authority has received its submission package; signatories then ask the authority, not us, to destroy theirs",
        """
civium handover night-trains LU --by Anna --and-by Bo
civium handover night-trains LU --channel sheets --statements 310 --on 2027-07-02 --way carrier --by Anna --and-by Bo""",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("jurisdiction", help="the State's code, such as LU (Greece is EL)")
    parser.add_argument("--channel", default="online", choices=("online", "paper", "assisted", "eid", "sheets", "central"))
    parser.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="the day on which it was given (default: today)")
    parser.add_argument("--way", default="", choices=("", *WAYS), metavar="WAY", help=", ".join(WAYS))
    parser.add_argument(
        "--statements", type=int, metavar="N", help="how many: for paper sheets, and what the central system sends"
    )
    add_persons(parser)


def run(arguments: argparse.Namespace) -> int:
    """Publish the hand-over."""
    config = begin(arguments)
    from civium.server.initiatives.handing_over import Delivery, hand_over, hand_over_elsewhere
    from civium.server.initiatives.setup import find_initiative

    initiative, by, time = find_initiative(arguments.slug), persons_of(arguments), now()
    place = (arguments.jurisdiction, arguments.channel)
    delivery = Delivery(arguments.on, arguments.way)
    if arguments.channel in ("sheets", "central"):
        hand_over_elsewhere(initiative, *place, arguments.statements or 0, by, now=time, delivery=delivery)
        say(f"handed over: {'/'.join(place)}")
        return 0
    told = delivery if delivery != Delivery() else None
    with premises_of(config) as premises:
        log = hand_over(initiative, premises, *place, by, now=time, delivery=told)
    say(f"handed over: {log.jurisdiction}/{log.channel}")
    tell("erasure codes of this log are refused from now on: signatories are sent to the authority")
    return 0
