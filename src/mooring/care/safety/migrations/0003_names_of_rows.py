"""What these rows are called in a copy of a record and on the page that erases one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("care_safety", "0002_rems_records"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="remsenrolment",
            options={"verbose_name": "REMS enrolment"},
        ),
    ]
