"""How Django knows this app."""

from __future__ import annotations

from django.apps import AppConfig


class CampaignConfig(AppConfig):
    """The app that keeps partners and daily totals by source."""

    name = "civium.server.campaign"
    label = "campaign"
    default_auto_field = "django.db.models.BigAutoField"
