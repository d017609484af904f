"""Height, temperature and pain; laboratory results; the unit as typed; coded medicines and allergies."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_observations", "0001_first"),
        ("care_patients", "0002_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="LaboratoryResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "test",
                    models.CharField(
                        choices=[
                            ("hcg", "Pregnancy test (hCG)"),
                            ("uds", "Urine drug screen"),
                            ("breath-alcohol", "Breath alcohol"),
                            ("alt", "ALT"),
                            ("ast", "AST"),
                            ("bilirubin", "Bilirubin"),
                            ("child-pugh", "Child-Pugh class"),
                            ("creatinine", "Creatinine"),
                            ("egfr", "eGFR"),
                            ("potassium", "Potassium"),
                            ("magnesium", "Magnesium"),
                            ("tsh", "TSH"),
                            ("qtc", "ECG, QTc"),
                        ],
                        max_length=16,
                    ),
                ),
                ("value", models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True)),
                ("unit", models.CharField(blank=True, max_length=16)),
                ("reference_low", models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True)),
                (
                    "reference_high",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True),
                ),
                ("result", models.CharField(blank=True, max_length=12)),
                ("at", models.DateTimeField(verbose_name="when the sample was taken")),
                ("stored_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="observation",
            name="care_observations_plausible",
        ),
        migrations.RemoveConstraint(
            model_name="observation",
            name="care_observations_systolic_above_diastolic",
        ),
        migrations.AddField(
            model_name="allergy",
            name="classified_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="allergy",
            name="classified_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="allergy",
            name="code",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="allergy",
            name="severity",
            field=models.CharField(
                blank=True,
                choices=[("mild", "mild"), ("moderate", "moderate"), ("severe", "severe")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="medicine",
            name="classes",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="medicine",
            name="classified_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="medicine",
            name="classified_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="medicine",
            name="equivalent_mg",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="medicine",
            name="last_taken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="medicine",
            name="substance",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="observation",
            name="typed",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="observation",
            name="unit",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="observation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("weight", "weight"),
                    ("height", "height"),
                    ("blood-pressure", "blood pressure"),
                    ("temperature", "temperature"),
                    ("pain", "pain"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "weight"), ("second__isnull", True), ("value__gte", 20), ("value__lte", 400)
                    ),
                    models.Q(
                        ("kind", "height"), ("second__isnull", True), ("value__gte", 50), ("value__lte", 250)
                    ),
                    models.Q(
                        ("kind", "temperature"),
                        ("second__isnull", True),
                        ("value__gte", 25),
                        ("value__lte", 45),
                    ),
                    models.Q(
                        ("kind", "pain"), ("second__isnull", True), ("value__gte", 0), ("value__lte", 10)
                    ),
                    models.Q(
                        ("kind", "blood-pressure"),
                        ("second__gte", 20),
                        ("second__isnull", False),
                        ("second__lte", 200),
                        ("value__gte", 40),
                        ("value__lte", 300),
                    ),
                    _connector="OR",
                ),
                name="care_observations_plausible",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "blood-pressure"), _negated=True),
                    ("value__gt", models.F("second")),
                    _connector="OR",
                ),
                name="care_observations_systolic_above_diastolic",
            ),
        ),
        migrations.AddField(
            model_name="changereason",
            name="observation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="change_reason",
                to="care_observations.observation",
            ),
        ),
        migrations.AddField(
            model_name="laboratoryresult",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="laboratoryresult",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="care_observations.laboratoryresult",
            ),
        ),
        migrations.AddField(
            model_name="laboratoryresult",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="laboratory_results",
                to="care_patients.patient",
            ),
        ),
        migrations.AddIndex(
            model_name="laboratoryresult",
            index=models.Index(fields=["patient", "test", "-at"], name="care_observations_lab_newest"),
        ),
        migrations.AddConstraint(
            model_name="laboratoryresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("value__isnull", False), models.Q(("unit", ""), _negated=True), ("result", "")),
                    models.Q(("unit", ""), ("value__isnull", True), models.Q(("result", ""), _negated=True)),
                    _connector="OR",
                ),
                name="care_observations_number_or_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="laboratoryresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reference_low__isnull", True),
                    ("reference_high__isnull", True),
                    ("reference_high__gte", models.F("reference_low")),
                    _connector="OR",
                ),
                name="care_observations_reference_in_order",
            ),
        ),
    ]
