"""Who was let in while statements are received: they decide with another only after a day, so that everybody sees who is there now.

One person who may invite could otherwise invite themselves to another address and agree with themselves within minutes.

The rules are:
- it counts from the journal, which nobody changes: when somebody joined, or was given another role, after the start;
- everybody who sees the people of the initiative reads on every page who is new, and until when they wait;
- a demonstration, and an initiative that is not live, asks for no wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from civium.errors import Refused
from civium.server.console.models import Membership
from civium.server.console.permissions import Permission, may
from civium.server.initiatives import proposals
from civium.server.initiatives.models import JournalEntry

if TYPE_CHECKING:
    from civium.server.console.models import Account
    from civium.server.initiatives.models import Initiative

WAIT = timedelta(hours=24)
_JOINING = ("person-joined", "role-changed")
_START = "collection-opened"


@dataclass(frozen=True, repr=False)
class Newcomer:
    """Somebody who may agree to acts, but not yet."""

    name: str
    role: str
    decides_from: datetime


def check_settled(account: Account, initiative: Initiative, *, now: datetime) -> None:
    """Raise Refused `role-new` where somebody got their role here within the last day, after the start."""
    if _new_since(initiative, now).get(account.pk) is not None:
        raise Refused("role-new")


def newcomers(initiative: Initiative, *, now: datetime) -> list[Newcomer]:
    """Give those who may agree to acts and still wait."""
    new = _new_since(initiative, now)
    held = Membership.objects.filter(initiative=initiative, account__in=new).select_related("account") if new else ()
    return [Newcomer(one.account.name, one.role, new[one.account_id] + WAIT) for one in held if may(one.held, Permission.APPROVE)]


def _new_since(initiative: Initiative, now: datetime) -> dict[int, datetime]:
    """Give when each of those who are new got their role, by account."""
    if not proposals.once_live(initiative):
        return {}
    of_here = JournalEntry.objects.filter(initiative=initiative)
    joined = of_here.filter(act__in=_JOINING, at__gt=now - WAIT).order_by("number")
    if not joined:
        return {}
    start = of_here.filter(act=_START).order_by("number").first()
    return {entry.facts["account"]: entry.at for entry in joined if start is not None and entry.number > start.number}
