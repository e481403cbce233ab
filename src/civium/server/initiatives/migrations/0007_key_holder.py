"""Keys: who holds the private half. Those that were given before are authorities'."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies: ClassVar = [
        ("initiatives", "0006_preview"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="authoritykey",
            name="holder",
            field=models.CharField(
                choices=[("authority", "Authority"), ("organisers", "Organisers")], default="authority", max_length=16
            ),
        ),
    ]
