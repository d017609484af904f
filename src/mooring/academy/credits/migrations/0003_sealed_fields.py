"""Numbers of licences and signing keys stand sealed; columns of bytes stay what they are."""

from django.db import migrations

import mooring.identity.ciphers


class Migration(migrations.Migration):
    dependencies = [
        ("academy_credits", "0002_credit_profiles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="claim",
            name="licence_number",
            field=mooring.identity.ciphers.SealedTextField(
                blank=True, max_length=60, purpose="academy.credits.claim"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="creditprofile",
                    name="sealed",
                    field=mooring.identity.ciphers.SealedBytesField(purpose="academy.credits.profile"),
                ),
                migrations.AlterField(
                    model_name="signingkeys",
                    name="badge_key",
                    field=mooring.identity.ciphers.SealedBytesField(purpose="academy.credits.badge-key"),
                ),
                migrations.AlterField(
                    model_name="signingkeys",
                    name="paper_key",
                    field=mooring.identity.ciphers.SealedBytesField(purpose="academy.credits.paper-key"),
                ),
            ]
        ),
    ]
