"""How many forms one network may send: in memory only, as the intake does it (server/intake/limits.py)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from civium.server.intake.limits import Limits, share_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from civium.server.config import Config

# A stand in a street shares a network; whoever wants to fill strangers' mailboxes needs far more.
FORMS_A_MINUTE = 20


class FormLimits:
    """Counts forms by network, for several threads."""

    def __init__(self, config: Config) -> None:
        self._limits = Limits(share_of(FORMS_A_MINUTE, config.workers) if config.limit else 0, config.proxies)
        self._turn = threading.Lock()

    def check(self, request: HttpRequest) -> None:
        """Count one form. Raises Refused `too-many`."""
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").encode("latin-1", "replace")
        scope = {"client": (request.META.get("REMOTE_ADDR", ""), 0), "headers": [(b"x-forwarded-for", forwarded)]}
        with self._turn:
            self._limits.check(scope)
