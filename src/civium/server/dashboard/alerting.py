"""Keeps alerts: raised once each, over when it is so no more, and a letter for everybody who may see them.

The rules are:
- an alert that is open is not raised again; what was over for less than a day is taken up again without a letter;
- letters go to those who hold a role with the permission to see the dashboard, those of the disk to the operator as well;
- what is older than a year is destroyed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from civium.server.dashboard.alerts import LASTING, LASTING_SHOWN
from civium.server.dashboard.models import Alert, AlertLetter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from civium.server.dashboard.alerts import Raised
    from civium.server.initiatives.models import Initiative

_SETTLED = timedelta(days=1)
_KEPT = timedelta(days=366)


def keep(initiative: Initiative, raised: Iterable[Raised], *, now: datetime) -> tuple[Alert, ...]:
    """Keep what is raised now and end what is not; give those that are new."""
    present = {(one.kind, one.subject): one for one in raised}
    new = []
    for alert in initiative.alerts.filter(over_at=None):
        still = present.pop((alert.kind, alert.subject), None)
        if still is None and alert.kind not in LASTING:
            initiative.alerts.filter(pk=alert.pk).update(over_at=now)
    for one in present.values():
        made = _raise(initiative, one, now)
        if made is not None:
            new.append(made)
    initiative.alerts.filter(over_at__lt=now - _KEPT).delete()
    return tuple(new)


def shown(initiative: Initiative, *, now: datetime) -> tuple[Alert, ...]:
    """Give the alerts that stand on the dashboard: those that are open, and what happened in the last three days."""
    found = initiative.alerts.filter(over_at=None)
    return tuple(alert for alert in found if alert.kind not in LASTING or alert.raised_at >= now - LASTING_SHOWN)


def _raise(initiative: Initiative, one: Raised, now: datetime) -> Alert | None:
    """Raise an alert and write its letters; None where it was open a moment ago, or another process raised it."""
    again = initiative.alerts.filter(kind=one.kind, subject=one.subject, over_at__gt=now - _SETTLED).first()
    try:
        with transaction.atomic():
            if again is not None:
                initiative.alerts.filter(pk=again.pk).update(over_at=None, facts=dict(one.facts))
                return None
            alert = Alert.objects.create(
                initiative=initiative, kind=one.kind, subject=one.subject, facts=dict(one.facts), raised_at=now
            )
            for account in accounts_told(initiative, one.kind):
                AlertLetter.objects.create(alert=alert, account=account, due_at=now)
    except IntegrityError:
        return None
    return alert


def accounts_told(initiative: Initiative, kind: str) -> list[int]:
    """Give the accounts that hear of an alert of this kind."""
    from civium.server.console.models import Membership
    from civium.server.console.permissions import Permission, Role, roles_with

    roles = [role.value for role in roles_with(Permission.SEE_DASHBOARD)]
    active = Membership.objects.filter(account__is_active=True)
    told = set(active.filter(initiative=initiative, role__in=roles).values_list("account_id", flat=True))
    if kind == "disk":
        told |= set(active.filter(initiative=None, role=Role.OPERATOR.value).values_list("account_id", flat=True))
    return sorted(told)
