"""Bedside devices, what they measure, and the minutes that it is summarised in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PK = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
DEVICE = "care_sessions.bedsidedevice"


class Migration(migrations.Migration):
    dependencies = [
        ("care_sessions", "0003_room_and_tablet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BedsideDevice",
            fields=[
                ("id", PK.clone()),
                ("name", models.CharField(blank=True, help_text="As it calls itself.", max_length=60)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("code_until", models.DateTimeField()),
                ("in_recovery", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("paired_at", models.DateTimeField(blank=True, null=True)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("last_heard_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="care_sessions.session",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("paired_at__isnull", False)),
                        fields=("session",),
                        name="care_sessions_one_device_paired",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredReading",
            fields=[
                ("id", PK.clone()),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                ("values", models.JSONField()),
                ("artefact", models.BooleanField(default=False)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readings", to=DEVICE
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["device", "at"], name="care_sessions_readings")],
                "constraints": [
                    models.UniqueConstraint(fields=("device", "seq"), name="care_sessions_reading_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MinuteOfReadings",
            fields=[
                ("id", PK.clone()),
                ("at", models.DateTimeField()),
                ("signs", models.JSONField(default=dict)),
                ("readings", models.PositiveIntegerField()),
                ("artefacts", models.PositiveIntegerField()),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="minutes", to=DEVICE
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("device", "at"), name="care_sessions_minute_once")
                ],
            },
        ),
    ]
