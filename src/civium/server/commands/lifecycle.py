"""`civium initiative` after collection: submit, published, answer, insufficient, withdraw, received, hold, release, dates, due, destroy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from civium.server.commands.certificates import add_certificate, add_proof
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

if TYPE_CHECKING:
    from civium.server.initiatives.destroying_all import Plan
    from civium.server.initiatives.models import Destruction, Initiative
    from civium.server.initiatives.premises import Premises

_SLUG = "the name of the initiative"
_TWO = "--by Anna --and-by Bo"


def add_to(commands: Subcommands) -> None:
    """Add the commands."""
    add_certificate(commands)
    _add_dated(commands)
    _add_holds(commands)
    parser = add_command(
        commands,
        "dates",
        run_dates,
        "show where an initiative stands, what is certified, and when statements and addresses are destroyed",
        "civium initiative dates night-trains",
    )
    parser.add_argument("slug", help=_SLUG)
    _add_destroy(commands)
    add_proof(commands)
    add_command(
        commands,
        "due",
        run_due,
        "destroy the statements of every initiative whose last day has come, or whose destruction was ordered; for a timer, once a day",
        "civium initiative due",
    )


def _add_dated(commands: Subcommands) -> None:
    dated: tuple[tuple[str, Callable[[argparse.Namespace], int], str, str], ...] = (
        ("submit", run_submit, "record the submission to the Commission (Art. 13)", "the day of submission"),
        ("published", run_published, "record that the Commission published the submission (Art. 14)", "the day of publication"),
        ("answer", run_answer, "record the Commission's answer (Art. 15)", "the day of the communication"),
        ("insufficient", run_insufficient, "record that the numbers were not reached", "the day on which that was clear"),
        ("withdraw", run_withdraw, "withdraw the initiative (Art. 7); what is collected ends at once", "the day of withdrawal"),
        ("received", run_received, "record that an authority confirmed receipt (Art. 12(4))", "the day of the confirmation"),
    )
    for name, run, about, day in dated:
        more = " --reference C-2027-7" if name in ("submit", "answer") else " LU" if name == "received" else ""
        parser = add_command(commands, name, run, about, f"civium initiative {name} night-trains{more} --on 2027-09-03 {_TWO}")
        parser.add_argument("slug", help=_SLUG)
        if name == "received":
            parser.add_argument("jurisdiction", help="the State's code, such as LU (Greece is EL)")
        _add_day(parser, day)
        if name in ("submit", "answer"):
            parser.add_argument("--reference", default="", metavar="TEXT", help="the Commission's reference")
        if name == "answer":
            parser.add_argument(
                "--action", action="store_true", help="action was announced: addresses may be kept for three years"
            )
        add_persons(parser)


def _add_holds(commands: Subcommands) -> None:
    parser = add_command(
        commands,
        "hold",
        run_hold,
        "keep everything for proceedings that relate to the initiative (Art. 19(7))",
        'civium initiative hold night-trains --for "Case T-1/28" --reason "the registration is contested" '
        f'--ends-by "the General Court" {_TWO}',
    )
    parser.add_argument("slug", help=_SLUG)
    parser.add_argument("--for", dest="proceedings", required=True, metavar="TEXT", help="the proceedings")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why the statements are needed")
    parser.add_argument("--ends-by", required=True, metavar="TEXT", help="who decides that the proceedings are over")
    add_persons(parser)
    parser = add_command(
        commands,
        "release",
        run_release,
        "lift the hold after the final decision",
        f"civium initiative release night-trains --ended-on 2028-11-06 {_TWO}",
    )
    parser.add_argument("slug", help=_SLUG)
    parser.add_argument("--ended-on", type=date.fromisoformat, required=True, metavar="DAY", help="the day of the final decision")
    add_persons(parser)


def _add_destroy(commands: Subcommands) -> None:
    parser = add_command(
        commands,
        "destroy",
        run_destroy,
        "destroy all statements; leaf records and counts stay. A demonstration's at once, others a day after two persons ordered it",
        f"""
