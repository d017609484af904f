"""The figures of a dose by its shape, beside the columns that only an infusion has; the site's own ceilings."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_observations", "0001_first"),
        ("identity", "0001_first"),
        ("care_treatments", "0004_presentation_of_an_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="treatment", name="intended", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="doseorder", name="figures", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="doseorder",
            name="shape",
            field=models.CharField(default="infusion", help_text="A code of rules.doses.", max_length=12),
        ),
        migrations.AlterField(
            model_name="doseorder",
            name="weight",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="care_observations.observation",
            ),
        ),
        migrations.CreateModel(
            name="Ceiling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "protocol",
                    models.CharField(help_text="The protocol's id, whatever its version.", max_length=60),
                ),
                ("most_mg", models.DecimalField(decimal_places=1, max_digits=6)),
                ("reason", models.TextField(max_length=2000)),
                ("signed_at", models.DateTimeField()),
                (
                    "signed_by",
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
                        related_name="ceilings",
                        to="identity.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("most_mg__gt", 0)) & ~models.Q(("reason", "")),
                        name="care_treatments_ceiling_with_reason",
                    )
                ],
                "indexes": [
                    models.Index(fields=["site", "protocol", "-id"], name="care_treatments_ceiling_of")
                ],
            },
        ),
    ]
