"""What a clinician found and agreed after an answer about suicide."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_measures", "0002_draft_page"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RiskAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("none", "no current risk found"),
                            ("low", "low"),
                            ("moderate", "moderate"),
                            ("high", "high"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("none", "no access to means"),
                            ("restricted", "access, now restricted"),
                            ("open", "access, not restricted"),
                            ("unknown", "could not be established"),
                        ],
                        max_length=12,
                    ),
                ),
                ("plan", models.TextField(max_length=1500)),
                ("told", models.CharField(max_length=300, verbose_name="who was told")),
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
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="care_measures.concern",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("plan", ""), _negated=True),
                        name="care_measures_assessment_has_plan",
                    )
                ],
            },
        ),
    ]
