"""The thread that keeps the dashboard's sums and alerts up to date while a process serves, and sends the letters of alerts.

The rules are:
- every look costs as much as came since the last one: heads of logs, and leaf records nobody counted yet;
- several processes may look at once: what one has counted the others leave (days.py, hours.py), an alert is raised by one (alerting.py);
- what fails is said once in the log, by its code, and tried again.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from civium.errors import CiviumError
from civium.law.periods import brussels_date
from civium.server.background import Repeated
from civium.server.dashboard import alerting, burst_ranges, days, hours, moves, telling
from civium.server.dashboard.alerts import USUAL_DAYS, Situation, alerts
from civium.server.dashboard.models import LastTotal
from civium.server.dashboard.on_paper import on_paper
from civium.server.dashboard.overview import forecast_of, progress_with
from civium.server.initiatives.keys import keys_in_use
from civium.server.initiatives.models import Collection
from civium.server.initiatives.premises import open_premises
from civium.server.initiatives.repeat_rate import LEAST_RECEIVED, RENEWED_AFTER, weekly_rate
from civium.server.initiatives.retention_dates import destruction_due_on
from civium.server.initiatives.standing import last_day, phase_of
from civium.server.office import reminders
from civium.server.store.opening import open_store

if TYPE_CHECKING:
    from civium.server.config import Config
    from civium.server.initiatives.models import Initiative
    from civium.server.store.protocol import Store

LOOK_SECONDS = 20.0
_ALERTS_EVERY = timedelta(minutes=1)
_AT_ONCE = 500_000  # entries a look counts: some seconds, at a first start after years
_LONGEST_PAUSE_SECONDS = 300.0
_logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


def look(store: Store, *, now: datetime) -> int:
    """Bring the sums of all collections up to date, and give how many entries were added to days. Raises Refused `store-unavailable`."""
    counted = 0
    for collection in _watched():
        hours.note_total(collection, sum(head.size for head in store.heads(collection.identifier)), now=now)
        counted += days.count_days(store, collection, most=_AT_ONCE)
        if moves.note_moves(collection, now=now):
            burst_ranges.look_for_bursts(collection, moves.moves(collection), now=now)
    hours.forget_hours(now=now)
    moves.forget_moves(now=now)
    burst_ranges.forget_times(now=now)
    return counted


def raise_alerts(config: Config, *, now: datetime) -> int:
    """Look at every initiative that has a collection, and give how many alerts were raised."""
    raised = 0
    for collection in _watched():
        initiative = collection.initiative
        raised += len(alerting.keep(initiative, alerts(situation(initiative, collection, config, now=now)), now=now))
    return raised


def situation(initiative: Initiative, collection: Collection, config: Config, *, now: datetime) -> Situation:
    """Give all that alerts are raised from."""
    today = brussels_date(now)
    phase = phase_of(initiative, today=today)
    public = days.shown(collection)
    paper = on_paper(initiative)
    found = progress_with(initiative, public.received, paper)
    made = forecast_of(initiative, collection, public.series, phase, today, paper=paper.total) if public.is_counted else None
    last = LastTotal.objects.filter(collection=collection).first()
    disk = shutil.disk_usage(config.folder)
    return Situation(
        now=now,
        today=today,
        phase=phase,
        opens_on=initiative.opens_on,
        closes_on=last_day(initiative),
        hours=hours.hours(collection, since=hours.hour_of(now) - timedelta(days=USUAL_DAYS, hours=1)),
        counted_since=last.since if last else None,
        over=found.over,
        received=found.total,
        goal=initiative.goal or found.goal,
        most_likely_high=made.end.outer[1] if made else None,
        days_counted=(today - initiative.opens_on).days,
        keys_proven_on={code: found[0].proven_on for code, found in keys_in_use(initiative).items() if found[0].proven_on},
        disk_free=disk.free,
        disk_size=disk.total,
        destroyed_by=destruction_due_on(initiative),
    )


def _watched() -> list[Collection]:
    """Give the latest collection of every initiative, as long as there are statements in it."""
    live = Collection.objects.exclude(state=Collection.State.OPENING).filter(destroyed_on=None)
    by_initiative = {one.initiative_id: one for one in live.select_related("initiative").order_by("pk")}
    return list(by_initiative.values())


def renew_rates(store: Store, config: Config, *, now: datetime) -> None:
    """Let the weekly rate of repeats be made where it is due: a page never waits for it. Raises as `weekly_rate`."""
    for collection in _watched():
        latest = collection.repeat_rates.order_by("-number").first()
        if latest is not None and now < latest.made_at + RENEWED_AFTER:
            continue
        if sum(head.received for head in store.heads(collection.identifier)) >= LEAST_RECEIVED:
            with open_premises(config, {}) as premises:
                weekly_rate(collection.initiative, premises, now=now)


class Watcher(Repeated):
    """The thread that looks."""

    def __init__(self, config: Config, *, clock: Clock = _now) -> None:
        super().__init__("dashboard", seconds=LOOK_SECONDS, longest=_LONGEST_PAUSE_SECONDS, first=1.0)
        self._config = config
        self._clock = clock
        self._judged_at: datetime | None = None

    def turn(self) -> None:
        """Look; raise and tell alerts once a minute."""
        now = self._clock()
        is_due = self._judged_at is None or now >= self._judged_at + _ALERTS_EVERY
        self._look(now, is_due=is_due)
        self._judged_at = now if is_due else self._judged_at

    def _look(self, now: datetime, *, is_due: bool) -> None:
        with closing(open_store(self._config)) as store:
            look(store, now=now)
            if is_due:
                raise_alerts(self._config, now=now)
                renew_rates(store, self._config, now=now)
        if self._config.mail is not None:
            try:
                telling.tell(self._config, now=now)
                if is_due:
                    reminders.remind(self._config, now=now)
            except CiviumError as error:
                _logger.error("alerts wait: %s", error.code)  # noqa: TRY400  the code says it; they stay, and are sent later
