"""The tables of esketamine's safety programme (REMS)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("care_patients", "0007_emergency_access"),
        ("care_safety", "0001_register"),
        ("identity", "0010_serious_report_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RemsEnrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_name", models.CharField(max_length=80)),
                ("middle_name", models.CharField(blank=True, max_length=80)),
                ("last_name", models.CharField(max_length=80)),
                ("birth_date", models.DateField()),
                ("sex", models.CharField(max_length=20)),
                ("address", models.CharField(max_length=300)),
                ("phone", models.CharField(max_length=40)),
                ("prescriber_phone", models.CharField(max_length=40)),
                ("prescriber_npi", models.CharField(blank=True, max_length=20)),
                ("prescriber_dea", models.CharField(blank=True, max_length=20)),
                ("acknowledged", models.JSONField(default=list)),
                ("patient_signed_name", models.CharField(max_length=160)),
                ("signed_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rems_enrolments",
                        to="care_patients.patient",
                    ),
                ),
                (
                    "prescriber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EnrolmentVerification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enrolled", models.BooleanField()),
                (
                    "how",
                    models.CharField(
                        choices=[("online", "on the programme's site"), ("phone", "by phone")], max_length=12
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="care_safety.remsenrolment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EnrolmentStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("signed", "signed, not sent yet"),
                            ("sent", "sent to the programme"),
                            ("enrolled", "enrolled"),
                            ("refused", "returned by the programme"),
                            ("transferred", "transferred to another certified setting"),
                            ("ended", "ended"),
                        ],
                        max_length=12,
                    ),
                ),
                ("on", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="care_safety.remsenrolment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteCertification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("outpatient", "outpatient healthcare setting"),
                            ("inpatient", "inpatient healthcare setting"),
                        ],
                        max_length=12,
                    ),
                ),
                ("setting_name", models.CharField(max_length=160)),
                ("address", models.CharField(max_length=300)),
                ("phone", models.CharField(max_length=40)),
                ("fax", models.CharField(blank=True, max_length=40)),
                ("dea_number", models.CharField(blank=True, max_length=20)),
                ("supply", models.JSONField(default=list)),
                ("representative_credential", models.CharField(max_length=60)),
                ("representative_contact", models.CharField(max_length=160)),
                ("alternate_name", models.CharField(blank=True, max_length=160)),
                ("alternate_contact", models.CharField(blank=True, max_length=160)),
                ("attested", models.JSONField(default=list)),
                ("signed_at", models.DateTimeField()),
                ("certified_on", models.DateField(blank=True, null=True)),
                ("confirmation", models.CharField(blank=True, max_length=80)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "representative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certifications",
                        to="identity.site",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="remsenrolment",
            name="certification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enrolments",
                to="care_safety.sitecertification",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitecertification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("site",),
                name="care_safety_one_certification",
            ),
        ),
    ]
