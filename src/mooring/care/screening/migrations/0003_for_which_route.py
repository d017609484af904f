"""For which product, route and setting a screening asks; empty where it asks for the site's usual."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_screening", "0002_draft_page")]

    operations = [
        migrations.AddField(
            model_name="screening",
            name="product",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What it asks for; empty: the site's usual.",
                max_length=40,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="screening",
            name="route",
            field=models.CharField(blank=True, default="", max_length=24),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="screening",
            name="setting",
            field=models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
    ]
