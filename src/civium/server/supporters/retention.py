"""When addresses and feedback go: what was not confirmed after seven days, the rest when the law says (Art. 19(8)), or earlier by two persons.

The rules are:
- the days stand in the procedure's data (`destroy-emails`); a procedure that has none gets twelve months after the end;
- what a page promised without anybody's decision is kept without one: unconfirmed addresses, demonstrations, the law's day;
- whatever is destroyed earlier is an act of two persons; both stand in the journal with numbers and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from civium.law.periods import add_months, brussels_date, deadlines
from civium.law.procedure import load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons, check_two_persons, persons
from civium.server.initiatives.retention import due_on as statements_due_on
from civium.server.initiatives.standing import events, last_day
from civium.server.supporters.asking import overwrite_what_goes
from civium.server.supporters.messages import finish_abandoned
from civium.server.supporters.models import ConsentText, Feedback, MailsOfToday, Subscription, Unconfirmed

_DUTY = "destroy-emails"
_OTHERWISE_MONTHS = 12
_BY = "civium serve"


@dataclass(frozen=True)
class Kept:
    """How much there is of an initiative's supporters, or was destroyed."""

    subscriptions: int
    unconfirmed: int
    feedback: int

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to destroy."""
        return not (self.subscriptions or self.unconfirmed or self.feedback)


def due_on(initiative: Initiative, events: Mapping[str, date] | None = None) -> date:
    """Give the last day on which addresses may be kept. `events`: submitted_on, withdrawn_on, action_announced_on, where they happened."""
    if initiative.deployment == DEMONSTRATION and (due := statements_due_on(initiative)) is not None:
        return due
    ended_on = last_day(initiative)
    procedure = load_procedure(initiative.procedure)
    found = [duty.on for duty in deadlines(procedure, {"closes_on": ended_on, **(events or {})}) if duty.id == _DUTY]
    return found[0] if found else add_months(ended_on, _OTHERWISE_MONTHS)


def kept(initiative: Initiative) -> Kept:
    """Count what there is."""
    return Kept(
        Subscription.objects.filter(initiative=initiative).count(),
        Unconfirmed.objects.filter(initiative=initiative).count(),
        Feedback.objects.filter(initiative=initiative).count(),
    )


def destroy_supporters(initiative: Initiative, by: Persons, *, now: datetime) -> Kept:
    """Destroy all addresses and all feedback of an initiative, for ever. Raises Refused `second-person-missing`."""
    check_two_persons(initiative.deployment, by)
    return _destroy(initiative, by, now=now)


def destroy_due(initiative: Initiative, dates: Mapping[str, date], *, now: datetime) -> Kept | None:
    """Destroy addresses and feedback on the law's day (Art. 19(8)), without anybody's decision; None while they may be kept.

    `dates`: submitted_on, withdrawn_on, action_announced_on, where they happened. Safe to call every day.
    """
    if due_on(initiative, dates) > brussels_date(now) or kept(initiative).is_nothing:
        return None
    return _destroy(initiative, persons(_BY), now=now)


def destroy_what_is_over(*, now: datetime) -> int:
    """Destroy what may be kept no longer: unconfirmed addresses, counts of mails, what demonstrations left, and all on the law's day. Safe at any time."""
    today = brussels_date(now)
    with transaction.atomic():
        overwrite_what_goes()
        count, _ = Unconfirmed.objects.filter(expires_on__lt=today).delete()
        MailsOfToday.objects.filter(day__lt=today).delete()
    for initiative in Initiative.objects.filter(deployment=DEMONSTRATION):
        if _is_demonstration_over(initiative, today) and not kept(initiative).is_nothing:
            _destroy(initiative, persons(_BY), now=now)
    for initiative in Initiative.objects.exclude(deployment=DEMONSTRATION):
        destroy_due(initiative, events(initiative), now=now)
    finish_abandoned(persons(_BY), now=now)
    _destroy_unused_texts()
    return count


def _destroy(initiative: Initiative, by: Persons, *, now: datetime) -> Kept:
    with transaction.atomic():
        overwrite_what_goes()
        destroyed = kept(initiative)
        for kind in (Unconfirmed, Subscription, Feedback):
            kind.objects.filter(initiative=initiative).delete()
        facts = {
            "subscriptions": destroyed.subscriptions,
            "unconfirmed": destroyed.unconfirmed,
            "feedback": destroyed.feedback,
        }
        journal.record("supporters-destroyed", initiative, by, facts, now=now)
    _destroy_unused_texts()
    return destroyed


def _is_demonstration_over(initiative: Initiative, today: date) -> bool:
    collection = initiative.live_collection()
    if collection is not None and collection.destroyed_on is not None:
        return True
    due = statements_due_on(initiative)
    return due is not None and due <= today


def _destroy_unused_texts() -> None:
    """Destroy the words that no consent refers to any more."""
    used = Unconfirmed.objects.values("text").union(Subscription.objects.values("text"))
    try:
        ConsentText.objects.exclude(pk__in=[row["text"] for row in used]).delete()
    except IntegrityError:
        # Somebody agreed to them at this moment: they stay.
        return
