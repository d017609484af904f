from django.db import migrations, models


class Migration(migrations.Migration):
    """A column of its own: one that is renamed keeps the name of its constraint on PostgreSQL 18."""

    dependencies = [("academy_discussion", "0001_first")]

    operations = [
        migrations.AddField(
            "thread", "place", models.CharField(blank=True, default="", max_length=220), False
        ),
    ]
