"""Moves of the public log, and bursts as ranges between two of them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dashboard', '0001_initial'),
        ('initiatives', '0005_lifecycle'),
    ]

    operations = [
        migrations.CreateModel(
            name='LastMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sizes', models.JSONField(default=dict)),
                ('looked_at', models.DateTimeField()),
                ('collection', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='last_move', to='initiatives.collection')),
            ],
        ),
        migrations.CreateModel(
            name='BurstRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=400)),
                ('jurisdiction', models.CharField(max_length=32)),
                ('first_index', models.PositiveBigIntegerField()),
                ('last_index', models.PositiveBigIntegerField()),
                ('usual', models.FloatField()),
                ('day', models.DateField()),
                ('began_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, max_length=16)),
                ('reason', models.CharField(blank=True, max_length=32)),
                ('decided_on', models.DateField(null=True)),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='burst_ranges', to='initiatives.collection')),
            ],
            options={
                'ordering': ('day', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('origin', 'first_index'), name='a_range_begins_once')],
            },
        ),
        migrations.CreateModel(
            name='MoveDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('counts', models.JSONField(default=dict)),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='move_days', to='initiatives.collection')),
            ],
            options={
                'ordering': ('day',),
                'constraints': [models.UniqueConstraint(fields=('collection', 'day'), name='a_day_of_moves_once')],
            },
        ),
    ]
