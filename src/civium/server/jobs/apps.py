"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The app that keeps jobs: what was asked for, how far it is, what came of it."""

    name = "civium.server.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
