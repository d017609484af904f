"""Counters of wrong tries, and whether a site asks for a second step at sign-in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="WrongTries",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="sitepolicy",
            name="second_step",
            field=models.BooleanField(default=True),
        ),
    ]
