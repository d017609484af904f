"""What a dose at home needs: the arrangement, the prescriber's visits, what is dispensed, the count."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_patients", "0007_emergency_access"),
        ("care_treatments", "0008_a_treatment_that_goes_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrescriberVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("room", "in the room"), ("video", "by video"), ("phone", "by phone")],
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(max_length=4000)),
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
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prescriber_visits",
                        to="care_patients.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Dispensing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("doses", models.SmallIntegerField()),
                ("units", models.SmallIntegerField()),
                ("lot", models.CharField(blank=True, max_length=60)),
                ("on", models.DateField()),
                (
                    "storage_told",
                    models.BooleanField(
                        verbose_name="told to keep it locked, dry, away from children and pets"
                    ),
                ),
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
                    "treatment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispensings",
                        to="care_treatments.treatment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("doses", 0), _negated=True),
                        name="care_treatments_dispensed_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("doses__lt", 0), ("storage_told", True), _connector="OR"),
                        name="care_treatments_dispensed_with_advice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeArrangement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=300)),
                ("finding", models.CharField(blank=True, max_length=200)),
                ("emergency_number", models.CharField(max_length=40)),
                ("emergency_service", models.CharField(blank=True, max_length=200)),
                ("confirmed_live", models.BooleanField(default=False)),
                ("video_link", models.URLField(blank=True, max_length=300)),
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
                    "chaperone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="care_patients.supportperson",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrangements",
                        to="care_treatments.cycle",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="care_patients.supportperson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), _negated=True),
                            models.Q(("emergency_number", ""), _negated=True),
                        ),
                        name="care_treatments_home_has_a_place",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("expected", models.SmallIntegerField()),
                ("counted", models.SmallIntegerField()),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_counts",
                        to="care_treatments.cycle",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expected", models.F("counted")),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="care_treatments_count_said_why",
                    )
                ],
            },
        ),
    ]
