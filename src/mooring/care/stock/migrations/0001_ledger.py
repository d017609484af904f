"""The tables of the controlled-drug ledger."""

from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("care_patients", "0007_emergency_access"),
        ("care_treatments", "0004_presentation_of_an_order"),
        ("identity", "0003_idle_lock"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Container",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("whole", models.BigIntegerField(help_text="What it holds when it is full, in parts.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sealed", "sealed"),
                            ("opened", "opened"),
                            ("quarantined", "in quarantine"),
                            ("finished", "finished"),
                        ],
                        default="sealed",
                        max_length=12,
                    ),
                ),
                ("locked", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("balance", models.BigIntegerField(default=0)),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(blank=True, max_length=64)),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_containers",
                        to="care_patients.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BlindCount",
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
                            ("opening", "count at opening"),
                            ("closing", "count at closing"),
                            ("shift", "count at the change of shift"),
                            ("recount", "recount"),
                        ],
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "container",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recounts",
                        to="care_stock.container",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoseGiven",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("given_mg", models.DecimalField(decimal_places=3, max_digits=9)),
                ("at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doses_given",
                        to="care_treatments.doseorder",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="care_stock.dosegiven",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "doses given",
            },
        ),
        migrations.CreateModel(
            name="DrugRegistration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder", models.CharField(max_length=160, verbose_name="registered name")),
                ("address", models.CharField(max_length=300, verbose_name="registered address")),
                ("number", models.CharField(max_length=40, verbose_name="registration number")),
                ("schedules", models.CharField(max_length=40, verbose_name="schedules")),
                ("expires_on", models.DateField(verbose_name="expires on")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drug_registrations",
                        to="identity.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(help_text="A code of rules.ledger.LedgerKind.", max_length=12)),
                ("amount", models.BigIntegerField()),
                ("before", models.BigIntegerField()),
                ("change", models.BigIntegerField()),
                ("balance", models.BigIntegerField()),
                ("in_hand", models.BigIntegerField(blank=True, null=True)),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pouch", "made unusable in a disposal pouch"),
                            ("device-failed", "the device failed"),
                            ("broken", "broken or spilled"),
                            ("not-given", "prepared and not given"),
                            ("remainder", "rest of an opened container"),
                            ("destroyer", "handed to a registered destroyer"),
                        ],
                        max_length=16,
                    ),
                ),
                ("needs_witness", models.BooleanField(default=False)),
                ("late", models.BooleanField(default=False)),
                ("emergency", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                ("note_digest", models.CharField(blank=True, max_length=64)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "container",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="care_stock.container",
                    ),
                ),
                (
                    "dose",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_entries",
                        to="care_stock.dosegiven",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="care_stock.ledgerentry",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_entries",
                        to="care_treatments.doseorder",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_entries",
                        to="care_patients.patient",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="care_stock.ledgerentry",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
            },
        ),
        migrations.CreateModel(
            name="EntryNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=1000)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note",
                        to="care_stock.ledgerentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("product", models.CharField(max_length=40)),
                ("presentation", models.CharField(help_text="id@version", max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("number", models.CharField(max_length=40, verbose_name="lot number")),
                ("expires_on", models.DateField(verbose_name="use by")),
                ("counted", models.CharField(choices=[("mass", "mass"), ("pieces", "pieces")], max_length=8)),
                (
                    "strength_mg_per_ml",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True),
                ),
                ("mg_a_piece", models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                ("recalled_at", models.DateTimeField(blank=True, null=True)),
                ("recall_reference", models.CharField(blank=True, max_length=120)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="identity.site"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="container",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="containers", to="care_stock.lot"
            ),
        ),
        migrations.CreateModel(
            name="Safe",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("place", models.CharField(max_length=120, verbose_name="where it stands")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="safes", to="identity.site"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="safe",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="care_stock.safe"
            ),
        ),
        migrations.AddField(
            model_name="container",
            name="safe",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="containers", to="care_stock.safe"
            ),
        ),
        migrations.CreateModel(
            name="ClosedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("heads", models.JSONField()),
                ("head", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="care_stock.blindcount",
                    ),
                ),
                (
                    "safe",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closed_days",
                        to="care_stock.safe",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="blindcount",
            name="safe",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="counts", to="care_stock.safe"
            ),
        ),
        migrations.CreateModel(
            name="SafeKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safe_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "safe",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="care_stock.safe"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StockPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("witness_waste", models.BooleanField(default=True, verbose_name="waste needs a witness")),
                ("witness_count", models.BooleanField(default=True, verbose_name="counts need two people")),
                (
                    "witness_minutes",
                    models.PositiveSmallIntegerField(
                        default=15, verbose_name="minutes to answer as a witness"
                    ),
                ),
                (
                    "must_draw",
                    models.BooleanField(
                        default=False, verbose_name="a dose starts only after its draw is recorded"
                    ),
                ),
                (
                    "tolerance_percent",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("2.0"),
                        max_digits=4,
                        verbose_name="a count of an opened vial may differ by, % of the balance",
                    ),
                ),
                (
                    "opened_days",
                    models.PositiveSmallIntegerField(
                        default=28, verbose_name="days an opened vial may be used"
                    ),
                ),
                (
                    "investigate_hours",
                    models.PositiveSmallIntegerField(
                        default=24, verbose_name="hours to settle a difference after the recount"
                    ),
                ),
                ("signed_at", models.DateTimeField()),
                (
                    "signed_by",
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
                        related_name="stock_policies",
                        to="identity.site",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "stock policies",
            },
        ),
        migrations.CreateModel(
            name="Supplier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("address", models.CharField(max_length=300, verbose_name="address")),
                ("number", models.CharField(max_length=40, verbose_name="registration number")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drug_suppliers",
                        to="identity.site",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ledger_entries",
                to="care_stock.supplier",
            ),
        ),
        migrations.CreateModel(
            name="WitnessRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("device_digest", models.CharField(blank=True, max_length=64)),
                (
                    "saw",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("all", "I saw all of it"),
                            ("other-amount", "I saw it, but another amount"),
                            ("not-seen", "I did not see it"),
                            ("withdrawn", "someone else was asked"),
                        ],
                        max_length=12,
                    ),
                ),
                ("saw_amount", models.BigIntegerField(blank=True, null=True)),
                ("words", models.TextField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="witness_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="witness_requests",
                        to="care_stock.ledgerentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("ledger", models.BigIntegerField()),
                ("entries", models.PositiveIntegerField()),
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
                    "container",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="count_lines",
                        to="care_stock.container",
                    ),
                ),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="care_stock.blindcount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("count", "container", "by"), name="care_stock_counted_once_each"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="care_stock_counted_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("expected", models.BigIntegerField()),
                ("counted", models.BigIntegerField()),
                ("found_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("recount", "to be counted again"),
                            ("investigation", "under investigation"),
                            ("settled", "settled"),
                        ],
                        default="recount",
                        max_length=14,
                    ),
                ),
                ("how", models.TextField(blank=True, max_length=1000)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "container",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="care_stock.container",
                    ),
                ),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="care_stock.blindcount",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "discrepancies",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "settled"), _negated=True),
                        fields=("container",),
                        name="care_stock_one_discrepancy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("state", "settled"),
                            ),
                            models.Q(
                                models.Q(("state", "settled"), _negated=True),
                                ("settled_at__isnull", True),
                                ("settled_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="care_stock_settled_by_somebody",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="dosegiven",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_mg__gte", 0)), name="care_stock_given_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(
                fields=("site", "presentation", "number"), name="care_stock_lot_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counted", "mass"), ("strength_mg_per_ml__gt", 0)),
                    models.Q(("counted", "pieces"), ("mg_a_piece__gt", 0)),
                    _connector="OR",
                ),
                name="care_stock_lot_measured",
            ),
        ),
        migrations.AddConstraint(
            model_name="safe",
            constraint=models.UniqueConstraint(fields=("site", "name"), name="care_stock_safe_name"),
        ),
        migrations.AddIndex(
            model_name="container",
            index=models.Index(fields=["safe", "state"], name="care_stock_in_safe"),
        ),
        migrations.AddConstraint(
            model_name="container",
            constraint=models.UniqueConstraint(fields=("lot", "code"), name="care_stock_container_code"),
        ),
        migrations.AddConstraint(
            model_name="container",
            constraint=models.CheckConstraint(
                condition=models.Q(("balance__gte", 0)), name="care_stock_container_never_below_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="closedday",
            constraint=models.UniqueConstraint(fields=("safe", "day"), name="care_stock_day_closed_once"),
        ),
        migrations.AddConstraint(
            model_name="blindcount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                fields=("safe",),
                name="care_stock_one_count",
            ),
        ),
        migrations.AddConstraint(
            model_name="safekey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("safe", "person"),
                name="care_stock_key_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.UniqueConstraint(fields=("site", "number"), name="care_stock_supplier_once"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["safe", "-stored_at"], name="care_stock_day"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["order", "kind"], name="care_stock_of_order"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                fields=("container", "number"), name="care_stock_entry_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("balance__gte", 0)), name="care_stock_never_below_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "balance",
                        django.db.models.expressions.CombinedExpression(
                            models.F("before"), "+", models.F("change")
                        ),
                    )
                ),
                name="care_stock_balance_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gte", 0), ("kind__in", ["adjustment", "reversal"]), _connector="OR"
                ),
                name="care_stock_amount_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_hand__isnull", True), ("in_hand__gte", 0), _connector="OR"),
                name="care_stock_in_hand",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["administer", "return"]), _negated=True),
                    ("draw__isnull", False),
                    _connector="OR",
                ),
                name="care_stock_given_was_drawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="witnessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("entry",),
                name="care_stock_one_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="witnessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("saw", "all")), fields=("entry",), name="care_stock_one_witness"
            ),
        ),
        migrations.AddConstraint(
            model_name="witnessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked", models.F("by")), _negated=True),
                name="care_stock_witness_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="witnessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("saw", "")),
                    models.Q(models.Q(("saw", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="care_stock_answered_has_time",
            ),
        ),
    ]
