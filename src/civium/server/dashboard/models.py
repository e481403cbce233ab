"""What is kept for the dashboard: sums by day of each log, sums by hour of a whole collection, and the alerts that were raised.

The rules are:
- a row is a sum; none belongs to a statement, and of a State nothing is kept that is finer than the day;
- hours are of a whole collection, whose total is public and live; they go after five weeks (hours.py);
- how far logs were at each move goes after sixteen days (moves.py); of a burst its range stays, and its day;
- days are written by days.py, hours by hours.py, alerts by alerting.py, bursts by burst_ranges.py, and by nobody else.
"""

from __future__ import annotations

from django.db import models

from civium.server.initiatives.models import Collection, Initiative

LONGEST_KIND, LONGEST_SUBJECT = 64, 64


class CountedLog(models.Model):
    """A log's entries by day (Brussels), destroyed ones included, and how far its leaf records were counted: each is read once, ever."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="counted_logs")
    origin = models.CharField(max_length=400, unique=True)
    jurisdiction = models.CharField(max_length=32)
    size = models.PositiveBigIntegerField(default=0)
    # Its head as the public log moved last: no page shows more.
    shown_size = models.PositiveBigIntegerField(default=0)
    shown_destroyed = models.PositiveBigIntegerField(default=0)
    # Days since 1970-01-01 -> entries. All days of a log change with its size, in one write.
    days = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.jurisdiction}: {self.size}"


class LastTotal(models.Model):
    """The entries of a collection when it was looked at last: what came since belongs to the hour of the next look."""

    collection = models.OneToOneField(Collection, on_delete=models.CASCADE, related_name="last_total")
    entries = models.PositiveBigIntegerField(default=0)
    hour = models.DateTimeField()
    # The hour of the first look: of what came before, no hour is known.
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.collection_id} {self.entries}"


class HourCount(models.Model):
    """How often something happened in an hour of a collection: `page`, `challenge`, `received`, or `refused:` with a code."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="hour_counts")
    hour = models.DateTimeField()
    kind = models.CharField(max_length=LONGEST_KIND)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("hour", "kind")
        constraints = (models.UniqueConstraint(fields=("collection", "hour", "kind"), name="hour_count_once"),)

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.kind}/{self.hour:%Y-%m-%dT%H}: {self.count}"


class LastMove(models.Model):
    """How far the public log of a collection was when it was looked at last."""

    collection = models.OneToOneField(Collection, on_delete=models.CASCADE, related_name="last_move")
    sizes = models.JSONField(default=dict)
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.collection_id} {self.looked_at}"


class MoveDay(models.Model):
    """How far each log was before and after the moves of one day (UTC), by ten minutes; gone after sixteen days (moves.py)."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="move_days")
    day = models.DateField()
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("collection", "day"), name="a_day_of_moves_once"),)

    def __str__(self) -> str:
        return f"{self.collection_id} {self.day}"


class BurstRange(models.Model):
    """A range of a log that came in far faster than usual, between two public checkpoints; public once somebody decided (burst_ranges.py)."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="burst_ranges")
    origin = models.CharField(max_length=400)
    jurisdiction = models.CharField(max_length=32)
    first_index = models.PositiveBigIntegerField()
    last_index = models.PositiveBigIntegerField()
    # The middle of what comes in ten minutes at that time of day.
    usual = models.FloatField()
    day = models.DateField()
    # For whoever has to decide, and nobody afterwards.
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    decided_on = models.DateField(null=True)

    class Meta:
        ordering = ("day", "pk")
        constraints = (models.UniqueConstraint(fields=("origin", "first_index"), name="a_range_begins_once"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.first_index}-{self.last_index}"

    @property
    def entries(self) -> int:
        """Give how many entries it holds."""
        return self.last_index - self.first_index + 1


class Alert(models.Model):
    """Something that organisers should look at: raised once, over when it is so no more."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=LONGEST_KIND)
    # What it is about: a jurisdiction, a date, or nothing.
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    facts = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-raised_at", "kind", "subject")
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "kind", "subject"), condition=models.Q(over_at=None), name="an_open_alert_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}/{self.subject}"


class AlertLetter(models.Model):
    """One alert that is still to be told to one account by e-mail; gone when the server took it."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="letters")
    # The console's account by its number: the address is read when the letter leaves.
    account = models.BigIntegerField()
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("alert", "account"), name="a_letter_once"),)

    def __str__(self) -> str:
        return f"{self.alert_id} {self.account}"
