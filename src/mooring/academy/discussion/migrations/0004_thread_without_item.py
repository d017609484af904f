from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("academy_discussion", "0003_places_of_items")]

    operations = [migrations.RemoveField("thread", "item")]
