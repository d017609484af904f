"""By when a serious adverse event is reported, as the site decides; the same day where it has not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0009_external_role")]

    operations = [
        migrations.AddField(
            model_name="sitepolicy",
            name="serious_report_days",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="A serious event is reported by the end of this day; 0 is the same day."
            ),
        ),
    ]
