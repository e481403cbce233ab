"""Previews: that an initiative in set-up can be tried, until when, by which link."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table."""

    dependencies: ClassVar = [
        ('initiatives', '0005_lifecycle'),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name='Preview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collection_id', models.BinaryField(max_length=16, unique=True)),
                ('link_secret', models.BinaryField(max_length=32)),
                ('link_hash', models.BinaryField(max_length=32, null=True, unique=True)),
                ('opened_on', models.DateField()),
                ('last_on', models.DateField()),
                ('made_anew_at', models.DateTimeField(null=True)),
                ('compared_with', models.CharField(max_length=100)),
                ('initiative', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='preview', to='initiatives.initiative')),
            ],
        ),
    ]
