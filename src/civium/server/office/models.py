"""What the office keeps: tallies of paper, what was done of the duties, letters that were written, the ledger of funding.

The rules are:
- the acts (paper, duties, letters, funding, reminders) decide, and nobody else writes;
- nothing is overwritten: a correction is another row, with who made it and why;
- nothing of a signatory is kept here: numbers by place and week alone.
"""

from __future__ import annotations

from django.db import models

from civium.server.initiatives.models import Initiative

LONGEST_LINE, LONGEST_NOTE, LONGEST_ADDRESS = 200, 500, 400


class PaperTally(models.Model):
    """How many statements on paper somebody counted for one jurisdiction and week (its Monday). The highest version holds."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="paper_tallies")
    jurisdiction = models.CharField(max_length=32)
    week = models.DateField()
    version = models.PositiveIntegerField()
    number = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=LONGEST_NOTE, blank=True)
    by = models.CharField(max_length=LONGEST_LINE)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("week", "jurisdiction", "version")
        constraints = (
            models.UniqueConstraint(fields=("initiative", "jurisdiction", "week", "version"), name="one_tally_a_version"),
        )

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.jurisdiction}/{self.week}/{self.version}"


class PaperPlace(models.Model):
    """Where filled forms are sent, and the Commission's code for uploading them: both stand on every form."""

    initiative = models.OneToOneField(Initiative, on_delete=models.PROTECT, related_name="paper_place")
    send_to = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    upload_code = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.initiative_id}"


class DutyMark(models.Model):
    """That a duty was done on a day, or that this was a mistake. The newest mark of a duty and date holds."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="duty_marks")
    duty = models.CharField(max_length=40)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)  # None: not done after all
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    by = models.CharField(max_length=LONGEST_LINE)
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.duty}/{self.due_on}"


class KeptLetter(models.Model):
    """A letter as it was written, whole; and when and how it was sent."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="letters")
    letter = models.CharField(max_length=40)
    language = models.CharField(max_length=16)
    told = models.JSONField()
    by = models.CharField(max_length=LONGEST_LINE)
    written_at = models.DateTimeField()
    sent_on = models.DateField(null=True, blank=True)
    sent_how = models.CharField(max_length=LONGEST_LINE, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.letter}/{self.pk}"


class Support(models.Model):
    """One entry of the ledger (Art. 17): money with its amount, or help that cannot be counted. Struck entries stay, struck."""

    class Kind(models.TextChoices):
        """What was given."""

        MONEY = "money"
        HELP = "help"

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="supports")
    sponsor = models.CharField(max_length=LONGEST_LINE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    cents = models.PositiveBigIntegerField(default=0)
    given_on = models.DateField()
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    by = models.CharField(max_length=LONGEST_LINE)
    entered_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.CharField(max_length=LONGEST_LINE, blank=True)
    struck_reason = models.CharField(max_length=LONGEST_NOTE, blank=True)

    class Meta:
        ordering = ("given_on", "pk")

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.pk}"


class Reminder(models.Model):
    """That a duty was called to mind so many days before it is due: once."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="reminders")
    duty = models.CharField(max_length=40)
    due_on = models.DateField()
    days_before = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("initiative", "duty", "due_on", "days_before"), name="one_reminder_a_distance"),
        )

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.duty}/{self.due_on}/{self.days_before}"