civium initiative destroy night-trains --check
civium initiative destroy night-trains {_TWO}
civium initiative destroy night-trains --stop""",
    )
    parser.add_argument("slug", help=_SLUG)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="only say what would be destroyed")
    what.add_argument("--stop", action="store_true", help="stop what was ordered and has not begun; one person may do it")
    add_persons(parser)


def _add_day(parser: argparse.ArgumentParser, about: str) -> None:
    parser.add_argument("--on", type=date.fromisoformat, required=True, metavar="DAY", help=about)


def run_submit(arguments: argparse.Namespace) -> int:
    """Record the submission."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.milestones import submit

    submit(initiative, persons_of(arguments), on=arguments.on, reference=arguments.reference, now=now())
    return _say_state(initiative)


def run_published(arguments: argparse.Namespace) -> int:
    """Record the publication."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.milestones import record_publication

    record_publication(initiative, persons_of(arguments), on=arguments.on, now=now())
    return _say_state(initiative)


def run_answer(arguments: argparse.Namespace) -> int:
    """Record the answer."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.milestones import record_answer

    told: dict[str, Any] = {"reference": arguments.reference, "action_announced": arguments.action}
    record_answer(initiative, persons_of(arguments), on=arguments.on, now=now(), **told)
    return _say_state(initiative)


def run_insufficient(arguments: argparse.Namespace) -> int:
    """Record that support is insufficient."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.milestones import record_insufficient

    record_insufficient(initiative, persons_of(arguments), on=arguments.on, now=now())
    return _say_state(initiative)


def run_received(arguments: argparse.Namespace) -> int:
    """Record a confirmation of receipt."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.handing_over import record_receipt

    record_receipt(initiative, arguments.jurisdiction, arguments.on, persons_of(arguments), now=now())
    return _say_state(initiative)


def run_withdraw(arguments: argparse.Namespace) -> int:
    """Withdraw."""
    config = begin(arguments)
    from civium.server.initiatives.milestones import withdraw
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    with premises_of(config, with_bundle=True) as premises:
        withdraw(initiative, premises, persons_of(arguments), on=arguments.on, now=now())
    return _say_state(initiative)


def run_hold(arguments: argparse.Namespace) -> int:
    """Place a hold."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.holds import Proceedings, place_hold

    told = Proceedings(arguments.proceedings, arguments.reason, arguments.ends_by)
    place_hold(initiative, told, persons_of(arguments), now=now())
    say(f"held: {initiative.slug}")
    return 0


def run_release(arguments: argparse.Namespace) -> int:
    """Lift a hold."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.holds import lift_hold
    from civium.server.initiatives.retention_dates import retention_dates

    lift_hold(initiative, persons_of(arguments), ended_on=arguments.ended_on, now=now())
    say(f"destroyed at the latest on: {retention_dates(initiative).latest_on or 'no law sets a day'}")
    return 0


def run_dates(arguments: argparse.Namespace) -> int:
    """Show state, certificates and dates."""
    initiative = _initiative(arguments)
    from civium.server.initiatives.certifying import tally
    from civium.server.initiatives.destroying_all import open_order
    from civium.server.initiatives.retention_dates import retention_dates
    from civium.server.initiatives.standing import law_events
    from civium.server.supporters.retention import due_on

    _say_state(initiative)
    happened = law_events(initiative)
    for name, day in happened.items():
        say(f"{name.removesuffix('_on').replace('_', ' ')}: {day}")
    dates, ordered = retention_dates(initiative), open_order(initiative)
    say(f"statements may be destroyed from: {dates.earliest_on or 'not yet'}")
    due = (
        f"{dates.due_on} {dates.article}".rstrip()
        if dates.due_on
        else "no day while the hold is in force"
        if dates.is_held
        else ""
    )
    say(f"statements are destroyed at the latest on: {due or 'no law sets a day'}")
    say(f"legal hold: {'in force' if dates.is_held else 'none'}")
    say(f"destruction ordered: {ordered.ordered_at.date() if ordered else 'no'}")
    say(f"addresses are destroyed at the latest on: {due_on(initiative, happened)}")
    added = tally(initiative)
    rows = [
        (one.jurisdiction, f"{one.online_valid:,}", f"{one.paper_valid:,}", f"{one.certified_on}")
        for one in initiative.certificates.all()
    ]
    if rows:
        say(f"certified: {added.progress.total:,} of {added.progress.goal:,}")
        table([("state", "online", "paper", "on"), *rows])
    return 0


