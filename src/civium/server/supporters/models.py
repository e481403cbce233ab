"""What is kept of those who left an address or an opinion. No row leads to a statement, and none tells more than the day.

The rules are:
- keys are random, so that no order tells who came first: on SQLite the key is where a row lies;
- models keep; the acts (asking, feedback, sending, retention) decide, and nobody else writes;
- a class that holds somebody's data shows nothing of it.
"""

from __future__ import annotations

import secrets

from django.db import models

from civium.server.initiatives.models import Initiative

LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets
LONGEST_COMMENT = 1_000
LONGEST_SUBJECT = 150
LONGEST_TEXT = 20_000


def random_key() -> int:
    """Give a key that says nothing: 62 bits, so that both databases' integers hold it."""
    return secrets.randbits(62) + 1


class _Shown(models.Model):
    """Shows its class and nothing else."""

    id = models.BigAutoField(primary_key=True, default=random_key)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class ConsentText(models.Model):
    """The words that were agreed to, as they stood on the page, once for all who agreed to the same (GDPR, Art. 7(1))."""

    sha256 = models.BinaryField(max_length=32, unique=True)
    language = models.CharField(max_length=16)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.language}/{bytes(self.sha256).hex()[:12]}"


class _Consent(_Shown):
    """An address, what its owner agreed to, in which words and on which day."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=LONGEST_ADDRESS)
    # The address in small letters: one person, one row.
    folded = models.CharField(max_length=LONGEST_ADDRESS)
    language = models.CharField(max_length=16)
    wants_news = models.BooleanField()
    wants_other_news = models.BooleanField()
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    stop_hash = models.BinaryField(max_length=32)

    class Meta:
        abstract = True


class Unconfirmed(_Consent):
    """Somebody typed this address; whether it was its owner is not known yet. Destroyed after seven days."""

    expires_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("initiative", "folded"), name="one_question_an_address"),)
        indexes = (models.Index(fields=("stop_hash",), name="unconfirmed_stop"),)


class Subscription(_Consent):
    """The owner of this address agreed, and confirmed it."""

    confirmed_on = models.DateField()
    # How many letters came back for good, and the message of the last one (0: a mail that this site wrote by itself).
    returned = models.PositiveSmallIntegerField(default=0)
    returned_message = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("initiative", "folded"), name="one_subscription_an_address"),)
        indexes = (
            models.Index(fields=("stop_hash",), name="subscription_stop"),
            # A message walks along the keys; counts are read from the second index alone.
            models.Index(fields=("initiative", "id"), name="subscription_walk"),
            models.Index(fields=("initiative", "language", "text", "wants_news", "wants_other_news"), name="subscription_counts"),
        )


class ConfirmationToken(_Shown):
    """The hash of a token that was mailed. A mail that was sent twice has two, and both confirm."""

    question = models.ForeignKey(Unconfirmed, on_delete=models.CASCADE, related_name="tokens")
    token_hash = models.BinaryField(max_length=32, unique=True)


class MailsOfToday(_Shown):
    """How many mails were asked for an address on a day, whatever became of them; gone the day after."""

    folded_hash = models.BinaryField(max_length=32)
    day = models.DateField()
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("folded_hash", "day"), name="one_count_a_day"),)


class WaitingMail(_Shown):
    """A mail that is to be sent. Gone when it was; it has no time until a try failed."""

    question = models.ForeignKey(Unconfirmed, on_delete=models.CASCADE, null=True, related_name="mails")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, null=True, related_name="mails")
    tries = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("not_before",), name="waiting_since"),)


class Feedback(_Shown):
    """How it was to sign: a grade, a comment, the day. Nobody's."""

    class Grade(models.IntegerChoices):
        """From bad to good."""

        BAD = 1
        FAIR = 2
        FINE = 3
        GOOD = 4

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    comment = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    language = models.CharField(max_length=16)
    given_on = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=("initiative", "grade"), name="feedback_grades"),
            models.Index(fields=("initiative", "given_on", "id"), name="feedback_days"),
        )


class Message(models.Model):
    """What organisers write to those who agreed. Changed while it is a draft only; nothing of a reader is in it."""

    class State(models.TextChoices):
        """From the first word to the last copy."""

        DRAFT = "draft"
        SENDING = "sending"
        STOPPED = "stopped"
        FINISHED = "finished"

    class Purpose(models.TextChoices):
        """What its readers agreed to."""

        NEWS = "news"
        OTHER = "other"

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    a_minute = models.PositiveIntegerField()
    made_on = models.DateField()
    begun_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    # Why it was stopped, where no person did it.
    stopped_because = models.CharField(max_length=32, blank=True)
    # Where the walk along the subscriptions' keys stands, and when the next copy may leave.
    after_key = models.BigIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    # Makes an address's mark in MessageCopy; destroyed with the last of them.
    salt = models.BinaryField(max_length=32, default=bytes)
    addressed = models.PositiveIntegerField(default=0)
    visited = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    given_up = models.PositiveIntegerField(default=0)
    unsure = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("initiative", "number")
        constraints = (models.UniqueConstraint(fields=("initiative", "number"), name="one_message_a_number"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.number}"


class MessageText(models.Model):
    """A message in one language: plain text."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    text = models.TextField()

    class Meta:
        ordering = ("language",)
        constraints = (models.UniqueConstraint(fields=("message", "language"), name="one_text_a_language"),)

    def __str__(self) -> str:
        return f"{self.message_id}/{self.language}"


class MessageCopy(_Shown):
    """One reader's copy while a message is being sent: what keeps an address from getting it twice. All go when it is finished."""

    class State(models.IntegerChoices):
        """What is known of it."""

        IN_HAND = 1
        WAITING = 2
        SETTLED = 3

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    # HMAC of the address under the message's salt: the same for whoever stops letters and asks for them again meanwhile.
    mark = models.BinaryField(max_length=32)
    subscription = models.ForeignKey(Subscription, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.IN_HAND)
    tries = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("message", "mark"), name="one_copy_an_address"),)
        indexes = (models.Index(fields=("message", "state", "not_before"), name="copies_due"),)
