"""Why a laboratory value is right that differs much from the last one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_observations", "0003_pressure_at_home")]

    operations = [
        migrations.CreateModel(
            name="ResultReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="change_reason",
                        to="care_observations.laboratoryresult",
                    ),
                ),
            ],
        ),
    ]
