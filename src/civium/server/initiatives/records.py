"""What is kept of an initiative's life beyond its collection: events, hand-overs, certificates, holds, destructions, proposals.

The rules are:
- the acts (standing, certifying, retention, holds, destroying_all, proposals, uploads) decide, and nobody else writes;
- nothing of a signatory is kept here: numbers by jurisdiction alone;
- dates are those of Brussels.
"""

from __future__ import annotations

from django.db import models

_INITIATIVE = "initiatives.Initiative"


class Event(models.Model):
    """Something that happened once in an initiative's life, with its day: what the law counts from (law/periods.py)."""

    class Kind(models.TextChoices):
        """Names as the law's deadlines know them, without their ending `_on`."""

        WITHDRAWN = "withdrawn"
        SUBMITTED = "submitted"
        PUBLISHED = "published"
        ANSWERED = "answered"
        ACTION_ANNOUNCED = "action-announced"
        INSUFFICIENT = "insufficient"

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=32, choices=Kind.choices)
    happened_on = models.DateField()
    reference = models.CharField(max_length=200, blank=True)
    recorded_on = models.DateField()

    class Meta:
        ordering = ("happened_on", "pk")
        constraints = (models.UniqueConstraint(fields=("initiative", "kind"), name="an_event_once"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.kind}"


class HandOver(models.Model):
    """What one authority was given: a log, or paper sheets that no log holds (`channel` is then `sheets`)."""

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.PROTECT, related_name="hand_overs")
    jurisdiction = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    statements = models.PositiveBigIntegerField()
    handed_over_on = models.DateField()
    way = models.CharField(max_length=32, blank=True)
    # When the authority confirmed that it has it: its three months begin with the last of paper and online (Art. 12(4)).
    received_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("jurisdiction", "channel")
        constraints = (models.UniqueConstraint(fields=("initiative", "jurisdiction", "channel"), name="handed_over_once"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.jurisdiction}/{self.channel}"


class Certificate(models.Model):
    """What one authority certified (Annex VI): how many statements on paper and how many online are valid."""

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.PROTECT, related_name="certificates")
    jurisdiction = models.CharField(max_length=32)
    online_valid = models.PositiveBigIntegerField()
    paper_valid = models.PositiveBigIntegerField()
    certified_on = models.DateField()
    reference = models.CharField(max_length=200)
    recorded_on = models.DateField()

    class Meta:
        ordering = ("jurisdiction",)
        constraints = (models.UniqueConstraint(fields=("initiative", "jurisdiction"), name="one_certificate_a_jurisdiction"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.jurisdiction}"

    @property
    def valid(self) -> int:
        """Paper and online together."""
        return self.online_valid + self.paper_valid


class CertificateScan(models.Model):
    """The signed paper of a certificate, as it came: evidence beside the numbers that were recorded. Never changed;
    it goes with the statements (scan_retention.py)."""

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.PROTECT, related_name="certificate_scans")
    jurisdiction = models.CharField(max_length=32)
    sha256 = models.BinaryField(max_length=32)
    content = models.BinaryField()
    pages = models.PositiveIntegerField()
    kept_on = models.DateField()
    kept_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("jurisdiction", "pk")
        constraints = (models.UniqueConstraint(fields=("initiative", "jurisdiction", "sha256"), name="a_scan_once"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.jurisdiction}/{self.pk}"


class LegalHold(models.Model):
    """Why nothing of an initiative is destroyed for now: proceedings that relate to it (Art. 19(7))."""

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.PROTECT, related_name="holds")
    proceedings = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    ends_by = models.CharField(max_length=200)
    placed_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True)
    proceedings_ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("initiative",), condition=models.Q(lifted_on=None), name="one_hold_at_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.pk}"


class Destruction(models.Model):
    """One destruction of all statements of an initiative, from its order to its proof. `facts` are what the proof says."""

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.PROTECT, related_name="destructions")
    ground = models.CharField(max_length=16)
    article = models.CharField(max_length=64)
    due_on = models.DateField(null=True, blank=True)
    persons = models.JSONField()
    ordered_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("initiative",), condition=models.Q(finished_at=None), name="one_order_at_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.pk}"


class Proposal(models.Model):
    """An act that one person proposed and that waits for a second. Accounts are named by what never changes of them."""

    class State(models.TextChoices):
        """`begun` means: agreed, not yet done; an interrupted act is agreed to once more."""

        OPEN = "open"
        BEGUN = "begun"
        DONE = "done"
        WITHDRAWN = "withdrawn"
        LAPSED = "lapsed"

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.PROTECT, related_name="proposals")
    act = models.CharField(max_length=48)
    facts = models.JSONField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    by_account = models.CharField(max_length=64)
    by_name = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    second_account = models.CharField(max_length=64, blank=True)
    second_name = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.act}/{self.pk}"


class Upload(models.Model):
    """A picture or paper that organisers gave, by the hash of its bytes within the initiative. It falls with the initiative."""

    class Kind(models.TextChoices):
        """What it was given as."""

        LOGO = "logo"
        COVER = "cover"
        CERTIFICATE = "certificate"

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.CASCADE, related_name="uploads")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=64)
    content = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("initiative", "sha256"), name="a_file_once"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.sha256[:8]}"


class Preview(models.Model):
    """That an initiative in set-up can be tried, until when, by which link. What is tried lies in a folder of its own (server/preview/place.py)."""

    initiative = models.OneToOneField(_INITIATIVE, on_delete=models.PROTECT, related_name="preview")
    collection_id = models.BinaryField(max_length=16, unique=True)
    # The link follows from the secret and the installation's key; only its hash is kept. Empty, and null: the link is closed.
    link_secret = models.BinaryField(max_length=32)
    link_hash = models.BinaryField(max_length=32, null=True, unique=True)
    opened_on = models.DateField()
    last_on = models.DateField()
    # When a change of set-up made another collection of it; and with which set-up, and which scripts, its manifest was last compared.
    made_anew_at = models.DateTimeField(null=True)
    compared_with = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.identifier.hex()

    @property
    def identifier(self) -> bytes:
        """Its collection's 16 bytes."""
        return bytes(self.collection_id)
