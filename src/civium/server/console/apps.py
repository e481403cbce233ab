"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The app that keeps accounts, memberships, invitations and sessions."""

    name = "civium.server.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear what allauth says of log-ons and factors, so that the journal does."""
        from civium.server.console.accounts import hearing

        hearing.listen()
