"""`civium initiative partners`: add, list, retire whoever brings people by links of their own (docs/campaign.md)."""

from __future__ import annotations

import argparse

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


def add(commands: Subcommands) -> None:
    """Add the commands to those of an initiative."""
    group = add_group(commands, "partners", "links with a code, and how many statements came by each")
    parser = add_command(
        group,
        "add",
        run_add,
        "add a partner and show the link to give out",
        'civium initiative partners add night-trains rail-forum "Rail Forum"',
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("code", help="what the link carries: small letters, digits, hyphens; public")
    parser.add_argument("name", help="who it is; an organisation or a place, never a person")
    add_persons(parser)
    parser = add_command(
        group, "list", run_list, "list the partners with their figures", "civium initiative partners list night-trains --days"
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("--days", action="store_true", help="every day that reaches the threshold, too")
    parser = add_command(
        group, "retire", run_retire, "count no more for a partner", "civium initiative partners retire night-trains rail-forum"
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("code", help="the partner's code")
    add_persons(parser)


def run_add(arguments: argparse.Namespace) -> int:
    """Add a partner and show the link."""
    config = begin(arguments)
    from civium.server.campaign.partners import add_partner
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    partner = add_partner(initiative, arguments.code, arguments.name, persons_of(arguments), now=now())
    say(f"added: {partner.code}")
    say(f"link: {config.url}/i/{initiative.slug}#source={partner.code}")
    tell("note: counted within half a minute from now on; figures are shown from the next day")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List what may be shown."""
    begin(arguments)
    from civium.law.periods import brussels_date
    from civium.server.campaign.partners import THRESHOLD, figures
    from civium.server.initiatives.setup import find_initiative

    found = figures(find_initiative(arguments.slug), today=brussels_date(now()))
    rows: list[tuple[str, ...]] = [("code", "name", "state", "told")]
    for one in found:
        told = f"{one.total:,}" if one.total else f"under {THRESHOLD}"
        rows.append((one.code, one.name, "retired" if one.is_retired else "counted", told))
    table(rows)
    if arguments.days:
        for one in found:
            for day, told_on_day in one.days:
                say(f"{one.code} {day} {told_on_day:,}")
            if one.other_days:
                say(f"{one.code} other days {one.other_days:,} or a few more")
    tell(f"note: days that are over, from {THRESHOLD} a day; figures by source are told by browsers, nobody can check them")
    return 0


def run_retire(arguments: argparse.Namespace) -> int:
    """Count no more for a partner."""
    begin(arguments)
    from civium.server.campaign.partners import retire_partner
    from civium.server.initiatives.setup import find_initiative

    partner = retire_partner(find_initiative(arguments.slug), arguments.code, persons_of(arguments), now=now())
    say(f"retired: {partner.code}")
    return 0
