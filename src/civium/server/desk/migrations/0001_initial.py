"""The register of data subjects' requests."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("initiatives", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='DataRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('reference', models.CharField(blank=True, max_length=24)),
                ('kind', models.CharField(choices=[('access', 'Access'), ('rectification', 'Rectification'), ('erasure', 'Erasure'), ('restriction', 'Restriction'), ('objection', 'Objection'), ('other', 'Other')], max_length=16)),
                ('jurisdiction', models.CharField(blank=True, max_length=32)),
                ('identifier', models.UUIDField(null=True)),
                ('received_on', models.DateField()),
                ('due_on', models.DateField()),
                ('extended_on', models.DateField(null=True)),
                ('filed_on', models.DateField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('told', 'Told'), ('destroyed', 'Destroyed'), ('passed-on', 'Passed On'), ('taken-back', 'Taken Back'), ('not-found', 'Not Found'), ('not-shown-who', 'Not Shown Who'), ('unfounded', 'Unfounded'), ('not-ours', 'Not Ours')], max_length=16)),
                ('destruction', models.PositiveBigIntegerField(null=True)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_requests', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('initiative', 'number'), name='a_request_a_number')],
            },
        ),
    ]
