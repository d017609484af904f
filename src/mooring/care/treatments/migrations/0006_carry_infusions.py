"""Every dose that stands is an infusion: its columns become the figures of its shape, word for word.

The keys are the names of the columns and the numbers are written as the columns gave them, because the digest of a
signed row covers them as it covered the columns (`audit.kept`, `spread`).
"""

from typing import Any

from django.db import migrations

ORDER = ("concentration_mg_per_ml", "volume_ml", "rate_ml_per_h")


def _carry(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    treatments = apps.get_model("care_treatments", "Treatment").objects.using(using)
    for row in treatments.filter(intended={}).iterator():
        row.intended = {"dose_mg_per_kg": str(row.dose_mg_per_kg), "duration_min": row.duration_min}
        row.save(update_fields=["intended"])
    orders = apps.get_model("care_treatments", "DoseOrder").objects.using(using)
    for row in orders.filter(figures={}).iterator():
        figures = {name: str(getattr(row, name)) for name in ORDER}
        row.figures = {
            "dose_mg_per_kg": str(row.dose_mg_per_kg),
            "duration_min": row.duration_min,
            **figures,
        }
        row.save(update_fields=["figures"])


class Migration(migrations.Migration):
    dependencies = [("care_treatments", "0005_dose_of_any_shape")]

    operations = [migrations.RunPython(_carry, migrations.RunPython.noop, elidable=False)]
