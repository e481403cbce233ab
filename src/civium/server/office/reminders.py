"""Reminders of duties by e-mail: to those who may write letters, three weeks, one week and two days before the last day, and once after it.

The rules are:
- a reminder of one duty, date and distance is sent once, whoever asks again; of several processes that look at once, one sends it;
- without a mail server nothing is sent, and the duties page says the same;
- a mail names duties and dates: nothing of a signatory, no number.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from civium.law.periods import brussels_date
from civium.server.initiatives.models import Initiative
from civium.server.office.duties import Duty, duties_of
from civium.server.office.models import Reminder
from civium.server.office.tables import title_of

if TYPE_CHECKING:
    from civium.server.config import Config

# Days before the last day; -1 stands for "it is over": the nearest that is reached is sent, not all of them.
DISTANCES = (21, 7, 2, -1)
# What is over for longer than this when it is first seen was done somewhere else, long ago: nobody is woken for it.
_STALE_DAYS = 14


def due_reminders(initiative: Initiative, *, today: date) -> tuple[tuple[Duty, int], ...]:
    """Give the duties that are to be called to mind now, each with its distance."""
    sent = set(Reminder.objects.filter(initiative=initiative).values_list("duty", "due_on", "days_before"))
    found = []
    for duty in duties_of(initiative, today=today):
        distance = _distance((duty.due_on - today).days)
        if distance is None or not duty.is_ours or duty.done_on or duty.is_earliest:
            continue
        if (duty.id, duty.counted_on, abs(distance)) not in sent:
            found.append((duty, distance))
    return tuple(found)


def remind(config: Config, *, now: datetime) -> int:
    """Send what is due for every initiative, and give how many mails were taken; 0 without a mail server."""
    if config.mail is None:
        return 0
    taken = 0
    for initiative in Initiative.objects.order_by("pk"):
        due = [pair for pair in due_reminders(initiative, today=brussels_date(now)) if _claim(initiative, *pair, now=now)]
        addresses = _addresses(initiative) if due else ()
        if addresses:
            taken += _send(config, initiative, due, addresses, now)
    return taken


def text_of(initiative: Initiative, due: list[tuple[Duty, int]], *, url: str) -> tuple[str, str]:
    """Give subject and text of one mail about an initiative's duties."""
    title = title_of(initiative, initiative.original_language)
    first = due[0][0]
    subject = f"{first.title}: {first.due_on.isoformat()} – {title}" if len(due) == 1 else f"{len(due)} duties – {title}"
    lines = [f"{title} ({initiative.registration})", ""]
    for duty, distance in due:
        when = "this was the last day" if distance < 0 else "last day"
        lines.append(f"{duty.title}\n  {when}: {duty.due_on.isoformat()} ({duty.article})")
    lines += ["", f"{url}/console/initiatives/{initiative.slug}/duties/", ""]
    lines.append("You get this because you may write letters for this initiative. What was done can be marked as done there.")
    return subject, "\n".join(lines) + "\n"


def _distance(days: int) -> int | None:
    """Give the nearest distance that is reached."""
    if -_STALE_DAYS <= days < 0:
        return -1
    reached = [distance for distance in DISTANCES if 0 <= days <= distance]
    return min(reached) if reached else None


def _claim(initiative: Initiative, duty: Duty, distance: int, *, now: datetime) -> bool:
    """Note that it is sent, before it is: nobody gets it twice, and a mail lost on the way is no duty forgotten."""
    try:
        with transaction.atomic():
            Reminder.objects.create(
                initiative=initiative, duty=duty.id, due_on=duty.counted_on, days_before=abs(distance), sent_at=now
            )
    except IntegrityError:
        return False
    return True


def _addresses(initiative: Initiative) -> tuple[str, ...]:
    from civium.server.console.models import Membership
    from civium.server.console.permissions import Permission, roles_with

    roles = [role.value for role in roles_with(Permission.WRITE_LETTERS)]
    held = Membership.objects.filter(initiative=initiative, role__in=roles, account__is_active=True)
    return tuple(held.order_by("pk").values_list("account__email", flat=True))


def _send(config: Config, initiative: Initiative, due: list[tuple[Duty, int]], addresses: tuple[str, ...], now: datetime) -> int:
    from civium.server.console.accounts import letters

    subject, text = text_of(initiative, due, url=config.url)
    return letters.send(config, addresses, subject, text, now=now)
