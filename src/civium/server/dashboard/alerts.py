"""What organisers are told without asking: which facts raise an alert, and at what threshold. Facts in, alerts out; nothing is read here.

The rules are:
- thresholds stand here and in docs/handbook/dashboard.md, and a test compares them;
- what cannot be told yet (too few days, no usual) raises nothing;
- no alert depends on a repeat, and none is about one statement.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from civium.law.periods import add_months
from civium.server.dashboard.hours import HOUR, RECEIVED, REFUSED, hour_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from civium.server.initiatives.lifecycle import Phase

SILENCE_EXPECTED = 20  # in an hour of the day of the last seven; chance alone makes such an hour empty once in 480 million
USUAL_DAYS = 7
REFUSED_LEAST, REFUSED_SHARE, REFUSED_TIMES = 50, 0.20, 3
KEY_MONTHS = 2
DISK_SHARE, DISK_BYTES = 0.10, 2 * 1024**3
END_DAYS, OPENING_DAYS, DESTRUCTION_DAYS = (30, 7, 1), (7, 1), (14,)
UNLIKELY_FROM_DAYS, UNLIKELY_UNTIL_DAYS = 28, 14
KINDS = (
    "silence",
    "refusals",
    "disk",
    "ends-soon",
    "opens-soon",
    "destruction-near",
    "key-old",
    "goal-unlikely",
    "goal-reached",
    "threshold-reached",
)
# These tell of something that has happened: they stay as they are, and stand on the dashboard for three days.
LASTING = ("threshold-reached", "goal-reached")
LASTING_SHOWN = timedelta(days=3)


@dataclass(frozen=True)
class Raised:
    """One alert as it is raised: kind, what it is about, and the numbers of its sentence."""

    kind: str
    subject: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Situation:
    """All that alerts are raised from, of one initiative at one moment."""

    now: datetime
    today: date
    phase: Phase
    opens_on: date
    closes_on: date
    hours: Mapping[datetime, Counter[str]]
    counted_since: datetime | None  # the first hour that was counted
    over: tuple[str, ...]
    received: int
    goal: int
    most_likely_high: int | None  # what nine of ten forecasts stay under on the last day
    days_counted: int
    keys_proven_on: Mapping[str, date]
    disk_free: int
    disk_size: int
    destroyed_by: date | None = None


def alerts(seen: Situation) -> tuple[Raised, ...]:
    """Give everything that is so now."""
    return tuple(
        raised
        for found in (_silence(seen), _refusals(seen), _disk(seen), _dates(seen), _keys(seen), _numbers(seen))
        for raised in found
    )


def usual_of_hour(hours: Mapping[datetime, Counter[str]], hour: datetime, counted_since: datetime) -> float | None:
    """Give the mean of the same hour on the seven days before; None where these were not all counted."""
    if counted_since > hour - timedelta(days=USUAL_DAYS):
        return None
    same = (hours.get(hour - timedelta(days=back), Counter())[RECEIVED] for back in range(1, USUAL_DAYS + 1))
    return sum(same) / USUAL_DAYS


def _silence(seen: Situation) -> Iterator[Raised]:
    """Raise when the last whole hour brought nothing, nor has this one, though at this time of day 20 or more are usual."""
    hour = hour_of(seen.now) - HOUR
    if seen.phase != "collecting" or seen.counted_since is None:
        return
    usual = usual_of_hour(seen.hours, hour, seen.counted_since)
    came = seen.hours.get(hour, Counter())[RECEIVED] + seen.hours.get(hour + HOUR, Counter())[RECEIVED]
    if usual is not None and usual >= SILENCE_EXPECTED and not came:
        yield Raised("silence", facts={"usual": round(usual)})


def _refusals(seen: Situation) -> Iterator[Raised]:
    """Raise when of the last whole hour's arrivals 50 or more, and a fifth or more, were refused: and three times what is usual."""
    hour = hour_of(seen.now) - HOUR
    latest = seen.hours.get(hour, Counter())
    refused = _refused(latest)
    arrived = refused + latest[RECEIVED]
    if refused < REFUSED_LEAST or refused < REFUSED_SHARE * arrived:
        return
    before: Counter[str] = Counter()
    for one, counted in seen.hours.items():
        if hour - timedelta(days=USUAL_DAYS) <= one < hour:
            before += counted
    usual_refused = _refused(before)
    usual = usual_refused / (usual_refused + before[RECEIVED]) if usual_refused + before[RECEIVED] else 0.0
    if refused / arrived >= REFUSED_TIMES * usual:
        code = max((kind for kind in latest if kind.startswith(REFUSED)), key=lambda kind: (latest[kind], kind))
        yield Raised("refusals", facts={"refused": refused, "arrived": arrived, "code": code.removeprefix(REFUSED)})


def _refused(counted: Counter[str]) -> int:
    return sum(count for kind, count in counted.items() if kind.startswith(REFUSED))


def _disk(seen: Situation) -> Iterator[Raised]:
    if seen.disk_free < DISK_BYTES or seen.disk_free < DISK_SHARE * seen.disk_size:
        yield Raised("disk", facts={"free_megabytes": seen.disk_free // 1024**2})


def _dates(seen: Situation) -> Iterator[Raised]:
    """Raise for the nearest step before a date: 30, 7 and 1 days before the end, 7 and 1 before the start, 14 before destruction."""
    wanted: list[tuple[str, date, tuple[int, ...]]] = []
    if seen.phase in ("collecting", "paused"):
        wanted.append(("ends-soon", seen.closes_on, END_DAYS))
    if seen.phase == "waiting":
        wanted.append(("opens-soon", seen.opens_on, OPENING_DAYS))
    if seen.destroyed_by is not None:
        wanted.append(("destruction-near", seen.destroyed_by, DESTRUCTION_DAYS))
    for kind, day, steps in wanted:
        reached = [step for step in steps if 0 <= (day - seen.today).days <= step]
        if reached:
            yield Raised(kind, str(min(reached)), {"on": day.isoformat()})


def _keys(seen: Situation) -> Iterator[Raised]:
    """Raise while a key that statements are sealed to was proven more than two months ago."""
    if seen.phase not in ("waiting", "collecting", "paused"):
        return
    old = sorted(code for code, day in seen.keys_proven_on.items() if add_months(day, KEY_MONTHS) < seen.today)
    if old:
        oldest = min(seen.keys_proven_on[code] for code in old)
        yield Raised("key-old", oldest.isoformat(), {"count": len(old), "jurisdictions": " ".join(old)})


def _numbers(seen: Situation) -> Iterator[Raised]:
    for code in seen.over:
        yield Raised("threshold-reached", code)
    if seen.received >= seen.goal:
        yield Raised("goal-reached", facts={"goal": seen.goal})
    left = (seen.closes_on - seen.today).days
    is_late_enough = seen.days_counted >= UNLIKELY_FROM_DAYS and left >= UNLIKELY_UNTIL_DAYS
    if seen.phase == "collecting" and is_late_enough and seen.most_likely_high is not None and seen.most_likely_high < seen.goal:
        yield Raised("goal-unlikely", facts={"high": seen.most_likely_high, "goal": seen.goal})
