"""Acts on the way back: somebody lost what they log on with, others vouch for them, and time is left for anybody to object.

The rules are:
- two others of the initiative who may approve, and an operator, each another person, say that they know it is really them;
- 24 hours pass from the last of the three; everybody of the initiative, the operators and the account's own address are told;
- any of them can stop it until then; after it one of the two gets a link, once, to hand over: it ends old passwords, factors and sessions;
- an operator's own way back is a command on the server's machine (civium console unlock): whoever has that machine has everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q

from civium.errors import Refused
from civium.server.console.accounts.invitations import check_password
from civium.server.console.accounts.tokens import new_token, token_hash
from civium.server.console.models import Account, Recovery
from civium.server.console.permissions import Permission, Role, may
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons, persons

WAIT = timedelta(hours=24)
LASTS = timedelta(days=7)


def vouch(account: Account, initiative: Initiative, by: Account, *, now: datetime) -> Recovery:
    """Say that it is really them: begin a way back, or be the second who does. Raises Refused `own-way-back`, `vouched-already`, `not-allowed`."""
    if account.pk == by.pk:
        raise Refused("own-way-back")
    _check_may_vouch(by, initiative)
    with transaction.atomic():
        journal.take_turn(initiative)
        _forget_what_is_over(now)
        begun = Recovery.objects.filter(account=account).first()
        if begun is None:
            begun = Recovery(account=account, initiative=initiative, asked_at=now, asked_by=by, expires_at=now + LASTS)
        elif begun.initiative_id != initiative.pk or by.pk in (begun.asked_by_id, begun.operator_id) or begun.seconded_by_id:
            raise Refused("vouched-already")
        else:
            begun.seconded_by = by
        _agreed(begun, by, "way-back-vouched", now)
    return begun


def agree_as_operator(begun: Recovery, by: Account, *, now: datetime) -> None:
    """Agree for the installation. Raises Refused `own-way-back`, `link-over`, `vouched-already`: the operator is a third person."""
    if begun.account_id == by.pk:
        raise Refused("own-way-back")
    with transaction.atomic():
        _look_again(begun)
        if begun.operator_id or by.pk in (begun.asked_by_id, begun.seconded_by_id):
            raise Refused("vouched-already")
        begun.operator = by
        _agreed(begun, by, "way-back-agreed", now)


def stop(begun: Recovery, by: Account, *, now: datetime) -> None:
    """End a way back before it was gone."""
    with transaction.atomic():
        journal.take_turn(begun.initiative)
        # It may have been gone, or stopped by somebody else, at this moment.
        if Recovery.objects.filter(pk=begun.pk).delete()[0]:
            journal.record("way-back-stopped", begun.initiative, persons(by.name), {"account": begun.account_id}, now=now)


def make_link(begun: Recovery, by: Account, *, now: datetime) -> str:
    """Give the token of the link, for one of the two to hand over. Raises Refused `way-back-waits`, `link-over`, `not-allowed`."""
    with transaction.atomic():
        _look_again(begun)
        if by.pk not in (begun.asked_by_id, begun.seconded_by_id):
            raise Refused("not-allowed")
        if begun.ready_at is None or begun.ready_at > now:
            raise Refused("way-back-waits")
        return _new_link(begun, persons(by.name), now)


def begin_on_the_machine(account: Account, by: Persons, *, now: datetime) -> str:
    """Give an operator's link at once, to whoever has the server's machine. Raises Refused `operators-only`."""
    if not account.memberships.filter(initiative__isnull=True, role=Role.OPERATOR.value).exists():
        raise Refused("operators-only")
    with transaction.atomic():
        Recovery.objects.filter(account=account).delete()
        begun = Recovery.objects.create(account=account, asked_at=now, ready_at=now, expires_at=now + LASTS)
        return _new_link(begun, by, now)


def find(token: str, *, now: datetime) -> Recovery:
    """Give the way back of a link. Raises Refused `link-over`."""
    ready = Recovery.objects.filter(token_hash=token_hash(token), ready_at__lte=now, expires_at__gt=now)
    found = ready.select_related("account").first()
    if found is None:
        raise Refused("link-over")
    return found


def go_back(token: str, password: str, *, now: datetime) -> Account:
    """Choose a new password; everything that opened the account before is gone. Raises Refused `link-over`, `password-weak`."""
    with transaction.atomic():
        begun = find(token, now=now)
        journal.take_turn(begun.initiative)
        account = begun.account
        check_password(password, account)
        if not Recovery.objects.filter(pk=begun.pk).delete()[0]:
            raise Refused("link-over")
        account.set_password(password)
        account.save(update_fields=["password"])
        Authenticator.objects.filter(user=account).delete()
        account.sessions.all().delete()
        journal.record("way-back-gone", begun.initiative, persons(account.name), {"account": account.pk}, now=now)
    return account


def running(initiative: Initiative | None = None, *, now: datetime) -> list[Recovery]:
    """Give the ways back that are begun, of one initiative or of all."""
    found = Recovery.objects.filter(expires_at__gt=now).select_related(
        "account", "initiative", "asked_by", "seconded_by", "operator"
    )
    return list(found if initiative is None else found.filter(initiative=initiative))


def concerned(begun: Recovery) -> list[str]:
    """Give the addresses of all who are told: the initiative's people, the operators, and the account's own."""
    whose = Q(memberships__initiative=begun.initiative_id) if begun.initiative_id else Q(pk=begun.account_id)
    found = Account.objects.filter(whose | Q(memberships__role=Role.OPERATOR.value) | Q(pk=begun.account_id), is_active=True)
    return sorted(set(found.values_list("email", flat=True)))


def _look_again(begun: Recovery) -> None:
    """Take the initiative's turn and read once more: what others said or stopped meanwhile counts. Raises Refused `link-over` if it is gone."""
    journal.take_turn(begun.initiative)
    try:
        begun.refresh_from_db()
    except Recovery.DoesNotExist:
        raise Refused("link-over") from None


def _agreed(begun: Recovery, by: Account, act: str, now: datetime) -> None:
    if begun.asked_by_id and begun.seconded_by_id and begun.operator_id:
        begun.ready_at = now + WAIT
        begun.expires_at = begun.ready_at + LASTS
    begun.save()
    journal.record(act, begun.initiative, persons(by.name), {"account": begun.account_id}, now=now)


def _new_link(begun: Recovery, by: Persons, now: datetime) -> str:
    token = new_token()
    with transaction.atomic():
        begun.token_hash = token_hash(token)
        begun.save(update_fields=["token_hash"])
        journal.record("way-back-opened", begun.initiative, by, {"account": begun.account_id}, now=now)
    return token


def _check_may_vouch(by: Account, initiative: Initiative) -> None:
    held = by.memberships.filter(initiative=initiative).first()
    if held is None or not may(held.held, Permission.APPROVE):
        raise Refused("not-allowed")


def _forget_what_is_over(now: datetime) -> None:
    Recovery.objects.filter(expires_at__lte=now).delete()
