"""Links that were open when each link got a page of its own lead to it from now on."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MOVED = {"/academy/review/": "/academy/review/letter/"}


def lead_to_own_page(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    links = apps.get_model("work", "TaskLink").objects.filter(state="open")
    for link in links.only("pk", "address"):
        own = f"{link.pk}/"
        if not link.address.endswith(f"/{own}"):
            link.address = MOVED.get(link.address, link.address) + own
            link.save(update_fields=["address"])


class Migration(migrations.Migration):
    dependencies = [("work", "0001_first")]

    operations = [migrations.RunPython(lead_to_own_page, migrations.RunPython.noop)]
