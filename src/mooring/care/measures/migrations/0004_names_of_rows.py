"""What these rows are called in a copy of a record and on the page that erases one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("care_measures", "0003_risk_assessment"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="asked",
            options={
                "verbose_name": "questionnaire that was asked",
                "verbose_name_plural": "questionnaires that were asked",
            },
        ),
        migrations.AlterModelOptions(
            name="filled",
            options={
                "verbose_name": "questionnaire that was filled in",
                "verbose_name_plural": "questionnaires that were filled in",
            },
        ),
    ]
