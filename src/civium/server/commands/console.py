"""`civium console`: who may log on to the console, invitations, and the way back for an operator who has lost everything."""

from __future__ import annotations

import argparse

from civium.errors import Refused
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


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(
        group, "console", "people who work in the console: invite, list, let in again (docs/operators/console.md)"
    )
    parser = add_command(
        commands,
        "invite",
        run_invite,
        "invite somebody, and show the link that lets them in once",
        """
civium console invite office@lindau.example --role operator
civium console invite anna@lindau.example --initiative night-trains --role representative""",
    )
    parser.add_argument("address", help="their e-mail address: the name they log on with")
    parser.add_argument("--role", required=True, help="operator, or with --initiative: representative, substitute, member ...")
    parser.add_argument("--initiative", metavar="SLUG", default=None, help="the name of the initiative")
    add_persons(parser)
    add_command(commands, "people", run_people, "list accounts, roles, and invitations that wait", "civium console people")
    parser = add_command(
        commands,
        "unlock",
        run_unlock,
        "let an address try again at once, after too many failures",
        """
civium console unlock anna@lindau.example
civium console unlock office@lindau.example --lost     an operator who lost password or factors: shows a link""",
    )
    parser.add_argument("address", help="the address that they log on with")
    parser.add_argument(
        "--lost", action="store_true", help="for operators: end password and factors, show the link to choose new ones"
    )
    add_persons(parser)


def run_invite(arguments: argparse.Namespace) -> int:
    """Make an invitation and show its link."""
    config = begin(arguments)
    from civium.server.console.accounts import invitations, membership
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.initiative) if arguments.initiative else None
    role = membership.parse_role(arguments.role, initiative)
    made = invitations.invite(arguments.address, role, initiative, persons_of(arguments), now=now())
    say(f"{config.url}/console/invitation/{made.token}/")
    tell(f"note: works once, within {invitations.LASTS.days} days; shown this one time: give it to nobody else")
    return 0


def run_people(arguments: argparse.Namespace) -> int:
    """List who has which role, and who is invited."""
    begin(arguments)
    from civium.server.console.models import Invitation, Membership

    rows: list[tuple[str, ...]] = [("initiative", "role", "name", "address")]
    held = Membership.objects.select_related("account", "initiative").order_by("initiative__slug", "account__email")
    rows += [(one.initiative.slug if one.initiative else "-", one.role, one.account.name, one.account.email) for one in held]
    waiting = Invitation.objects.filter(expires_at__gt=now()).select_related("initiative")
    rows += [(one.initiative.slug if one.initiative else "-", one.role, "(invited)", one.email) for one in waiting]
    table(rows)
    return 0


def run_unlock(arguments: argparse.Namespace) -> int:
    """Forget an address's failures; with --lost open an operator's way back."""
    config = begin(arguments)
    from civium.server.console.accounts import recovery, unlocking
    from civium.server.console.models import Account

    account = Account.objects.filter(email=arguments.address.strip().lower()).first()
    if account is None:
        raise Refused("account-unknown")
    by, moment = persons_of(arguments), now()
    if arguments.lost:
        token = recovery.begin_on_the_machine(account, by, now=moment)
        say(f"{config.url}/console/way-back/{token}/")
        tell("note: works once, within 7 days; ends the old password, factors and sessions")
        return 0
    unlocking.unlock(account, by, now=moment)
    say(f"unlocked: {account.email}")
    return 0
