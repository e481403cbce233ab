"""Acts on invitations: made, withdrawn, accepted once within seven days.

The rules are:
- who accepts has the link; the link is shown once, mailed where the operator has a mail server, and kept as its hash;
- an address with an account joins with that account, by logging on; any other makes one with a name and a password;
- the journal names roles and persons, never an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from civium.errors import Refused
from civium.server.console.accounts import membership
from civium.server.console.accounts.tokens import new_token, token_hash
from civium.server.console.models import LONGEST_NAME, Account, Invitation, Membership
from civium.server.console.permissions import Role
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons, persons
from civium.server.supporters.addresses import parse_address

LASTS = timedelta(days=7)


@dataclass(frozen=True, repr=False)
class Invited:
    """An invitation that was made, with the one sight of its link's token."""

    invitation: Invitation
    token: str


def invite(
    address: str, role: Role, initiative: Initiative | None, by: Persons, *, now: datetime, inviter: Account | None = None
) -> Invited:
    """Invite somebody to a role; `inviter` is the account that does. Raises Refused `address-malformed`, `role-taken`, `already-member`."""
    address = parse_address(address).lower()
    with transaction.atomic():
        journal.take_turn(initiative)
        _forget_what_is_over(now)
        if Membership.objects.filter(account__email=address, initiative=initiative).exists():
            raise Refused("already-member")
        # A new one to the same address takes the place of an earlier, whose link ends with it.
        Invitation.objects.filter(email=address, initiative=initiative).delete()
        membership.check_room(initiative, role)
        token = new_token()
        made = Invitation.objects.create(
            email=address,
            initiative=initiative,
            role=role.value,
            token_hash=token_hash(token),
            invited_by=by.names[0],
            inviter=inviter,
            made_at=now,
            expires_at=now + LASTS,
        )
        journal.record("account-invited", initiative, by, {"role": role.value}, now=now)
    return Invited(made, token)


def find(token: str, *, now: datetime) -> Invitation:
    """Give the invitation of a link. Raises Refused `link-over` where it was used, withdrawn, is too old or never was."""
    found = Invitation.objects.filter(token_hash=token_hash(token), expires_at__gt=now).select_related("initiative").first()
    if found is None:
        raise Refused("link-over")
    return found


def withdraw(invitation: Invitation, by: Persons, *, now: datetime) -> None:
    """Take an invitation back: its link ends."""
    with transaction.atomic():
        journal.take_turn(invitation.initiative)
        # Whoever accepted it at this moment has joined: there is nothing to withdraw.
        if Invitation.objects.filter(pk=invitation.pk).delete()[0]:
            journal.record("invitation-withdrawn", invitation.initiative, by, {"role": invitation.role}, now=now)


def withdraw_those_of(account: Account, initiative: Initiative | None, by: Persons, *, now: datetime) -> None:
    """Take back what somebody invited: no way in stays behind with whoever manages people no longer."""
    named_alone = Q(inviter=None, invited_by__startswith=f"{account.name} (")  # made before accounts were kept; in any role
    for one in Invitation.objects.filter(Q(inviter=account) | named_alone, initiative=initiative):
        withdraw(one, by, now=now)


def accept_anew(token: str, name: str, password: str, *, now: datetime) -> Account:
    """Make an account by an invitation. Raises Refused `link-over`, `person-malformed`, `password-weak`, `account-exists`."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or "(" in name or ")" in name:  # in brackets the journal says the role
        raise Refused("person-malformed")
    by = persons(name)
    with transaction.atomic():
        invitation = _taken(token, now)
        if Account.objects.filter(email=invitation.email).exists():
            raise Refused("account-exists")
        account = Account(email=invitation.email, name=by.names[0], made_on=now.date())
        check_password(password, account)
        account.set_password(password)
        account.save()
        journal.record("account-made", None, by, {"account": account.pk}, now=now)
        membership.give_role(account, invitation.initiative, invitation.held, by, now=now)
    return account


def accept_with(token: str, account: Account, *, now: datetime) -> Invitation:
    """Join with an account that one has. Raises Refused `link-over`, `link-of-another` where it was sent to another address."""
    with transaction.atomic():
        invitation = _taken(token, now, of=account)
        membership.give_role(account, invitation.initiative, invitation.held, persons(account.name), now=now)
    return invitation


def check_password(password: str, account: Account) -> None:
    """Raise Refused `password-weak` for one that is short, usual, or made of the person's own name."""
    if len(password) > 1024:
        raise Refused("password-weak")
    try:
        validate_password(password, account)
    except ValidationError:
        raise Refused("password-weak") from None


def _taken(token: str, now: datetime, *, of: Account | None = None) -> Invitation:
    invitation = find(token, now=now)
    if of is not None and invitation.email != of.email:
        raise Refused("link-of-another")
    journal.take_turn(invitation.initiative)
    # Of two at the same moment one removes the row, and only that one goes on.
    if not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        raise Refused("link-over")
    return invitation


def _forget_what_is_over(now: datetime) -> None:
    Invitation.objects.filter(expires_at__lte=now).delete()
