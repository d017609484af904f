"""Leads that came before their phone key was stored get it now."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mooring.words.phones import phone_key, region_of


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    leads = apps.get_model("care_referrals", "Lead").objects.filter(phone_key="").exclude(phone="")
    for lead in leads.select_related("site").iterator():
        lead.phone_key = phone_key(lead.phone, region_of(lead.site.jurisdiction))
        lead.save(update_fields=["phone_key"])


class Migration(migrations.Migration):
    dependencies = [("care_referrals", "0003_phone_key")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