def run_destroy(arguments: argparse.Namespace) -> int:
    """Destroy a demonstration's statements; order the destruction of all others, or stop it."""
    config = begin(arguments)
    from civium.server.initiatives import destroying_all, destroying_job
    from civium.server.initiatives.persons import DEMONSTRATION
    from civium.server.initiatives.retention import destroy_demonstration
    from civium.server.initiatives.setup import find_initiative

    initiative, by = find_initiative(arguments.slug), persons_of(arguments)
    if arguments.stop:
        destroying_all.stop_order(initiative, by, now=now())
        say(f"stopped: {initiative.slug}")
        return 0
    with premises_of(config, with_bundle=True) as premises:
        if arguments.check:
            _say_plan(destroying_all.plan(initiative, premises, config.folder))
        elif initiative.deployment == DEMONSTRATION:
            count = destroy_demonstration(initiative, premises, by, now=now(), progress=Progress().show)
            say(f"destroyed: {count}")
        else:
            ordered = destroying_all.order(initiative, premises, by, now=now())
            destroying_job.ask_for(ordered, now=now())
            say(f"ordered: {initiative.slug}")
            tell(
                f"it begins at {destroying_all.begins_at(ordered):%Y-%m-%d %H:%M} UTC: a serving process does it, or civium initiative due"
            )
            tell("until then anybody may stop it: civium initiative destroy --stop")
    return 0


def _say_plan(plan: Plan) -> None:
    table(
        [
            ("log", "entries", "here"),
            *((f"{log.jurisdiction}/{log.channel}", f"{log.entries:,}", f"{log.here:,}") for log in plan.logs),
        ]
    )
    say(f"statements here: {plan.statements:,}")
    say(f"files here: {' '.join(plan.files) or 'none'}")
    say(f"files made, wherever they are: {' '.join(plan.made_files) or 'none'}")
    say(f"scans of signed certificates: {plan.scans or 'none'}")
    say(f"keys of duplicate tokens: {'here' if plan.has_token_keys else 'none here'}")
    kept = plan.supporters
    say(f"addresses and opinions: {kept.subscriptions + kept.unconfirmed} and {kept.feedback}, until {plan.supporters_due_on}")


def run_due(arguments: argparse.Namespace) -> int:
    """Destroy what is due; what a hold keeps is left."""
    config = begin(arguments)
    from civium.server.initiatives.destroying_all import order_what_is_due
    from civium.server.initiatives.scan_retention import destroy_scans_that_are_due

    ordered = order_what_is_due(now=now())
    scans = destroy_scans_that_are_due(now=now())
    with premises_of(config) as premises:
        for one in ordered:
            destroy_ordered(one, premises, config.folder)
    if scans:
        say(f"destroyed: {scans} scans of signed certificates")
    elif not ordered:
        say("destroyed: nothing is due")
    return 0


def destroy_ordered(ordered: Destruction, premises: Premises, folder: Any) -> None:
    """Carry an order out, and print its proof."""
    from civium.server.initiatives.destroying_all import carry_out
    from civium.server.initiatives.proof import as_text, proof_of

    say(as_text(proof_of(carry_out(ordered, premises, folder, now=now(), progress=Progress().show))).rstrip())


def _initiative(arguments: argparse.Namespace) -> Initiative:
    begin(arguments)
    from civium.server.initiatives.setup import find_initiative

    return find_initiative(arguments.slug)


def _say_state(initiative: Initiative) -> int:
    from civium.law.periods import brussels_date
    from civium.server.initiatives.standing import state_of

    say(f"{initiative.slug}: {state_of(initiative, today=brussels_date(now()))}")
    return 0
