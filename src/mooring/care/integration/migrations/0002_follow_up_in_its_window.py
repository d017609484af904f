"""Whether a contact came in the window of the follow-up; those stored before counted as such."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_integration", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="is_follow_up",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="contact",
            name="result",
            field=models.CharField(
                choices=[
                    ("reached", "reached"),
                    ("left-message", "left a message"),
                    ("no-answer", "no answer"),
                    ("escalated", "not reached, handed over"),
                ],
                max_length=16,
            ),
        ),
    ]
