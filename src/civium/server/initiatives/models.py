"""What the installation keeps of its initiatives: texts, keys, collections, manifests, exports and the journal.

The rules are:
- models keep; acts (setup, keys, live, lifecycle, exports, destruction) decide, and nobody else writes;
- nothing of a signatory is kept here: envelopes and leaf records are the store's;
- what was promised is never changed: texts get a new version, manifests the next sequence, the journal another entry.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from civium.server.initiatives.records import (
    Certificate,
    CertificateScan,
    Destruction,
    Event,
    HandOver,
    LegalHold,
    Preview,
    Proposal,
    Upload,
)

__all__ = [
    "AuthorityKey",
    "Certificate",
    "CertificateScan",
    "Collection",
    "Destruction",
    "Event",
    "Export",
    "HandOver",
    "Initiative",
    "InitiativeText",
    "Installation",
    "JournalEntry",
    "KeyTest",
    "LegalHold",
    "ManifestVersion",
    "Preview",
    "Proposal",
    "RepeatRate",
    "Upload",
]


class Installation(models.Model):
    """What this installation is for (one row). `version` rises whenever a public page may have changed."""

    purpose = models.CharField(max_length=32)
    operator = models.CharField(max_length=200, blank=True)
    operator_email = models.EmailField(blank=True)
    legal_basis = models.CharField(max_length=500, blank=True)
    stored_in = models.CharField(max_length=200, blank=True)
    made_on = models.DateField()
    version = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return self.purpose


class Initiative(models.Model):
    """One initiative as its organisers, and the register, describe it; the texts are by language."""

    slug = models.SlugField(max_length=64, unique=True)
    procedure = models.CharField(max_length=32)
    deployment = models.CharField(max_length=32)
    registration = models.CharField(max_length=64)
    register_url = models.URLField(max_length=500, blank=True)
    registered_on = models.DateField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    # Art. 8(1): the Commission is told of the start at least ten working days before it.
    start_told_on = models.DateField(null=True, blank=True)
    # Art. 10(3): of the channels, likewise.
    channels_told_on = models.DateField(null=True, blank=True)
    original_language = models.CharField(max_length=16)
    goal = models.PositiveIntegerField()
    organisers = models.JSONField(default=list, blank=True)
    legal_entity = models.JSONField(null=True, blank=True)
    contact_email = models.EmailField(blank=True)
    data_protection_officer = models.JSONField(null=True, blank=True)
    # Companion: where the Commission's central system collects for this initiative.
    central_url = models.URLField(max_length=500, blank=True)
    website = models.URLField(max_length=500, blank=True)
    funding_page = models.URLField(max_length=500, blank=True)
    funding = models.JSONField(null=True, blank=True)
    treaty_provisions = models.JSONField(default=list, blank=True)
    partial_registration = models.JSONField(null=True, blank=True)
    appearance = models.JSONField(default=dict, blank=True)
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    def text(self, language: str) -> InitiativeText | None:
        """Give the text in force in a language, or None where the organisers gave none."""
        return self.texts.filter(language=language).order_by("-version").first()

    def texts_in_force(self) -> dict[str, InitiativeText]:
        """Give the text in force of every language, in the order of the languages' codes."""
        return {text.language: text for text in self.texts.order_by("language", "version")}

    def live_collection(self) -> Collection | None:
        """Give the collection of this initiative, or None before it was opened."""
        return self.collections.exclude(state=Collection.State.OPENING).order_by("-pk").first()


