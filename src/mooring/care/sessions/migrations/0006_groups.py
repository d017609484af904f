"""Groups: several sessions in one room with one team."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_sessions", "0005_chaperones_phone"),
        ("identity", "0010_serious_report_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SessionGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("room", models.CharField(max_length=20)),
                ("patients_each", models.PositiveSmallIntegerField(default=2)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="identity.site"
                    ),
                ),
                ("team", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="GroupPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="care_sessions.sessiongroup",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place",
                        to="care_sessions.session",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="sessiongroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("patients_each__gte", 1), ("patients_each__lte", 4)),
                name="care_sessions_group_ratio",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupplace",
            constraint=models.UniqueConstraint(fields=("group", "number"), name="care_sessions_place_number"),
        ),
    ]
