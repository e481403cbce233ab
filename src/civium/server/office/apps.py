"""How Django knows this app; as it begins, the procedures that were added to the installation are made known."""

from __future__ import annotations

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The app that keeps tallies, what was done of the duties, letters and the ledger."""

    name = "civium.server.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the installation's own procedures known. Raises Misconfigured `procedure-faulty`, `procedure-name-taken`."""
        from django.conf import settings

        from civium.server.procedures import take_in_procedures

        take_in_procedures(settings.CONFIG)
