"""The weekly rate of repeats, kept as it was made."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table."""

    dependencies: ClassVar = [("initiatives", "0003_collection_destroyed_on")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RepeatRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("percent", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="repeat_rates", to="initiatives.collection"
                    ),
                ),
            ],
            options={
                "ordering": ("collection", "number"),
                "constraints": [models.UniqueConstraint(fields=("collection", "number"), name="one_rate_a_number")],
            },
        ),
    ]
