"""`civium heads`: accept the store as it is, where the file of signed heads was lost."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from civium.server.commands.frame import Subcommands, add_command, add_group, add_persons, begin, now, persons_of, say, tell

if TYPE_CHECKING:
    from civium.server.store.protocol import Head


def add(group: Subcommands) -> None:
    """Add the command."""
    commands = add_group(group, "heads", "where the note of what was signed is lost: accept the store as it is")
    parser = add_command(
        commands,
        "accept",
        run,
        "note the heads of all logs anew, from the store as it is (docs/errors.md: when signed-heads is lost)",
        """
civium heads accept --check                    only show how many entries each log holds
civium heads accept --by Anna --and-by Bo      once two persons know that none is missing""",
    )
    parser.add_argument("--check", action="store_true", help="only show how many entries each log holds")
    add_persons(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show the heads that are not noted, and note them."""
    config = begin(arguments)
    from civium.server.initiatives.lost_heads import accept_heads, lost_heads
    from civium.server.publishing.signed_heads import SignedHeads
    from civium.server.publishing.signing import notices_origin
    from civium.server.store.opening import intake_place, open_store

    notices = notices_origin(config.host)
    with intake_place(config):
        store, signed = open_store(config), SignedHeads(config.signed_heads_path)
        try:
            if arguments.check:
                _say_sizes("found", lost_heads(store, signed, notices=notices))
                tell("compare this with the last public checkpoints and receipts: fewer entries mean an older copy")
            else:
                _say_sizes("accepted", accept_heads(store, signed, persons_of(arguments), notices=notices, now=now()))
        finally:
            signed.close()
            store.close()
    return 0


def _say_sizes(word: str, heads: tuple[Head, ...]) -> None:
    for head in heads:
        say(f"{word}: {head.log.origin} {head.size}")
