"""`civium law show`: what the procedure's data says, for reading and comparing."""

from __future__ import annotations

import argparse
from datetime import date

from civium.law.procedure import form_of, load_procedure
from civium.law.progress import thresholds
from civium.server.commands.frame import Subcommands, add_command, add_group, say, table


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "law", "the rules as this version has them")
    parser = add_command(
        commands,
        "show",
        run,
        "show each State's form part, numbers, age and threshold on a day",
        "civium law show --on 2026-11-21\ncivium law show --procedure petition",
    )
    parser.add_argument("--procedure", default="eci")
    parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="DAY", help="the day (default: the data's own)")


def run(arguments: argparse.Namespace) -> int:
    """Show the procedure, then a row for each jurisdiction."""
    procedure = load_procedure(arguments.procedure)
    day = arguments.on or procedure.as_of
    limits = thresholds(procedure, day)
    say(f"procedure: {procedure.name}, version {procedure.version}")
    say(f"legal basis: {procedure.legal_basis}")
    say(f"goal: {procedure.goal.total:,} in all, {procedure.goal.jurisdictions} over their threshold")
    rows: list[tuple[str, ...]] = [("code", "part", "age", "threshold", "numbers accepted")]
    for code in procedure.jurisdictions:
        form = form_of(procedure, code, day)
        numbers = ", ".join(number.id for number in form.numbers) or "none asked"
        rows.append((code, form.part, str(form.age.years), f"{limits[code]:,}", numbers))
    table(rows)
    return 0
