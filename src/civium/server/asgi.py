"""Django as an ASGI application: what the front door calls for everything that is not a hot path."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.core.asgi import get_asgi_application

if TYPE_CHECKING:
    from django.core.handlers.asgi import ASGIHandler


def django_application() -> ASGIHandler:
    """Give Django's ASGI application, set up with this package's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civium.server.settings")
    return get_asgi_application()
