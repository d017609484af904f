"""Time stamps of an authority outside over the seals of the audit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("work", "0006_external_role")]

    operations = [
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("heads", models.JSONField()),
                ("token", models.BinaryField()),
                ("stamped_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
            ],
        ),
    ]
