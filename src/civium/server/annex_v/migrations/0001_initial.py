"""How statements go to each authority."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("initiatives", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jurisdiction', models.CharField(max_length=32)),
                ('way', models.CharField(choices=[('sealed', 'Sealed'), ('xml-service', 'Xml Service'), ('xml-medium', 'Xml Medium')], max_length=16)),
                ('noted_on', models.DateField()),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='routes', to='initiatives.initiative')),
            ],
            options={
                'ordering': ('jurisdiction', 'pk'),
            },
        ),
    ]
