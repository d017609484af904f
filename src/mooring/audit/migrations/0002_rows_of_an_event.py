"""An event names the signed and append-only rows that its act wrote, each with its digest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first")]

    operations = [
        migrations.AddField(model_name="event", name="rows", field=models.JSONField(default=dict)),
    ]
