"""How an answer of the day is known, and whom the answer about the escort names."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_patients", "0001_first"),
        ("care_treatments", "0002_second_signatures"),
    ]

    operations = [
        migrations.AddField(
            model_name="readinessfact",
            name="standing",
            field=models.CharField(
                choices=[
                    ("reported", "reported by the patient"),
                    ("confirmed", "confirmed by a clinician"),
                    ("measured", "measured"),
                ],
                default="confirmed",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="readinessfact",
            name="support_person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="care_patients.supportperson",
            ),
        ),
    ]
