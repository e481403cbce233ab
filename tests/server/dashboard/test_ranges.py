"""Bursts: found in ten minutes where one log leaps, not where all do; kept as ranges between checkpoints; public once somebody decided."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from civium.errors import Refused
from civium.server.annex_v import letter
from civium.server.dashboard import burst_ranges, moves
from civium.server.dashboard.models import BurstRange, LastMove, MoveDay
from civium.server.dashboard.moves import SLOT_SECONDS, forget_moves, note_moves, slot_began, slot_of
from civium.server.dashboard.ranges import FEWEST, out_of_pattern
from civium.server.dashboard.simulated import campaign
from civium.server.dashboard.watching import look
from civium.server.initiatives.journal import read_journal
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.open_data import own
from civium.server.site import loading
from tests.server.dashboard.conftest import show
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE, TODAY

SLOT = slot_of(NOW)
A_DAY = 144
SHARES = {"DE": 0.3, "FR": 0.2, "ES": 0.15, "PL": 0.15, "SE": 0.1, "MT": 0.1}
# How a day of a campaign divides over its hours: quiet at night, most in the evening.
HOURS = (2, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 7, 7, 6, 6, 6, 7, 7, 8, 9, 8, 6, 4)


class _Logs:
    """Logs that grow: sizes before and after each ten minutes."""

    def __init__(self) -> None:
        self.known: dict[int, dict[str, tuple[int, int]]] = {}
        self._sizes: dict[str, int] = {}

    def grow(self, slot: int, entries: dict[str, int]) -> None:
        grown = {}
        for origin, count in entries.items():
            before = self._sizes.get(origin, 0)
            self._sizes[origin] = before + count
            if count:
                grown[origin] = (before, before + count)
        self.known[slot] = grown


def _level(days: int = 15, **entries: int) -> _Logs:
    logs = _Logs()
    for slot in range(SLOT - days * A_DAY, SLOT):
        logs.grow(slot, entries)
    return logs


def test_one_log_that_leaps_is_found_with_its_range() -> None:
    logs = _level(DE=20, MT=5)
    logs.grow(SLOT, {"DE": 22, "MT": 60})
    (found,) = out_of_pattern(logs.known, SLOT)
    assert (found.origin, found.first, found.stop, found.usual) == ("MT", 5 * 15 * A_DAY, 5 * 15 * A_DAY + 60, 5)


@pytest.mark.parametrize(
    "entries",
    [
        {"DE": 240, "MT": 60},  # a broadcast that all see
        {"DE": 20, "MT": FEWEST - 1},
        {"DE": 20, "MT": 29},
        {},
    ],
)
def test_what_all_logs_do_and_what_is_little_is_none(entries: dict[str, int]) -> None:
    logs = _level(DE=20, MT=5)
    logs.grow(SLOT, entries)
    assert out_of_pattern(logs.known, SLOT) == ()


def test_a_log_that_always_strays_is_left_alone_and_one_alone_is_judged_by_itself() -> None:
    logs = _Logs()
    for slot in range(SLOT - 15 * A_DAY, SLOT):
        logs.grow(slot, {"DE": 300, "MT": slot * 37 % 61})
    logs.grow(SLOT, {"DE": 300, "MT": 195})
    assert out_of_pattern(logs.known, SLOT) == ()
    alone = _level(ES=4)
    alone.grow(SLOT, {"ES": 90})
    assert len(out_of_pattern(alone.known, SLOT)) == 1


def test_a_week_must_be_known() -> None:
    for days, count in ((6, 0), (8, 1)):
        logs = _level(days, DE=20, MT=5)
        logs.grow(SLOT, {"DE": 20, "MT": 90})
        assert len(out_of_pattern(logs.known, SLOT)) == count


def invented(days: int, rng: Random) -> _Logs:
    """Give a campaign of so many days by ten minutes: its days, hours, moods of States from day to day and hour to hour, and chance."""
    logs = _Logs()
    whole, hours = campaign(days, rng), sum(HOURS)
    for day, count in enumerate(whole):
        for hour, weight in enumerate(HOURS):
            means = {code: count * share * weight / hours / 6 * rng.lognormvariate(0, 0.35) for code, share in SHARES.items()}
            for part in range(6):
                slot = SLOT + (day * 24 + hour) * 6 + part
                logs.grow(slot, {code: max(0, round(rng.gauss(mean, math.sqrt(mean)))) for code, mean in means.items()})
    return logs


def measured(campaigns: int, days: int, seed: int) -> tuple[int, int, int]:
    """Give how many ranges were named without cause, how many bursts were put in, and how many of these were found."""
    rng = Random(seed)
    false = put = found = 0
    for _ in range(campaigns):
        logs = invented(days, rng)
        slots = sorted(logs.known)
        ends: dict[str, int] = {}
        for slot in slots:
            for one in out_of_pattern(logs.known, slot):
                # What follows at once is one range.
                false += ends.get(one.origin) != one.first
                ends[one.origin] = one.stop
        for slot in rng.sample(slots[14 * A_DAY :], 20):
            whole = dict(logs.known[slot])
            before, after = whole.get("SE", (0, 0))
            logs.known[slot] = whole | {"SE": (before, after + 20 * max(after - before, 1) + 60)}
            put += 1
            found += any(one.origin == "SE" for one in out_of_pattern(logs.known, slot))
            logs.known[slot] = whole
    return false, put, found


def test_how_often_it_cries_wolf_and_what_it_finds() -> None:
    """The handbook says: one range in nine weeks without cause (920 days of 20 campaigns), and nearly every leap to twenty times found."""
    false, put, found = measured(campaigns=4, days=24, seed=5)
    assert false <= 1, false
    assert found >= 0.9 * put, (found, put)


def test_moves_are_noted_once_and_a_pause_is_none(live: Initiative, premises: Premises) -> None:
    collection = live_collection(live)
    assert not note_moves(collection, now=NOW)
    place.receive(premises, collection, "MT", 3)
    show(premises.store)
    later = NOW + timedelta(seconds=SLOT_SECONDS)
    assert note_moves(collection, now=later)
    assert not note_moves(collection, now=later + timedelta(seconds=20))
    assert note_moves(collection, now=later + timedelta(seconds=SLOT_SECONDS)), "nothing came, and that is known"
    known = moves.moves(collection)
    assert [(slot - SLOT, sorted(by_log.values())) for slot, by_log in sorted(known.items())] == [(1, [(0, 3)]), (2, [])]
    place.receive(premises, collection, "MT", 4)
    show(premises.store)
    assert note_moves(collection, now=later + timedelta(hours=2))
    assert moves.moves(collection) == known
    assert {origin: size for origin, size in LastMove.objects.get().sizes.items() if size} == {
        place.log_of(premises, collection, "MT").origin: 7
    }
    note_moves(collection, now=later + timedelta(days=30))
    note_moves(collection, now=later + timedelta(days=30, minutes=10))
    forget_moves(now=later + timedelta(days=30, minutes=10))
    assert [row.day for row in MoveDay.objects.all()] == [(later + timedelta(days=30, minutes=10)).date()]


@pytest.fixture
def found(live: Initiative, premises: Premises) -> BurstRange:
    """Give a burst of two moves, kept and not decided."""
    collection = live_collection(live)
    origin = place.log_of(premises, collection, "MT").origin
    place.receive(premises, collection, "MT", 1)
    show(premises.store)
    logs = _Logs()
    for slot in range(SLOT - 15 * A_DAY, SLOT - 1):
        logs.grow(slot, {origin: 1})
    logs.grow(SLOT - 1, {origin: 50})
    assert burst_ranges.look_for_bursts(collection, logs.known, now=NOW) == 1
    logs.grow(SLOT, {origin: 70})
    assert burst_ranges.look_for_bursts(collection, logs.known, now=NOW) == 1
    assert burst_ranges.look_for_bursts(collection, logs.known, now=NOW) == 0, "the same is found once"
    return BurstRange.objects.get()


def test_what_follows_at_once_is_one_range(found: BurstRange) -> None:
    first = 15 * A_DAY - 1
    assert (found.first_index, found.last_index, found.entries) == (first, first + 119, 120)
    assert (found.jurisdiction, found.day, found.decision) == ("MT", TODAY, "")
    assert (found.began_at, found.ended_at) == (slot_began(SLOT - 1), slot_began(SLOT + 1))


def test_a_range_is_public_when_somebody_said_what_it_was(live: Initiative, premises: Premises, found: BurstRange) -> None:
    def public() -> list[dict[str, object]]:
        shown = loading.find(live.slug, TODAY)
        assert shown is not None
        return json.loads(own.initiative_json(shown))["bursts"]

    version = live.version
    assert public() == []
    assert burst_ranges.shown_ranges(live, now=NOW) == (found,)
    with pytest.raises(Refused, match="burst-reason"):
        burst_ranges.decide(live, found.pk, "a person I know", ONE, now=NOW)
    with pytest.raises(Refused, match="burst-unknown"):
        burst_ranges.decide(live, found.pk + 1, "mailing", ONE, now=NOW)
    burst_ranges.decide(live, found.pk, "unexplained", ONE, now=NOW)
    with pytest.raises(Refused, match="burst-decided"):
        burst_ranges.decide(live, found.pk, "mailing", ONE, now=NOW)
    assert public() == [
        {
            "log": found.origin,
            "jurisdiction": "MT",
            "first_index": found.first_index,
            "last_index": found.last_index,
            "day": TODAY.isoformat(),
            "decision": "confirmed",
            "reason": "unexplained",
        }
    ]
    live.refresh_from_db()
    assert live.version > version
    found.refresh_from_db()
    assert (found.began_at, found.ended_at, found.decided_on) == (None, None, TODAY)
    entry = next(one for one in read_journal(live) if one["act"] == "burst-decided")
    assert entry["facts"]["decision"] == "confirmed"
    # The authority reads it in the letter beside its file, and no other authority does.
    assert letter._bursts(live, "MT", "online")[0][1:3] == [f"{found.first_index:,} to {found.last_index:,}", TODAY.isoformat()]
    assert letter._bursts(live, "ES", "online") == []
    assert burst_ranges.shown_ranges(live, now=NOW + timedelta(days=40)) == ()


def test_another_initiatives_range_is_none_of_ours(live: Initiative, found: BurstRange) -> None:
    other = Initiative(pk=live.pk + 1, slug="other")
    with pytest.raises(Refused, match="burst-unknown"):
        burst_ranges.decide(other, found.pk, "mailing", ONE, now=NOW)


def test_a_slot_is_ten_minutes() -> None:
    assert slot_began(slot_of(datetime(2026, 3, 29, 1, 9, 59, tzinfo=UTC))) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_nothing_finer_than_the_day_is_kept_for_more_than_sixteen_days(live: Initiative, premises: Premises) -> None:
    """Nor where nobody decided about a burst, nor of a collection whose statements are gone and that nobody looks at."""
    collection = live.live_collection()
    assert collection is not None
    MoveDay.objects.create(collection=collection, day=NOW.date(), counts={"3": {"origin": [0, 9]}})
    made = BurstRange.objects.create(
        collection=collection,
        origin="origin",
        jurisdiction="ES",
        first_index=0,
        last_index=8,
        usual=1.0,
        day=NOW.date(),
        began_at=NOW,
        ended_at=NOW + timedelta(minutes=10),
    )
    collection.destroyed_on = NOW.date()
    collection.save()
    look(premises.store, now=NOW + timedelta(days=15))
    made.refresh_from_db()
    assert (MoveDay.objects.count(), made.began_at) == (1, NOW)
    look(premises.store, now=NOW + timedelta(days=16))
    made.refresh_from_db()
    assert not MoveDay.objects.exists()
    assert (made.began_at, made.ended_at, made.day) == (None, None, NOW.date())
