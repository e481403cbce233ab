"""Makes the register's files and drafts known to Django."""

from __future__ import annotations

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The register's files and drafts of set-up."""

    name = "civium.server.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
