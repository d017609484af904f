"""Circles: groups of patients that meet to prepare or to integrate."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_integration", "0003_psychotherapy_notes"),
        ("care_patients", "0007_emergency_access"),
        ("identity", "0010_serious_report_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Circle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("preparation", "preparation circle"),
                            ("integration", "integration circle"),
                        ],
                        max_length=12,
                    ),
                ),
                ("topic", models.CharField(max_length=160)),
                ("meets_at", models.DateTimeField()),
                ("places", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "led_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circles",
                        to="identity.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CircleSeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("came", models.BooleanField(null=True)),
                ("note", models.TextField(blank=True, max_length=2000)),
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
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="care_integration.circle",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circle_seats",
                        to="care_patients.patient",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="circle",
            constraint=models.CheckConstraint(
                condition=models.Q(("places__gte", 2), ("places__lte", 30)),
                name="care_integration_circle_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="circleseat",
            constraint=models.UniqueConstraint(
                fields=("circle", "patient"), name="care_integration_one_seat"
            ),
        ),
    ]
