"""What an order is drawn from, and why its dose differs much from the last one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_treatments", "0003_answers_of_the_day")]

    operations = [
        migrations.AddField(
            model_name="doseorder",
            name="presentation",
            field=models.CharField(blank=True, default="", help_text="id@version", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="doseorder",
            name="change_reason",
            field=models.CharField(
                blank=True,
                default="",
                max_length=300,
                verbose_name="why it differs from the last dose",
            ),
            preserve_default=False,
        ),
    ]
