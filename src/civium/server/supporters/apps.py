"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class SupportersConfig(AppConfig):
    """The app that keeps e-mail addresses, the mail that waits, and feedback."""

    name = "civium.server.supporters"
    label = "supporters"
    default_auto_field = "django.db.models.BigAutoField"
