"""What is kept of an initiative after its collection, and acts that wait for a second person."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the tables."""

    dependencies: ClassVar = [
        ('initiatives', '0004_repeat_rate'),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=48)),
                ('facts', models.JSONField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('begun', 'Begun'), ('done', 'Done'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed')], default='open', max_length=16)),
                ('by_account', models.CharField(max_length=64)),
                ('by_name', models.CharField(max_length=80)),
                ('proposed_at', models.DateTimeField()),
                ('lapses_at', models.DateTimeField()),
                ('second_account', models.CharField(blank=True, max_length=64)),
                ('second_name', models.CharField(blank=True, max_length=80)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jurisdiction', models.CharField(max_length=32)),
                ('online_valid', models.PositiveBigIntegerField()),
                ('paper_valid', models.PositiveBigIntegerField()),
                ('certified_on', models.DateField()),
                ('reference', models.CharField(max_length=200)),
                ('recorded_on', models.DateField()),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('jurisdiction',),
                'constraints': [models.UniqueConstraint(fields=('initiative', 'jurisdiction'), name='one_certificate_a_jurisdiction')],
            },
        ),
        migrations.CreateModel(
            name='Destruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(max_length=16)),
                ('article', models.CharField(max_length=64)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('persons', models.JSONField()),
                ('ordered_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destructions', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('initiative',), name='one_order_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('withdrawn', 'Withdrawn'), ('submitted', 'Submitted'), ('published', 'Published'), ('answered', 'Answered'), ('action-announced', 'Action Announced'), ('insufficient', 'Insufficient')], max_length=32)),
                ('happened_on', models.DateField()),
                ('reference', models.CharField(blank=True, max_length=200)),
                ('recorded_on', models.DateField()),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('happened_on', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('initiative', 'kind'), name='an_event_once')],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jurisdiction', models.CharField(max_length=32)),
                ('channel', models.CharField(max_length=16)),
                ('statements', models.PositiveBigIntegerField()),
                ('handed_over_on', models.DateField()),
                ('way', models.CharField(blank=True, max_length=32)),
                ('received_on', models.DateField(blank=True, null=True)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('jurisdiction', 'channel'),
                'constraints': [models.UniqueConstraint(fields=('initiative', 'jurisdiction', 'channel'), name='handed_over_once')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proceedings', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=500)),
                ('ends_by', models.CharField(max_length=200)),
                ('placed_on', models.DateField()),
                ('lifted_on', models.DateField(blank=True, null=True)),
                ('proceedings_ended_on', models.DateField(blank=True, null=True)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_on', None)), fields=('initiative',), name='one_hold_at_a_time')],
            },
        ),
    ]
