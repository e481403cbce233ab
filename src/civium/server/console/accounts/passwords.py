"""Which passwords are refused: those under twelve characters, those that others often choose, those made of one's own name or of ours.

And how they are hashed: a few at once, as each takes a hundred megabytes for a moment.
"""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from civium.server.console.models import Account

_FEWEST_DIFFERENT = 5
_USUAL = ("civium", "initiative", "console", "password", "passwort", "organiser")


_AT_ONCE = BoundedSemaphore(4)


class FewAtOnce(Argon2PasswordHasher):
    """Argon2id, four at the same time in a process: a hundred log-ons from a hundred networks wait, where they would take all memory.

    Statements are received by the same machine. Passkeys need no password.
    """

    def encode(self, password: str, salt: str) -> str:
        """Hash a password."""
        with _AT_ONCE:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Say whether a hash is that of a password."""
        with _AT_ONCE:
            return bool(super().verify(password, encoded))


class NotOneOfTheUsual:
    """Refuses what is typed by rote: one sign again and again, a row of the keyboard, the product's name with a year behind it."""

    def validate(self, password: str, user: Account | None = None) -> None:  # noqa: ARG002  Django gives it
        """Raise Django's error for such a password."""
        letters = "".join(sign for sign in password.lower() if sign.isalpha())
        if (
            len(set(password)) < _FEWEST_DIFFERENT
            or any(not letters.replace(word, "") for word in _USUAL)
            or password.lower() in _rows()
        ):
            raise ValidationError("too usual", code="password_too_common")

    def get_help_text(self) -> str:
        """Say what is asked; the page says it in its own words."""
        return "Not a word that others would guess."


def _rows() -> frozenset[str]:
    """Give the beginnings of the keyboard's rows, typed once or twice."""
    rows = ("1234567890", "qwertyuiop", "asdfghjkl", "azertyuiop", "qwertzuiop", "abcdefghijkl")
    return frozenset(piece for row in rows for piece in ((row * 2)[:length] for length in range(12, 21)))
