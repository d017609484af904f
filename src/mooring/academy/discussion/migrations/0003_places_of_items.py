from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Value
from django.db.models.functions import Concat


def name_items(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A place says of what kind it is; until now it could only be a question's id."""
    thread: Any = apps.get_model("academy_discussion", "Thread")
    threads = thread.objects.filter(place="").exclude(item="")
    threads.update(place=Concat(Value("item:"), F("item")))


class Migration(migrations.Migration):
    dependencies = [("academy_discussion", "0002_thread_place")]

    operations = [migrations.RunPython(name_items, migrations.RunPython.noop)]
