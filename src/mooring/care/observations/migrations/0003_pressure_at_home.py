"""The mean of the blood pressure that a patient measured at home, a kind of its own."""

from django.db import migrations, models

PAIR = ["blood-pressure", "home-pressure"]


class Migration(migrations.Migration):
    dependencies = [("care_observations", "0002_measurements_and_codes")]

    operations = [
        migrations.AlterField(
            model_name="observation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("weight", "weight"),
                    ("height", "height"),
                    ("blood-pressure", "blood pressure"),
                    ("home-pressure", "blood pressure at home, mean"),
                    ("temperature", "temperature"),
                    ("pain", "pain"),
                ],
                max_length=24,
            ),
        ),
        migrations.RemoveConstraint(model_name="observation", name="care_observations_plausible"),
        migrations.RemoveConstraint(
            model_name="observation", name="care_observations_systolic_above_diastolic"
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=(
                    models.Q(kind="weight", second__isnull=True, value__gte=20, value__lte=400)
                    | models.Q(kind="height", second__isnull=True, value__gte=50, value__lte=250)
                    | models.Q(kind="temperature", second__isnull=True, value__gte=25, value__lte=45)
                    | models.Q(kind="pain", second__isnull=True, value__gte=0, value__lte=10)
                    | models.Q(
                        kind__in=PAIR,
                        second__isnull=False,
                        value__gte=40,
                        value__lte=300,
                        second__gte=20,
                        second__lte=200,
                    )
                ),
                name="care_observations_plausible",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=~models.Q(kind__in=PAIR) | models.Q(value__gt=models.F("second")),
                name="care_observations_systolic_above_diastolic",
            ),
        ),
    ]
