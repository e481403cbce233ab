"""`civium duties`: an initiative's duties with their dates, as a list or a calendar file; reminders by e-mail."""

from __future__ import annotations

import argparse
import sys

from civium.server.commands.frame import Subcommands, add_command, add_group, begin, now, say, table, tell


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "duties", "what the law asks of an initiative, and by when")
    show = add_command(
        commands,
        "list",
        run_list,
        "list an initiative's duties",
        "civium duties list night-trains\ncivium duties list night-trains --calendar       to stdout, for a file that ends in .ics",
    )
    show.add_argument("initiative", metavar="INITIATIVE")
    show.add_argument("--calendar", action="store_true", help="write a calendar file (iCalendar) to stdout")
    add_command(
        commands,
        "remind",
        run_remind,
        "send the reminders that are due; civium serve does it by itself",
        "civium duties remind",
    )


def run_list(arguments: argparse.Namespace) -> int:
    """List the duties, or write them as a calendar."""
    config = begin(arguments)
    from civium.law.periods import brussels_date
    from civium.server.initiatives.setup import find_initiative
    from civium.server.office.calendar import as_calendar
    from civium.server.office.duties import duties_of

    time = now()
    initiative = find_initiative(arguments.initiative)
    duties = duties_of(initiative, today=brussels_date(time))
    if arguments.calendar:
        made = as_calendar(duties, slug=initiative.slug, number=initiative.registration, host=config.host, now=time)
        sys.stdout.buffer.write(made)
        return 0
    rows: list[tuple[str, ...]] = [("last day", "duty", "by", "article", "")]
    for duty in duties:
        done = f"done {duty.done_on.isoformat()}" if duty.done_on else duty.standing
        rows.append((duty.due_on.isoformat(), duty.title, duty.by, duty.article, "from that day" if duty.is_earliest else done))
    table(rows)
    return 0


def run_remind(arguments: argparse.Namespace) -> int:
    """Send the reminders that are due."""
    config = begin(arguments)
    from civium.server.office.reminders import remind

    if config.mail is None:
        tell("no mail server is set: nothing is sent (docs/operators/mail.md)")
        return 0
    say(f"mails taken: {remind(config, now=now())}")
    return 0
