"""What a learner predicted before the answer was shown."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("academy_checks", "0002_review_retired"),
        ("academy_courses", "0001_first"),
        ("academy_learning", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Prediction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("prediction", models.CharField(max_length=80)),
                ("given", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predictions",
                        to="academy_learning.enrolment",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="academy_courses.courseversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["prediction", "given"], name="academy_predicted")],
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "prediction"), name="academy_predicted_once")
                ],
            },
        ),
    ]
