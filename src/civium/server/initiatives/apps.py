"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    """The app that keeps initiatives, keys, manifests, exports and the journal."""

    name = "civium.server.initiatives"
    label = "initiatives"
    default_auto_field = "django.db.models.BigAutoField"
