from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("academy_discussion", "0001_first")]

    operations = [
        migrations.RenameField("thread", "item", "place"),
        migrations.AlterField("thread", "place", models.CharField(blank=True, max_length=220)),
    ]
