"""A disclosure of a record has a name of its own: the academy's makers disclose, too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("care_disclosures", "0002_record_copies"),
    ]

    operations = [
        migrations.RenameModel(old_name="Disclosure", new_name="RecordDisclosure"),
    ]
