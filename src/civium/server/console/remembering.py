"""What must be remembered for minutes by all processes: failed attempts, used codes. A cache of Django's over one table.

The rules are:
- keys are kept as keyed hashes: they hold addresses, of people and of networks;
- values are JSON, never pickled objects;
- a code of an authenticator app is remembered for as long as the code would be accepted again.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction

_FOR_EVER = timedelta(days=365)
_USED_CODE = "allauth.mfa.totp.used"
_CODE_SECONDS = 120  # the present code, and those before and after it


class Remembering(BaseCache):
    """A cache in the table `Remembered`."""

    def __init__(self, _place: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ARG002
        """Give what is remembered, if its time is not over."""
        from civium.server.console.models import Remembered

        found = Remembered.objects.filter(pk=_hashed(key), until__gt=_now()).first()
        return default if found is None else found.value

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:  # noqa: ARG002
        """Remember."""
        from civium.server.console.models import Remembered

        _forget_what_is_over()
        Remembered.objects.update_or_create(pk=_hashed(key), defaults={"value": value, "until": self._until(key, timeout)})

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:  # noqa: ARG002
        """Remember what is not remembered yet; of two at the same moment, one is told that it did."""
        from civium.server.console.models import Remembered

        _forget_what_is_over()
        try:
            with transaction.atomic():
                Remembered.objects.create(pk=_hashed(key), value=value, until=self._until(key, timeout))
        except IntegrityError:
            return False
        return True

    def delete(self, key: str, version: int | None = None) -> bool:  # noqa: ARG002
        """Forget."""
        from civium.server.console.models import Remembered

        return bool(Remembered.objects.filter(pk=_hashed(key)).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        from civium.server.console.models import Remembered

        Remembered.objects.all().delete()

    def _until(self, key: str, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        if seconds is None:
            return _now() + _FOR_EVER
        return _now() + timedelta(seconds=max(float(seconds), _CODE_SECONDS) if key.startswith(_USED_CODE) else float(seconds))


def _hashed(key: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"civium console remembered\0" + key.encode(), sha256)


def _forget_what_is_over() -> None:
    from civium.server.console.models import Remembered

    Remembered.objects.filter(until__lte=_now()).delete()


def _now() -> datetime:
    return datetime.now(UTC)
