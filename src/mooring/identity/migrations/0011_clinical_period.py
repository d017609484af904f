"""How long a site keeps clinical records, by its own signed policy; until it says so nothing of them is erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0010_serious_report_days")]

    operations = [
        migrations.AddField(
            model_name="sitepolicy",
            name="keep_clinical_years",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="0: no period is set, and no clinical record is erased."
            ),
        ),
        migrations.AddField(
            model_name="sitepolicy",
            name="keep_minors_until_age",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Not before the patient is of this age; 0: no such rule."
            ),
        ),
    ]
