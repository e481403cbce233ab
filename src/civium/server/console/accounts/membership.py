"""Acts on people's roles: taken up by invitation, changed, taken away. Each is told to the journal of its initiative.

The rules are:
- there are never more than the law's or this project's number of a role (permissions.MOST);
- an initiative keeps somebody who may manage its people, the installation keeps an operator.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.errors import Refused
from civium.server.console.models import Account, Invitation, Membership
from civium.server.console.permissions import MOST, OF_AN_INITIATIVE, Permission, Role, may
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons


def parse_role(text: str, initiative: Initiative | None) -> Role:
    """Give the role of a name. Raises Refused `role-unknown` where there is none such here."""
    possible = OF_AN_INITIATIVE if initiative is not None else (Role.OPERATOR,)
    for role in possible:
        if role.value == text:
            return role
    raise Refused("role-unknown")


def check_room(initiative: Initiative | None, role: Role, *, besides: Membership | None = None) -> None:
    """Raise Refused `role-taken` where as many hold the role, or are invited to it, as there may be."""
    most = MOST.get(role)
    if most is None:
        return
    held = Membership.objects.filter(initiative=initiative, role=role.value)
    if besides is not None:
        held = held.exclude(pk=besides.pk)
    if held.count() + Invitation.objects.filter(initiative=initiative, role=role.value).count() >= most:
        raise Refused("role-taken", role=role.value, most=most)


def give_role(account: Account, initiative: Initiative | None, role: Role, by: Persons, *, now: datetime) -> Membership:
    """Give somebody a role; inside the transaction of the act that does. One who holds another role there has the new one."""
    membership, is_new = Membership.objects.update_or_create(
        account=account, initiative=initiative, defaults={"role": role.value, "since": now.date()}
    )
    act = "person-joined" if is_new else "role-changed"
    journal.record(act, initiative, by, {"account": account.pk, "name": account.name, "role": role.value}, now=now)
    return membership


def change_role(membership: Membership, role: Role, by: Persons, *, now: datetime) -> None:
    """Change what somebody is. Raises Refused `role-taken`, `last-manager`."""
    with transaction.atomic():
        journal.take_turn(membership.initiative)
        check_room(membership.initiative, role, besides=membership)
        if not may(role, Permission.MANAGE_PEOPLE):
            _check_not_last(membership)
        give_role(membership.account, membership.initiative, role, by, now=now)


def remove(membership: Membership, by: Persons, *, now: datetime) -> None:
    """Take a role away; where it was the last, the account's sessions end. Raises Refused `last-manager`, `last-operator`."""
    with transaction.atomic():
        journal.take_turn(membership.initiative)
        _check_not_last(membership)
        account = membership.account
        facts = {"account": account.pk, "name": account.name, "role": membership.role}
        journal.record("person-removed", membership.initiative, by, facts, now=now)
        membership.delete()
        if not account.memberships.exists():
            account.sessions.all().delete()


def managers_of(initiative: Initiative | None) -> list[Membership]:
    """Give those who may manage people."""
    held = Membership.objects.filter(initiative=initiative, account__is_active=True).select_related("account")
    return [membership for membership in held if may(membership.held, Permission.MANAGE_PEOPLE)]


def _check_not_last(membership: Membership) -> None:
    managers = managers_of(membership.initiative)
    if [one.pk for one in managers] == [membership.pk]:
        raise Refused("last-operator" if membership.initiative_id is None else "last-manager")
