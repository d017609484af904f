"""What a prescriber decides after a dose, with the proposal beside it, and the doses that follow from it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_treatments", "0007_no_column_of_one_shape"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CourseDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("doses_given", models.PositiveSmallIntegerField()),
                ("proposed", models.JSONField(default=list)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("go on", "continue as planned"),
                            ("step", "change the dose"),
                            ("taper", "taper"),
                            ("lengthen", "lengthen the gap"),
                            ("shorten", "shorten the gap"),
                            ("stop trial", "try without"),
                            ("stop", "stop"),
                        ],
                        max_length=12,
                    ),
                ),
                ("doses", models.PositiveSmallIntegerField(default=0)),
                ("gap_days", models.PositiveSmallIntegerField(default=0)),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("reason", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "treatment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="care_treatments.treatment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("treatment", "number"), name="care_treatments_decision_number"
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(("reason", "")), name="care_treatments_decision_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("second__isnull", True)) | ~models.Q(("second", models.F("by"))),
                        name="care_treatments_two_to_decide",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="cycle",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cycles",
                to="care_treatments.coursedecision",
            ),
        ),
    ]
