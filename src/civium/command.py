"""The `civium` command: puts the commands of the rooms together, and turns their errors into sentences and exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from civium.errors import CiviumError, Refused
from civium.rehearsal import demonstration
from civium.server.commands import (
    console,
    counts,
    destroy,
    duties,
    export,
    handover,
    heads,
    init,
    initiative,
    journal,
    keys,
    law,
    mail,
    migrate,
    procedure,
    rehearse,
    serve,
    supporters,
    tokens,
)
from civium.server.commands.frame import Parser, add_command, report_error, tell

ABOUT = "Collects citizens' statements of support, sealed to the authority that verifies them."
EXAMPLES = """\
examples:
  civium demo                                        see everything at work, with invented people
  civium init --purpose demonstration --data ./civium-data
  civium initiative add ./night-trains
  civium keys add night-trains lu.civium-public-key
  civium initiative open night-trains
  civium serve

the other side of it is `civium-authority`: it opens, verifies and certifies, offline
"""

DEMO = """
civium demo                          about two minutes, then http://localhost:8000
civium demo --port 8080 --statements 2000
civium demo --anew                   destroy the one that stands, make another"""


def parser() -> argparse.ArgumentParser:
    """Give the parser with all commands."""
    top = Parser(prog="civium", description=ABOUT, epilog=EXAMPLES)
    top.add_argument("--version", action="version", version=f"civium {version('civium')}")
    top.add_argument("--data", metavar="FOLDER", default=None, help="the installation's folder (default: $CIVIUM_DATA)")
    group = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for module in (
        init,
        migrate,
        serve,
        initiative,
        keys,
        counts,
        export,
        handover,
        destroy,
        duties,
        heads,
        journal,
        law,
        procedure,
        rehearse,
        supporters,
        mail,
        console,
        tokens,
    ):
        module.add(group)
    demonstration.add_arguments(
        add_command(group, "demo", demonstration.run, "see everything at work, with invented people", DEMO)
    )
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0, or the error's kind (errors.py)."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except CiviumError as error:
        return report_error(error)
    except _database_troubles():
        # The engine's own words may hold a row: none of them is shown.
        return report_error(Refused("store-unavailable"))
    except KeyboardInterrupt:
        tell("civium: stopped")
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; the interpreter must not complain while it ends.
        sys.stderr.close()
        return 0
    return code


def _database_troubles() -> type[Exception]:
    """Give the error of a locked or full database; Django is loaded only where one arises."""
    from django.db import DatabaseError

    return DatabaseError


if __name__ == "__main__":
    sys.exit(main())
