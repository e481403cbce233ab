"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The app that keeps sums by day and by hour, and the alerts that were raised."""

    name = "civium.server.dashboard"
    label = "dashboard"
    default_auto_field = "django.db.models.BigAutoField"
