"""`civium tokens`: the token service in its own process, repeats after the end, the end of the keys."""

from __future__ import annotations

import argparse
from pathlib import Path

from civium.errors import Refused
from civium.server.commands.frame import (
    Subcommands,
    add_command,
    add_group,
    add_persons,
    begin,
    now,
    persons_of,
    premises_of,
    say,
    table,
    tell,
)


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "tokens", "duplicate tokens: their service, repeats, the end of their keys")
    parser = add_command(
        commands,
        "serve",
        run_serve,
        "answer for duplicate tokens on a socket, as another user or another administrator's process",
        """
civium tokens serve --keys /var/lib/civium-tokens --socket /run/civium-tokens/socket
CIVIUM_TOKENS=/run/civium-tokens/socket civium serve     the intake that asks it""",
    )
    parser.add_argument("--keys", type=Path, required=True, metavar="FOLDER", help="where the keys lie; made if it is missing")
    parser.add_argument("--socket", type=Path, required=True, metavar="PATH", help="the Unix socket to answer on")
    parser.add_argument("--group-may-ask", action="store_true", help="let the group of the socket's folder ask, too (mode 0660)")
    parser = add_command(
        commands,
        "repeats",
        run_repeats,
        "say how many statements of each State repeat others; after the end only",
        "civium tokens repeats night-trains",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser = add_command(
        commands,
        "destroy",
        run_destroy,
        "destroy the keys of a collection's tokens, after the last hand-over; every copy of them must go, too",
        """
civium tokens destroy night-trains --by Anna --and-by Bo
civium tokens destroy --collection 8d1914be0b6e0675ea862460a9ee1a01 --keys /var/lib/civium-tokens     where only the service is""",
    )
    parser.add_argument("slug", nargs="?", default=None, help="the name of the initiative")
    parser.add_argument(
        "--collection", metavar="HEX", default=None, help="instead of the name, on a machine without the installation"
    )
    parser.add_argument(
        "--keys", type=Path, default=None, metavar="FOLDER", help="where the keys lie (default: the installation's own)"
    )
    parser.add_argument(
        "--all-is-handed-over",
        action="store_true",
        help="state that nothing is left to hand over or to type in, although some logs were never handed over",
    )
    add_persons(parser)


def run_serve(arguments: argparse.Namespace) -> int:
    """Answer until stopped. Knows no installation: neither its folder nor its databases."""
    import asyncio
    import signal

    from civium.server.tokens.kept import KeptTokens
    from civium.server.tokens.process import TokenProcess, hide_memory

    async def serve() -> None:
        process = TokenProcess(KeptTokens(arguments.keys), arguments.socket, mode=0o660 if arguments.group_may_ask else 0o600)
        stopped = asyncio.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
        await process.start()
        tell(f"civium tokens answers on {arguments.socket}; stop it with ctrl-c")
        await stopped.wait()
        await process.stop()

    hide_memory()
    asyncio.run(serve())
    return 0


def run_repeats(arguments: argparse.Namespace) -> int:
    """Say how many statements repeat others."""
    config = begin(arguments)
    from civium.server.initiatives.setup import find_initiative
    from civium.server.initiatives.tokens import repeats

    with premises_of(config) as premises:
        rows = repeats(find_initiative(arguments.slug), premises, now=now())
    shown = [(state, f"{received:,}", f"{again:,}") for state, received, again in rows if received]
    table([("jurisdiction", "received", "repeats"), *shown])
    return 0


def run_destroy(arguments: argparse.Namespace) -> int:
    """Destroy a collection's keys; where the installation is, the journal says so."""
    if (arguments.slug is None) == (arguments.collection is None) or (arguments.collection and arguments.keys is None):
        raise Refused("token-keys-which")
    if arguments.collection is not None:
        _destroy_here(arguments.keys, arguments.collection)
    else:
        _destroy_of_initiative(arguments)
    tell("destroy every copy of them, too: backups, snapshots, disks that were replaced")
    return 0


def _destroy_here(folder: Path, collection: str) -> None:
    from civium.server.tokens.keys import destroy_token_keys

    try:
        identifier = bytes.fromhex(collection)
    except ValueError:
        raise Refused("token-keys-missing") from None
    if not destroy_token_keys(folder, identifier):
        raise Refused("token-keys-missing")
    say(f"destroyed: keys of {identifier.hex()}")


def _destroy_of_initiative(arguments: argparse.Namespace) -> None:
    config = begin(arguments)
    from civium.server.initiatives.manifests import live_collection
    from civium.server.initiatives.setup import find_initiative
    from civium.server.initiatives.tokens import destroy_keys, logs_to_hand_over

    initiative, folder = find_initiative(arguments.slug), arguments.keys or config.keys_folder
    with premises_of(config) as premises:
        stated = arguments.all_is_handed_over and logs_to_hand_over(premises, live_collection(initiative).identifier)
        destroy_keys(initiative, premises, folder, persons_of(arguments), now=now(), stated_left=int(stated))
    say(f"destroyed: keys of {arguments.slug}")
