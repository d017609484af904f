"""The columns that only an infusion has go; their figures stand in `figures` and `intended` by now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_treatments", "0006_carry_infusions")]

    operations = [
        migrations.RemoveConstraint(model_name="doseorder", name="care_treatments_order_positive"),
        migrations.RemoveField(model_name="doseorder", name="dose_mg_per_kg"),
        migrations.RemoveField(model_name="doseorder", name="concentration_mg_per_ml"),
        migrations.RemoveField(model_name="doseorder", name="volume_ml"),
        migrations.RemoveField(model_name="doseorder", name="duration_min"),
        migrations.RemoveField(model_name="doseorder", name="rate_ml_per_h"),
        migrations.RemoveField(model_name="treatment", name="dose_mg_per_kg"),
        migrations.RemoveField(model_name="treatment", name="duration_min"),
        migrations.AddConstraint(
            model_name="doseorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("dose_mg__gt", 0)), name="care_treatments_order_has_dose"
            ),
        ),
    ]
