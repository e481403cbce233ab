"""What is kept of a job: what was asked for and by whom, how far it is, who does it now, what came of it.

The rules are:
- queue.py alone writes here; a row changes only by an update that names who holds it, so that two never do one job;
- facts are plain JSON, nothing personal of signatories: identifiers of entries are the most that may stand in them.
"""

from __future__ import annotations

from django.db import models

from civium.server.initiatives.models import Initiative


class Job(models.Model):
    """One piece of work. `held`: it waits for another person; `waiting`: for its turn, or for the hour in `not_before`."""

    class State(models.TextChoices):
        """Where a job stands; the last three are for ever."""

        HELD = "held"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        FAILED = "failed"

    kind = models.CharField(max_length=32)
    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, null=True, related_name="jobs")
    facts = models.JSONField(default=dict)
    # Grows while the job runs: what is in it need not be done again after a kill.
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    asked_by = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    done_before = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    # How often it was begun, and how often it died without a word.
    begins = models.PositiveIntegerField(default=0)
    deaths = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True)
    heard_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=160, blank=True)
    failure = models.JSONField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("state", "not_before"), name="jobs_that_wait"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing will be done any more."""
        return self.state in (self.State.DONE, self.State.STOPPED, self.State.FAILED)
