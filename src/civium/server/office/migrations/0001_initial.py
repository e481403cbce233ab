"""The tables of the office."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("initiatives", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("duty", models.CharField(max_length=40)),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(max_length=200)),
                ("marked_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duty_marks", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="KeptLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=16)),
                ("told", models.JSONField()),
                ("by", models.CharField(max_length=200)),
                ("written_at", models.DateTimeField()),
                ("sent_on", models.DateField(blank=True, null=True)),
                ("sent_how", models.CharField(blank=True, max_length=200)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="PaperPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("send_to", models.CharField(blank=True, max_length=400)),
                ("upload_code", models.CharField(blank=True, max_length=80)),
                (
                    "initiative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper_place", to="initiatives.initiative"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Support",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sponsor", models.CharField(max_length=200)),
                ("kind", models.CharField(choices=[("money", "Money"), ("help", "Help")], max_length=8)),
                ("cents", models.PositiveBigIntegerField(default=0)),
                ("given_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(max_length=200)),
                ("entered_at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                ("struck_by", models.CharField(blank=True, max_length=200)),
                ("struck_reason", models.CharField(blank=True, max_length=500)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="supports", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("given_on", "pk"),
            },
        ),
        migrations.CreateModel(
            name="PaperTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=32)),
                ("week", models.DateField()),
                ("version", models.PositiveIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(max_length=200)),
                ("entered_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper_tallies", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("week", "jurisdiction", "version"),
                "constraints": [
                    models.UniqueConstraint(fields=("initiative", "jurisdiction", "week", "version"), name="one_tally_a_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("duty", models.CharField(max_length=40)),
                ("due_on", models.DateField()),
                ("days_before", models.PositiveSmallIntegerField()),
                ("sent_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("initiative", "duty", "due_on", "days_before"), name="one_reminder_a_distance"
                    )
                ],
            },
        ),
    ]
