"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The app that keeps the register of data subjects' requests."""

    name = "civium.server.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
