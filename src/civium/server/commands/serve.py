"""`civium serve`: receives statements and shows pages, until it is stopped."""

from __future__ import annotations

import argparse
import os
import resource
import socket
from contextlib import ExitStack

from civium.errors import Refused
from civium.server.commands.frame import Subcommands, add_command, begin, now, premises_of, tell
from civium.server.config import Config

FRONT = "civium.front:create"
# Connections beside those whose statement waits for a commit: pages, challenges, tokens, and who is told that the queue is full.
_BESIDE = 1024
_FILES = 128  # databases, keys and what Python holds open


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group,
        "serve",
        run,
        "receive statements and show the pages",
        """
civium serve --data ./civium-data                 at http://localhost:8000
civium serve --port 8080
CIVIUM_URL=https://collect.example civium serve   behind a proxy that ends TLS""",
    )
    parser.add_argument("--port", type=int, default=None, help="where to listen (default: $CIVIUM_PORT, or 8000)")
    parser.add_argument(
        "--listen", default=None, metavar="ADDRESS", help="on which address (default: $CIVIUM_LISTEN, or 127.0.0.1)"
    )
    parser.add_argument("--role", choices=("all", "intake", "web"), default=None, help="what this process serves (default: all)")
    parser.add_argument(
        "--workers",
        type=int,
        default=None,
        metavar="N",
        help="how many processes serve; more than one need PostgreSQL (default: 1)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the schemas, then serve until stopped."""
    for name in ("port", "listen", "role", "workers"):
        value = getattr(arguments, name)
        if value is not None:
            # The process that serves reads its settings itself.
            os.environ[f"CIVIUM_{name.upper()}"] = str(value)
    config = begin(arguments)
    _check_port(config)
    if config.role != "web":
        _check_intake(config)
        _destroy_expired(config)
    _tell_of_old_manifests()
    with ExitStack() as beside:
        if config.role != "web" and config.tokens_socket is None:
            _keep_tokens(config, beside)
        tell(f"civium serves {config.url} on {config.listen}:{config.port}; stop it with ctrl-c")
        _serve(config)
    return 0


def _keep_tokens(config: Config, beside: ExitStack) -> None:
    """Say where the keys of duplicate tokens are; several workers get one process that holds them, or a challenge would pay in each."""
    if config.workers == 1:
        tell("the keys of duplicate tokens are in this process: docs/settings.md (CIVIUM_TOKENS) says how to keep them apart")
        return
    from civium.server.tokens.beside import tokens_beside

    os.environ["CIVIUM_TOKENS"] = str(beside.enter_context(tokens_beside(config.keys_folder)))
    tell(
        "the keys of duplicate tokens are in a process beside the workers: docs/settings.md (CIVIUM_TOKENS) says how to keep them apart"
    )


def _serve(config: Config) -> None:
    """Serve until stopped, with as many connections at once as the queue may hold: the server's own limit would make the rest wait unheard."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        FRONT,
        address=config.listen,
        port=config.port,
        interface=Interfaces.ASGI,
        factory=True,
        # On SQLite exactly one process takes statements; on PostgreSQL one that died is made anew.
        workers=config.workers,
        backpressure=_open_files(config.queue_limit + _BESIDE),
        respawn_failed_workers=config.is_on_postgresql,
        log_access=False,
        log_enabled=False,
        workers_kill_timeout=30,
    ).serve()


def _open_files(connections: int) -> int:
    """Let this process and its workers hold so many connections open, and give how many they may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < wanted:
            tell(f"only {soft} files may be open at once: raise the limit to {wanted}, or lower CIVIUM_QUEUE")
            return max(1, soft - _FILES)
    return connections


def _check_port(config: Config) -> None:
    """Raise Refused `port-taken` at once: the server itself would try for a while and say less."""
    with socket.socket(socket.AF_INET6 if ":" in config.listen else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.listen, config.port))
        except OSError:
            raise Refused("port-taken", port=config.port) from None


def _check_intake(config: Config) -> None:
    """Find out now, where it can be explained, what would stop the intake as it begins. Raises Misconfigured."""
    from civium.server.initiatives.premises import open_premises  # needs Django's settings
    from civium.server.store.opening import intake_place

    with intake_place(config), open_premises(config, {}):
        pass


def _destroy_expired(config: Config) -> None:
    """What a demonstration promised on every page is kept before anything is served again."""
    from civium.law.periods import brussels_date  # needs Django's settings
    from civium.server.initiatives.persons import persons
    from civium.server.initiatives.retention import destroy_demonstration, expired_demonstrations

    time = now()
    for initiative in expired_demonstrations(today=brussels_date(time)):
        tell(f"the time of the demonstration {initiative.slug} is over: its statements are destroyed")
        with premises_of(config, with_bundle=True) as premises:
            destroy_demonstration(initiative, premises, persons("civium serve"), now=time, progress=lambda _done, _total: None)


def _tell_of_old_manifests() -> None:
    """After an upgrade the scripts may be newer than the manifest that promises them: say so."""
    from civium.formats import manifest
    from civium.server.initiatives.models import Initiative
    from civium.server.site import assets

    for initiative in Initiative.objects.all():
        collection = initiative.live_collection()
        if collection is None:
            continue
        if dict(manifest.parse(bytes(collection.current_manifest().manifest)).bundle) != assets.bundle_hashes():
            tell(
                f"the scripts are not those that {initiative.slug}'s manifest promises: civium initiative renew {initiative.slug}"
            )
