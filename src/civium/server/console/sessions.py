"""Sessions of the console in the database: listed for their owner, ended by them, kept under the hash of what the cookie holds.

The rules are:
- a session lives twelve hours at most, and fifteen minutes without its owner (the gate looks);
- what a table or a backup of it holds opens no session: the cookie's value is not in it; what somebody typed, and the secret of an app that is
  being set up, are sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from civium.server.console.models import ConsoleSession
from civium.server.console.sealing import seal, unsealed

_KINDS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_PURPOSE = b"civium console sessions v1"
_WRITTEN = ("session_data", "expire_date", "account_id", "started_at", "seen_at", "device")
_BROWSERS = (("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


def kept_key(session_key: str) -> str:
    """Give the name under which the session of a cookie is kept."""
    return sha256(b"civium console session\0" + session_key.encode()).hexdigest()[:40]


def device_of(agent: str) -> str:
    """Give kind of device and browser, of what a browser says of itself; nothing else of it is kept."""
    kind = next((name for sign, name in _KINDS if sign in agent), "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    return ", ".join(part for part in (browser, kind) if part)


class SessionStore(DatabaseStore):
    """Django's sessions in the database, under hashes, with their owner beside them."""

    @classmethod
    def get_model_class(cls) -> type[ConsoleSession]:
        """Give the table."""
        return ConsoleSession

    def _get_session_from_db(self) -> ConsoleSession | None:
        if not self.session_key:
            return None
        found = ConsoleSession.objects.filter(session_key=kept_key(self.session_key), expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def load(self) -> dict[str, Any]:
        """Give what the session holds; nothing if there is none."""
        found = self._get_session_from_db()
        return self.decode(found.session_data) if found else {}

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Give what is kept of a session."""
        return seal(super().encode(session_dict), _PURPOSE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Give what was kept; nothing of what was not kept here."""
        try:
            found: dict[str, Any] = super().decode(
                unsealed(session_data.decode() if isinstance(session_data, bytes) else session_data, _PURPOSE)
            )
        except ValueError:
            return {}
        return found

    def exists(self, session_key: str) -> bool:
        """Say whether there is such a session."""
        return ConsoleSession.objects.filter(session_key=kept_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> ConsoleSession:
        """Give the row to write."""
        owner = data.get("_auth_user_id")
        return ConsoleSession(
            session_key=kept_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]  # Django's own, for those who write a store
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=int(owner) if owner else None,
            started_at=_moment(data.get("started_at")),
            seen_at=_moment(data.get("seen_at")),
            device=str(data.get("device", ""))[:80],
        )

    def save(self, must_create: bool = False) -> None:
        """Write the session. One that was ended meanwhile, from another device, is not written again."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # likewise
        row = self.create_model_instance(data)
        if must_create:
            row.save(force_insert=True)
        elif not ConsoleSession.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in _WRITTEN}):
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        """End the session."""
        key = session_key or self.session_key
        if key is not None:
            ConsoleSession.objects.filter(session_key=kept_key(key)).delete()


def is_of_somebody(session_key: str) -> bool:
    """Say whether the session of a cookie belongs to an account and is not over."""
    kept = ConsoleSession.objects.filter(session_key=kept_key(session_key), expire_date__gt=timezone.now())
    return kept.filter(account__isnull=False).exists()


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
