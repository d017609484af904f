"""The body of a signed pack is read when it is asked for: state alone, the table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("identity", "0011_clinical_period")]

    operations = [
        migrations.AlterModelOptions(name="signedpack", options={"base_manager_name": "objects"}),
    ]
