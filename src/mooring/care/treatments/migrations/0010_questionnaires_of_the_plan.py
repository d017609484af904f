"""The questionnaires that a treatment plans for, and what became due of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_measures", "0003_risk_assessment"),
        ("care_treatments", "0009_doses_at_home"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlannedMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("instrument", models.CharField(max_length=60)),
                (
                    "when",
                    models.CharField(
                        choices=[("before", "before a dose"), ("after", "after a dose")], max_length=8
                    ),
                ),
                ("hours", models.PositiveSmallIntegerField()),
                ("every_doses", models.PositiveSmallIntegerField(default=1)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
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
                        related_name="planned_measures",
                        to="care_treatments.treatment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MeasureDue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="care_measures.asked",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures_due",
                        to="care_treatments.cycle",
                    ),
                ),
                (
                    "planned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues",
                        to="care_treatments.plannedmeasure",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "measures due",
            },
        ),
        migrations.AddConstraint(
            model_name="plannedmeasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("treatment", "instrument", "when", "hours"),
                name="care_treatments_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_doses__gt", 0)), name="care_treatments_asked_every"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="care_treatments_asked_until",
            ),
        ),
        migrations.AddIndex(
            model_name="measuredue",
            index=models.Index(
                condition=models.Q(("dropped_at__isnull", True), ("sent_at__isnull", True)),
                fields=["due_at"],
                name="care_treatments_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuredue",
            constraint=models.UniqueConstraint(fields=("planned", "cycle"), name="care_treatments_due_once"),
        ),
        migrations.AddConstraint(
            model_name="measuredue",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True), ("dropped_at__isnull", True), _connector="OR"),
                name="care_treatments_due_sent_or_dropped",
            ),
        ),
    ]
