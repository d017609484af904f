"""The key that signs heads stands sealed; the column stays what it is."""

from django.db import migrations

import mooring.identity.ciphers


class Migration(migrations.Migration):
    dependencies = [
        ("work", "0004_email_changes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="installation",
                    name="signing_key",
                    field=mooring.identity.ciphers.SealedBytesField(purpose="work.installation.signing-key"),
                ),
            ]
        ),
    ]
