"""The kinds of entries stand in code, a file a kind, so that a new one needs no migration."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_sessions", "0001_first")]

    operations = [
        migrations.AlterField(
            model_name="logentry",
            name="kind",
            field=models.CharField(max_length=20, help_text="A code of rules.session_entry.EntryKind."),
        ),
        migrations.AlterField(
            model_name="session",
            name="monitoring",
            field=models.CharField(
                max_length=80, help_text="The monitoring plan that it began with, id@version."
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="state",
            field=models.CharField(
                max_length=12,
                choices=[("open", "open"), ("signed-off", "signed off"), ("void", "cancelled")],
                default="open",
            ),
        ),
    ]
