from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_stock", "0002_statements_and_vials")]

    operations = [
        migrations.AddField(
            model_name="lot",
            name="one_patient",
            field=models.BooleanField(
                default=False, help_text="Once opened it serves one patient, as an ampoule does."
            ),
        ),
    ]
