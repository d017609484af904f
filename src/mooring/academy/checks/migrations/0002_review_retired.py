"""A family of questions that was right often enough is retired, and says since when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("academy_checks", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="reviewcard",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
