"""What the dashboard keeps: sums by day and hour, alerts and their letters."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('initiatives', '0004_repeat_rate'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('subject', models.CharField(blank=True, max_length=64)),
                ('facts', models.JSONField(default=dict)),
                ('raised_at', models.DateTimeField()),
                ('over_at', models.DateTimeField(blank=True, null=True)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('-raised_at', 'kind', 'subject'),
            },
        ),
        migrations.CreateModel(
            name='AlertLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.BigIntegerField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='dashboard.alert')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='CountedLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=400, unique=True)),
                ('jurisdiction', models.CharField(max_length=32)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('shown_size', models.PositiveBigIntegerField(default=0)),
                ('shown_destroyed', models.PositiveBigIntegerField(default=0)),
                ('days', models.JSONField(default=dict)),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted_logs', to='initiatives.collection')),
            ],
        ),
        migrations.CreateModel(
            name='HourCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField()),
                ('kind', models.CharField(max_length=64)),
                ('count', models.PositiveBigIntegerField(default=0)),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hour_counts', to='initiatives.collection')),
            ],
            options={
                'ordering': ('hour', 'kind'),
            },
        ),
        migrations.CreateModel(
            name='LastTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entries', models.PositiveBigIntegerField(default=0)),
                ('hour', models.DateTimeField()),
                ('since', models.DateTimeField()),
                ('collection', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='last_total', to='initiatives.collection')),
            ],
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('over_at', None)), fields=('initiative', 'kind', 'subject'), name='an_open_alert_once'),
        ),
        migrations.AddConstraint(
            model_name='alertletter',
            constraint=models.UniqueConstraint(fields=('alert', 'account'), name='a_letter_once'),
        ),
        migrations.AddConstraint(
            model_name='hourcount',
            constraint=models.UniqueConstraint(fields=('collection', 'hour', 'kind'), name='hour_count_once'),
        ),
    ]
