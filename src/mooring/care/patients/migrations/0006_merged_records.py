from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def person(*, null: bool = False) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        blank=null,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def record(related_name: str, *, null: bool = False, editable: bool = True) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        blank=null,
        editable=editable,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="care_patients.patient",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("care_patients", "0005_birth_date_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("patient", "merged_into", record("merged_records", null=True, editable=False)),
        migrations.AddConstraint(
            "patient",
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="care_patients_not_merged_into_itself"
            ),
        ),
        migrations.CreateModel(
            name="RecordMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="how it was checked")),
                ("at", models.DateTimeField()),
                ("separated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "separation_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why they are two people"),
                ),
                ("merged", record("merges")),
                ("kept", record("merges_kept")),
                ("by", person()),
                ("separated_by", person(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(separated_at__isnull=True),
                        fields=("merged",),
                        name="care_patients_merged_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(separated_at__isnull=True, separated_by__isnull=True)
                        | Q(separated_at__isnull=False, separated_by__isnull=False),
                        name="care_patients_separated_by_someone",
                    ),
                ],
            },
        ),
    ]
