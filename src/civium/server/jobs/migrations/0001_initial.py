"""Jobs: what was asked for, how far it is, what came of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("initiatives", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32)),
                ('facts', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('held', 'Held'), ('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=16)),
                ('asked_by', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(null=True)),
                ('begun_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('done_before', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('begins', models.PositiveIntegerField(default=0)),
                ('deaths', models.PositiveIntegerField(default=0)),
                ('holder', models.CharField(blank=True, max_length=32)),
                ('heard_at', models.DateTimeField(null=True)),
                ('stopped_by', models.CharField(blank=True, max_length=160)),
                ('failure', models.JSONField(null=True)),
                ('initiative', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['state', 'not_before'], name='jobs_that_wait')],
            },
        ),
    ]