class InitiativeText(models.Model):
    """The initiative in one language. A change is a new version; older ones stay, as statements were given to them."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=400)
    objectives = models.TextField()
    lead = models.TextField(blank=True)
    annex = models.TextField(blank=True)
    treaties = models.TextField(blank=True)
    additional_information = models.TextField(blank=True)
    draft_act = models.TextField(blank=True)
    language_note = models.CharField(max_length=400, blank=True)
    share_text = models.CharField(max_length=600, blank=True)
    thanks_note = models.TextField(blank=True)
    organiser_questions = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("initiative", "language", "version")
        constraints = (models.UniqueConstraint(fields=("initiative", "language", "version"), name="one_text_a_version"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.language}/{self.version}"


class AuthorityKey(models.Model):
    """A competent authority's public key for one initiative. Proven when its owner opened a test; first among the proven: the newest."""

    class Holder(models.TextChoices):
        """Who holds the private half."""

        AUTHORITY = "authority"
        ORGANISERS = "organisers"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="keys")
    jurisdiction = models.CharField(max_length=32)
    suite = models.CharField(max_length=32)
    public_key = models.BinaryField()
    key_id = models.BinaryField(max_length=16)
    custody_note = models.CharField(max_length=300, blank=True)
    # Who has the private half: the pages say who can read by this (the manifest does not say it).
    holder = models.CharField(max_length=16, choices=Holder.choices, default=Holder.AUTHORITY)
    added_on = models.DateField()
    proven_on = models.DateField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("jurisdiction", "pk")
        constraints = (models.UniqueConstraint(fields=("initiative", "key_id"), name="a_key_once"),)

    def __str__(self) -> str:
        return f"{self.jurisdiction}/{bytes(self.key_id).hex()}"


class KeyTest(models.Model):
    """A question put to the owner of a key. Only the hash of its answer is kept."""

    key = models.ForeignKey(AuthorityKey, on_delete=models.CASCADE, related_name="tests")
    answer_hash = models.BinaryField(max_length=32)
    made_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"test {self.pk}"


class Collection(models.Model):
    """What was opened for statements: 16 random bytes, its log key and its state. `opening` means: made, not yet in the store."""

    class State(models.TextChoices):
        """What organisers have done; whether the period runs follows from the dates."""

        OPENING = "opening"
        OPEN = "open"
        PAUSED = "paused"
        ENDED = "ended"

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="collections")
    collection_id = models.BinaryField(max_length=16, unique=True)
    host = models.CharField(max_length=253)
    log_key = models.BinaryField(max_length=32)
    generation = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPENING)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    # When all envelopes were destroyed; leaf records stay.
    destroyed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.hex

    @property
    def identifier(self) -> bytes:
        """The collection's 16 bytes."""
        return bytes(self.collection_id)

    @property
    def hex(self) -> str:
        """The collection's name in addresses and manifests."""
        return self.identifier.hex()

    def current_manifest(self) -> ManifestVersion:
        """Give the manifest in force."""
        latest = self.manifests.filter(is_published=True).order_by("-sequence").first()
        assert latest is not None, "a collection is made with its first manifest"
        return latest


class ManifestVersion(models.Model):
    """One signed manifest of a collection, with the texts and rules that it names, so that it can be checked for ever."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="manifests")
    sequence = models.PositiveIntegerField()
    manifest = models.BinaryField()
    signature = models.TextField()
    sha256 = models.BinaryField(max_length=32)
    # language -> canonical JSON of the text, as hashed in the manifest.
    texts = models.JSONField()
    rules = models.BinaryField()
    made_at = models.DateTimeField()
    # False from here until the store has it: an interrupted change is finished, or dropped, by running it again.
    is_published = models.BooleanField(default=False)

    class Meta:
        ordering = ("collection", "sequence")
        constraints = (models.UniqueConstraint(fields=("collection", "sequence"), name="one_manifest_a_sequence"),)

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.sequence}"


class RepeatRate(models.Model):
    """How many statements of a collection repeated others when this was made; never renewed within a week (repeat_rate.py)."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="repeat_rates")
    number = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("collection", "number")
        constraints = (models.UniqueConstraint(fields=("collection", "number"), name="one_rate_a_number"),)

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.number}"


class Export(models.Model):
    """One file that was made for an authority, or to work with. Never the file's content."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="exports")
    jurisdiction = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=32)
    file_name = models.CharField(max_length=200)
    rows = models.PositiveBigIntegerField()
    statements = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    override_reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.file_name


class JournalEntry(models.Model):
    """Who did what and when, each entry bound to the one before. Only journal.py writes here; the database refuses changes."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=48)
    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, null=True, related_name="journal")
    persons = models.JSONField()
    facts = models.JSONField()
    previous = models.BinaryField(max_length=32)
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append the entry; an entry that exists is never written again."""
        assert self._state.adding, "the journal is append-only"
        super().save(*args, **kwargs)
