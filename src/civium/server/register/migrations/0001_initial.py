"""Files of the register, and drafts."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds both tables."""

    initial = True
    dependencies: ClassVar = [("initiatives", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RegisterFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=8)),
                ("content", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("exported_at", models.DateTimeField(blank=True, null=True)),
                ("given_at", models.DateTimeField()),
                ("given_by", models.CharField(max_length=80)),
                ("taken_over_at", models.DateTimeField(blank=True, null=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="register_files", to="initiatives.initiative"
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=64)),
                ("screen", models.CharField(max_length=48)),
                ("told", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("initiative", "account", "screen"), name="one_draft_a_screen")
                ],
            },
        ),
    ]
