"""`civium heads`: accept the store as it is, where the note of what was signed was lost; close logs that the store cannot continue."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from civium.server.commands.frame import (
    Subcommands,
    add_command,
    add_group,
    add_persons,
    begin,
    now,
    persons_of,
    say,
    table,
    tell,
)

if TYPE_CHECKING:
    from civium.server.config import Config
    from civium.server.initiatives.closing_logs import Loss
    from civium.server.initiatives.premises import Premises
    from civium.server.publishing.signed_heads import SignedHeads
    from civium.server.store.protocol import Head


def add(group: Subcommands) -> None:
    """Add the command."""
    commands = add_group(group, "heads", "after a disaster: accept the store as it is, or close logs that it cannot continue")
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
    parser = add_command(
        commands,
        "close",
        run_close,
        "close the logs that the store cannot continue, with a public notice, and open their successors (docs/operators/restore.md)",
        """
civium heads close --check                           what is lost, log by log, and what to try before
civium heads close --lose 20 --by Anna --and-by Bo   once two persons know that nothing newer is left""",
    )
    parser.add_argument("--check", action="store_true", help="only show what is lost")
    parser.add_argument("--lose", type=int, default=None, metavar="N", help="how many statements are lost, as --check shows it")
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


def run_close(arguments: argparse.Namespace) -> int:
    """Show what is lost; close the logs once that number was repeated."""
    config = begin(arguments)
    from civium.server.initiatives.closing_logs import close_logs, destroy_again, losses
    from civium.server.store.opening import intake_place

    with intake_place(config), _unchecked_premises(config) as (premises, signed):
        found = losses(premises, signed)
        _say_losses(found)
        if arguments.check or arguments.lose is None:
            for line in _BEFORE.strip().splitlines():
                tell(line)
            return 0
        close_logs(premises, signed, persons_of(arguments), lost=arguments.lose, now=now())
        say(f"closed: {len(found)} logs; their successors are open")
        again = destroy_again(premises)
        if again:
            say(f"destroyed again: {again}")
    for line in _AFTER.strip().splitlines():
        tell(line)
    return 0


_BEFORE = """
before you close anything: bring back the newest backup of the database, or the copy that was ahead; nothing is lost then
what is lost here cannot come back: those who gave these statements have receipts, and must sign again
browsers that are still open send the same statement again by themselves, and it is stored then
all processes that receive must be stopped; then: civium heads close --lose N --by NAME --and-by NAME, N as shown above
"""
_AFTER = """
the notice stands in the public log with the next start: tell the public and the authorities why (docs/operators/restore.md)
statements that signatories took back since the backup are there again: docs/operators/restore.md says how to find them
now: civium serve
"""


@contextmanager
def _unchecked_premises(config: Config) -> Iterator[tuple[Premises, SignedHeads]]:
    """Open the store without asking whether it continues what was signed: this command is for when it does not."""
    from civium.server.initiatives.premises import Premises
    from civium.server.publishing.signed_heads import SignedHeads
    from civium.server.publishing.signing import HeadSigner
    from civium.server.store.opening import open_store

    with ExitStack() as held:
        store, signed = open_store(config), SignedHeads(config.signed_heads_path)
        held.callback(store.close)
        held.callback(signed.close)
        signer = HeadSigner(config.keys_folder, signed)
        yield Premises(store, config.keys_folder, signer, config.host, {}, config.tokens_socket), signed


def _say_losses(found: tuple[Loss, ...]) -> None:
    rows: list[tuple[str, ...]] = [("log", "signed", "left", "lost", "")]
    for one in found:
        lost = f"{one.lost:,}" if one.cause == "store-behind" else "unknown"
        rows.append((one.origin, f"{one.signed:,}", f"{one.stored:,}", lost, "notices" if one.is_notices else ""))
    table(rows)
    say(f"statements lost: {sum(one.lost for one in found if not one.is_notices)}")
