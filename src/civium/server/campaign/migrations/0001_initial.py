"""Partners, and how many told of them by day."""

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
            name="Partner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=200)),
                ("added_on", models.DateField()),
                ("retired_on", models.DateField(blank=True, null=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="partners", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("code",),
                "constraints": [models.UniqueConstraint(fields=("initiative", "code"), name="partner_code_once")],
            },
        ),
        migrations.CreateModel(
            name="SourceDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("told", models.PositiveIntegerField(default=0)),
                (
                    "partner",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="days", to="campaign.partner"),
                ),
            ],
            options={
                "ordering": ("day",),
                "constraints": [models.UniqueConstraint(fields=("partner", "day"), name="source_day_once")],
            },
        ),
    ]
