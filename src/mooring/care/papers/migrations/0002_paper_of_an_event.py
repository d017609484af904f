"""A paper may be made of an event of the register of adverse events."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_papers", "0001_first"),
        ("care_safety", "0001_register"),
    ]

    operations = [
        migrations.AddField(
            model_name="issuedpaper",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="care_safety.adverseevent",
            ),
        ),
    ]
