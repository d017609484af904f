"""The tables of the register of adverse events and incidents."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("care_patients", "0007_emergency_access"),
        ("care_treatments", "0008_a_treatment_that_goes_on"),
        ("identity", "0010_serious_report_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdverseEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("entry_key", models.UUIDField(blank=True, null=True, unique=True)),
                (
                    "sort",
                    models.CharField(
                        choices=[("effect", "adverse event"), ("incident", "incident")], max_length=12
                    ),
                ),
                (
                    "found_in",
                    models.CharField(
                        choices=[
                            ("session", "a session"),
                            ("follow-up", "a follow-up"),
                            ("other", "told otherwise"),
                        ],
                        max_length=12,
                    ),
                ),
                ("term", models.CharField(blank=True, help_text="id@version", max_length=80)),
                ("words", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, max_length=4000)),
                ("product", models.CharField(blank=True, max_length=40)),
                ("dose_mg", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ("onset_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="care_treatments.cycle",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="care_patients.patient",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="identity.site",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "grade",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "1 mild"),
                            (2, "2 moderate"),
                            (3, "3 severe"),
                            (4, "4 life-threatening"),
                            (5, "5 death"),
                        ],
                        null=True,
                    ),
                ),
                ("graded_by", models.CharField(default="CTCAE 5.0", max_length=20)),
                ("serious_why", models.JSONField(blank=True, default=list)),
                ("expected", models.BooleanField(null=True)),
                (
                    "relation_drug",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "unrelated"),
                            ("unlikely", "unlikely"),
                            ("possible", "possible"),
                            ("probable", "probable"),
                            ("definite", "definite"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "relation_procedure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "unrelated"),
                            ("unlikely", "unlikely"),
                            ("possible", "possible"),
                            ("probable", "probable"),
                            ("definite", "definite"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "none"),
                            ("paused", "dose paused"),
                            ("reduced", "dose reduced"),
                            ("stopped", "dose or treatment stopped"),
                            ("treated", "treated, dose not changed"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("unknown", "not known yet"),
                            ("recovered", "recovered"),
                            ("recovering", "recovering"),
                            ("not-recovered", "not recovered"),
                            ("sequelae", "recovered with lasting effects"),
                            ("fatal", "fatal"),
                        ],
                        default="unknown",
                        max_length=16,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("licensed_code", models.CharField(blank=True, max_length=40)),
                ("dictionary", models.CharField(blank=True, max_length=40)),
                ("note", models.TextField(blank=True, max_length=2000)),
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="care_safety.adverseevent",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SentReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        choices=[
                            ("rems", "REMS"),
                            ("manufacturer", "manufacturer"),
                            ("regulator", "medicines regulator (in the US FDA MedWatch)"),
                            ("state", "state or health authority"),
                            ("board", "ethics or professional board"),
                            ("insurer", "insurer"),
                            ("nobody", "no report due, with the reason"),
                        ],
                        max_length=16,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("note", models.TextField(blank=True, max_length=2000)),
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="care_safety.adverseevent",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="adverseevent",
            index=models.Index(fields=["site", "-onset_at"], name="care_safety_register"),
        ),
        migrations.AddIndex(
            model_name="adverseevent",
            index=models.Index(fields=["patient", "-onset_at"], name="care_safety_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="adverseevent",
            constraint=models.UniqueConstraint(
                fields=("site", "year", "number"), name="care_safety_event_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="care_safety_event_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                        ("withdrawn_reason", ""),
                    ),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="care_safety_withdrawn_by_somebody_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                fields=("event", "number"), name="care_safety_assessment_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grade__isnull", True), models.Q(("grade__gte", 1), ("grade__lte", 5)), _connector="OR"
                ),
                name="care_safety_grade_1_to_5",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("licensed_code", ""), models.Q(("dictionary", ""), _negated=True), _connector="OR"
                ),
                name="care_safety_code_names_its_dictionary",
            ),
        ),
        migrations.AddConstraint(
            model_name="sentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("to", "nobody"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="care_safety_no_report_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__lte", models.F("at"))), name="care_safety_report_not_ahead"
            ),
        ),
    ]
