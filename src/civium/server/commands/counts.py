"""`civium counts`: what was received, by State against its threshold."""

from __future__ import annotations

import argparse

from civium.server.commands.frame import Subcommands, add_command, begin, now, premises_of, say, table


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group, "counts", run, "show what was received, State by State against the thresholds", "civium counts night-trains"
    )
    parser.add_argument("slug", help="the name of the initiative")


def run(arguments: argparse.Namespace) -> int:
    """Show totals and the table."""
    config = begin(arguments)
    from civium.server.initiatives.counts import counts
    from civium.server.initiatives.repeat_rate import weekly_rate
    from civium.server.initiatives.setup import find_initiative

    initiative, time = find_initiative(arguments.slug), now()
    with premises_of(config) as premises:
        counted = counts(initiative, premises)
        rate = weekly_rate(initiative, premises, now=time)
    reached = counted.progress
    say(f"received: {counted.received:,} of {initiative.goal:,}")
    say(f"entries: {counted.entries:,}, destroyed: {counted.destroyed:,}")
    say(f"over their threshold: {len(reached.over)} of {reached.needed} needed")
    if rate is not None:
        say(f"repeats among them: about {rate.percent} % on {rate.made_at.date()}; renewed weekly, exact after the end")
    rows: list[tuple[str, ...]] = [("state", "received", "threshold", "")]
    rows += [
        (place.code, f"{place.count:,}", f"{place.threshold:,}", "reached" if place.is_reached else "")
        for place in reached.jurisdictions
    ]
    table(rows)
    return 0
