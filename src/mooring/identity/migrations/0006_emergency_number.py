"""What people dial at a site for an ambulance; sites that exist have none until somebody enters it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_part2_programme")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="emergency_number",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What people dial there for an ambulance, for example 911 or 112.",
                max_length=20,
            ),
            preserve_default=False,
        ),
    ]
