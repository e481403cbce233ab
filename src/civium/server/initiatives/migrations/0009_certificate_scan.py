"""Certificates: the signed paper, kept beside its numbers."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table."""

    dependencies: ClassVar = [
        ("initiatives", "0008_upload"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CertificateScan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                ("sha256", models.BinaryField(max_length=32)),
                ("content", models.BinaryField()),
                ("pages", models.PositiveIntegerField()),
                ("kept_on", models.DateField()),
                ("kept_by", models.CharField(max_length=80)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate_scans",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ("jurisdiction", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("initiative", "jurisdiction", "sha256"), name="a_scan_once"),
                ],
            },
        ),
    ]
