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

    class Meta:
        constraints = (models.UniqueConstraint(fields=("initiative", "folded"), name="one_subscription_an_address"),)
        indexes = (models.Index(fields=("stop_hash",), name="subscription_stop"),)


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
