"""What is kept of a data subject's request: what was asked and when, what became of it. Never who asked.

The rules are:
- no name, no address, no letter: the organisers' own reference leads to those, and its form leaves no room for them;
- the identifier of an entry is kept while the request is open, and goes with its answer.
"""

from __future__ import annotations

from django.db import models

from civium.server.initiatives.models import Initiative

LONGEST_REFERENCE = 24


class DataRequest(models.Model):
    """One request under Articles 15 to 21 of Regulation (EU) 2016/679, numbered within its initiative."""

    class Kind(models.TextChoices):
        """What is asked for."""

        ACCESS = "access"
        RECTIFICATION = "rectification"
        ERASURE = "erasure"
        RESTRICTION = "restriction"
        OBJECTION = "objection"
        OTHER = "other"

    class Outcome(models.TextChoices):
        """What became of it."""

        TOLD = "told"  # what the log shows was told
        DESTROYED = "destroyed"
        PASSED_ON = "passed-on"  # to the holder of the key, by a request file
        TAKEN_BACK = "taken-back"  # by the signatory, with the erasure code
        NOT_FOUND = "not-found"
        NOT_SHOWN_WHO = "not-shown-who"  # Art. 12(6): the person did not show who they are
        UNFOUNDED = "unfounded"  # Art. 12(5)
        NOT_OURS = "not-ours"

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="data_requests")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=LONGEST_REFERENCE, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    jurisdiction = models.CharField(max_length=32, blank=True)
    identifier = models.UUIDField(null=True)
    received_on = models.DateField()
    due_on = models.DateField()
    # Art. 12(3): two further months, told within the first.
    extended_on = models.DateField(null=True)
    filed_on = models.DateField(null=True)  # when the last request file was made
    answered_on = models.DateField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    # The destruction that was prepared for it.
    destruction = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("initiative", "number"), name="a_request_a_number"),)

    def __str__(self) -> str:
        return f"request {self.pk}"
