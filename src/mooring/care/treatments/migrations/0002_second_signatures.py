"""Two people go past a readiness finding, or sign an order, where a rule asks for two."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_treatments", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="readinessclosure",
            name="second",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="doseorder",
            name="second",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="readinessclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("by")),
                name="care_treatments_two_to_close",
            ),
        ),
        migrations.AddConstraint(
            model_name="doseorder",
            constraint=models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("signed_by")),
                name="care_treatments_two_to_sign",
            ),
        ),
    ]
