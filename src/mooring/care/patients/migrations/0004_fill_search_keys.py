"""Patients who were admitted before their search keys were stored get them now."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mooring.words.names import folded_words, one_slip_keys
from mooring.words.phones import phone_key, region_of


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    patients = apps.get_model("care_patients", "Patient").objects.filter(search_names="")
    for patient in patients.select_related("person", "site").iterator():
        person = patient.person
        words = {*folded_words(person.legal_name), *folded_words(person.chosen_name)}
        slips = {key for word in words for key in one_slip_keys(word)}
        patient.search_names = f" {' '.join(sorted(words))} "
        patient.search_slips = f" {' '.join(sorted(slips))} "
        patient.phone_key = phone_key(person.phone, region_of(patient.site.jurisdiction))
        patient.save(update_fields=["search_names", "search_slips", "phone_key"])


class Migration(migrations.Migration):
    dependencies = [("care_patients", "0003_search_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
