"""What is kept of those who work in the console: accounts, their roles, invitations, sessions, and ways back after a loss.

The rules are:
- models keep; the acts (accounts/invitations, accounts/membership, accounts/recovery) decide, and nobody else writes;
- a link that opens something is kept as its hash: whoever reads the tables can open nothing with them;
- a class that holds somebody's data shows nothing of it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from civium.server.console.permissions import Role
from civium.server.initiatives.models import Initiative

LONGEST_NAME = 60  # with the longest role it still is a person's name in the journal
LONGEST_ADDRESS = 254
_ROLES = [(role.value, role.value) for role in Role]


class _Shown:
    """Shows its class and nothing else."""

    def __str__(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by the address they log on with."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Give the account of an address."""
        return self.get(email=(username or "").lower())


class Account(_Shown, AbstractBaseUser):
    """Somebody who may log on: an address, a name for others to read, a password, and factors that allauth keeps."""

    email = models.CharField(max_length=LONGEST_ADDRESS, unique=True)
    name = models.CharField(max_length=LONGEST_NAME)
    language = models.CharField(max_length=2, default="en")  # in which they read the console
    is_active = models.BooleanField(default=True)
    made_on = models.DateField()

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Membership(_Shown, models.Model):
    """A role that an account holds: in an initiative, or, without one, on the installation."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, null=True, related_name="memberships")
    role = models.CharField(max_length=32, choices=_ROLES)
    since = models.DateField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("account", "initiative"), name="one_role_an_initiative"),
            models.UniqueConstraint(
                fields=("account",), condition=models.Q(initiative__isnull=True), name="one_role_on_the_installation"
            ),
        )

    @property
    def held(self) -> Role:
        """The role."""
        return Role(self.role)


class Invitation(_Shown, models.Model):
    """A link that somebody was given to take up a role; the row goes when it is accepted, withdrawn or over."""

    email = models.CharField(max_length=LONGEST_ADDRESS)
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=32, choices=_ROLES)
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.CharField(max_length=80)
    # Who invited, with an account; none from the command line, nor for an invitation that was made before this was kept.
    inviter = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    @property
    def held(self) -> Role:
        """The role that it gives."""
        return Role(self.role)


class Recovery(_Shown, models.Model):
    """A way back for somebody who lost what they log on with: two others of the initiative and the operator vouch, 24 hours pass.

    `token_hash` is that of the link with which a new password and a new factor are chosen; there is none before the wait is over.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recoveries")
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, null=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    seconded_by = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    operator = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    # 24 hours after the last of the three agreed.
    ready_at = models.DateTimeField(null=True)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("account",), name="one_way_back_at_a_time"),)


class ConsoleSession(_Shown, AbstractBaseSession):
    """A log-on that lasts: its key is kept as a hash, so that whoever reads the table can take over nobody's."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=80, blank=True)

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Give what reads and writes these."""
        from civium.server.console.sessions import SessionStore

        return SessionStore


class Remembered(_Shown, models.Model):
    """What is remembered for minutes, by all processes alike: attempts, and codes that were used. Keys are hashes."""

    key = models.BinaryField(primary_key=True, max_length=32)
    value = models.JSONField()
    until = models.DateTimeField(db_index=True)
