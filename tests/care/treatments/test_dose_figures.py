"""The figures of a dose as they are stored: what moved out of columns keeps the digest that its event names."""

from decimal import Decimal

import pytest

from mooring.audit.digests import digest_of
from mooring.audit.kept import row_digest
from mooring.care.treatments.models import Phase
from tests.care.treatments.rows import cycle_in, live_order, signed_treatment
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_an_order_from_when_its_figures_were_columns_keeps_its_digest(cast: Cast) -> None:
    order = live_order(cast, cycle_in(Phase.READY, signed_treatment(cast)))
    order.refresh_from_db()
    columns = {
        "cycle_id": order.cycle_id,
        "id": order.pk,
        "drug": "racemic ketamine",
        "salt_basis": "base",
        "route": "intravenous",
        "weight_id": order.weight_id,
        "dose_mg_per_kg": Decimal("0.50"),
        "dose_mg": Decimal("36.0"),
        "concentration_mg_per_ml": Decimal("1.00"),
        "volume_ml": Decimal("36.00"),
        "duration_min": 40,
        "rate_ml_per_h": Decimal("54.0"),
        "signed_by_id": order.signed_by_id,
        "signed_at": order.signed_at,
    }
    assert row_digest(order) == digest_of({"row": "care_treatments.doseorder", "fields": columns})


def test_a_treatment_from_when_its_dose_was_a_column_keeps_its_digest(cast: Cast) -> None:
    treatment = signed_treatment(cast)
    treatment.refresh_from_db()
    columns = {
        "id": treatment.pk,
        "patient_id": treatment.patient_id,
        "screening_id": treatment.screening_id,
        "pack_id": treatment.pack_id,
        "protocol": "IV-STD-6@1",
        "indication": "MDD",
        "measure": "PHQ-9@1",
        "doses": 6,
        "dose_mg_per_kg": Decimal("0.50"),
        "limit_mg": Decimal("60.0"),
        "duration_min": 40,
        "made_by_id": treatment.made_by_id,
        "made_at": treatment.made_at,
        "signed_by_id": treatment.signed_by_id,
        "signed_at": treatment.signed_at,
    }
    assert row_digest(treatment) == digest_of({"row": "care_treatments.treatment", "fields": columns})


def test_another_shape_or_another_figure_changes_the_digest(cast: Cast) -> None:
    order = live_order(cast, cycle_in(Phase.READY, signed_treatment(cast)))
    order.refresh_from_db()
    as_signed = row_digest(order)
    order.shape = "injection"
    assert row_digest(order) != as_signed
    order.shape = "infusion"
    order.figures = {**order.figures, "volume_ml": "36.01"}
    assert row_digest(order) != as_signed
