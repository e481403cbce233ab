"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class AnnexVConfig(AppConfig):
    """The app that keeps how statements go to each authority."""

    name = "civium.server.annex_v"
    label = "annex_v"
    default_auto_field = "django.db.models.BigAutoField"
