"""`civium export`: the file for one authority."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path

from civium.server.commands.frame import (
    Progress,
    Subcommands,
    add_command,
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
    """Add the command."""
    parser = add_command(
        group,
        "export",
        run,
        "write one State's statements, sealed, into a file for its authority",
        """
civium export night-trains LU --into ./handover                     the submission package, after the end
civium export night-trains LU --into ./work --working-copy          any time; can be opened, never certified
civium export night-trains LU --into ./work --working-copy --from 2026-11-01 --to 2026-11-07
civium export night-trains --list                                   what was made so far""",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("jurisdiction", nargs="?", help="the State's code, such as LU (Greece is EL)")
    parser.add_argument("--channel", default="online", choices=("online", "paper", "assisted", "eid"))
    parser.add_argument("--into", type=Path, default=Path(), metavar="FOLDER", help="where to write the file (default: here)")
    parser.add_argument("--working-copy", action="store_true", help="NOT FOR SUBMISSION: any time, with filters")
    parser.add_argument(
        "--from", dest="from_day", type=date.fromisoformat, metavar="DAY", help="working copy: received on or after"
    )
    parser.add_argument("--to", dest="to_day", type=date.fromisoformat, metavar="DAY", help="working copy: received on or before")
    parser.add_argument(
        "--override-reason", default="", metavar="TEXT", help="why a package is made below the thresholds; needs two persons"
    )
    parser.add_argument("--list", action="store_true", help="list the files made so far")
    add_persons(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the file, or list those made."""
    config = begin(arguments)
    from civium.errors import Refused
    from civium.formats.export import PACKAGE, WORKING_COPY
    from civium.server.initiatives.exports import Wanted, generations, make_export
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    if arguments.list:
        return _list(arguments.slug)
    if arguments.jurisdiction is None:
        raise Refused("unknown-jurisdiction")
    try:
        arguments.into.mkdir(exist_ok=True)
    except OSError:  # the folder above it is missing, or may not be written
        raise Refused("folder-not-there") from None
    wanted = Wanted(
        jurisdiction=arguments.jurisdiction,
        channel=arguments.channel,
        kind=WORKING_COPY if arguments.working_copy else PACKAGE,
        from_day=arguments.from_day,
        to_day=arguments.to_day,
        override_reason=arguments.override_reason,
    )
    by, time = persons_of(arguments), now()
    with premises_of(config) as premises:
        found = generations(initiative, premises, arguments.jurisdiction, arguments.channel)
        for generation in found:
            one = replace(wanted, generation=generation)
            made, path = make_export(initiative, premises, one, arguments.into, by, now=time, progress=Progress().show)
            say(f"file: {path}")
            say(f"kind: {made.kind}")
            say(f"entries: {made.rows}")
            say(f"statements: {made.statements}")
            say(f"sha256: {bytes(made.sha256).hex()}")
    if len(found) > 1:
        tell(f"this log was closed and has a successor: the authority needs all {len(found)} files")
    if arguments.working_copy:
        tell("NOT FOR SUBMISSION: a working copy can be opened, never certified")
    return 0


def _list(slug: str) -> int:
    from civium.server.initiatives.models import Export

    rows: list[tuple[str, ...]] = [("made", "kind", "file", "entries", "statements", "sha256")]
    for made in Export.objects.filter(collection__initiative__slug=slug):
        digest = bytes(made.sha256).hex()[:16]
        rows.append((made.made_at.date().isoformat(), made.kind, made.file_name, str(made.rows), str(made.statements), digest))
    table(rows)
    return 0
