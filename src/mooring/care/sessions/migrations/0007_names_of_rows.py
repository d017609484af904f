"""What these rows are called in a copy of a record and on the page that erases one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("care_sessions", "0006_groups"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="minuteofreadings",
            options={"verbose_name_plural": "minutes of readings"},
        ),
    ]
