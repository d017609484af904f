"""A patient on the day of a dose, told through the acts: signed knowledge, consent, treatment, readiness."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from mooring.care.treatments.actions import (
    Intended,
    draft_treatment,
    make_ready,
    record_readiness,
    sign_order,
    sign_treatment,
    write_preparation,
)
from mooring.care.treatments.models import Cycle, DoseOrder, Preparation, Treatment
from mooring.care.treatments.queries import DoseChoice, compute_order
from mooring.identity.models import SignedPack
from tests.care.consents.signing import signed_consent
from tests.care.treatments.rows import decided_screening, escort_of, weight_of
from tests.packs import grant, sign_pack_for
from tests.people import NOW, Cast
from tests.told import told

THERAPY = ("professional-licence", "ketamine-course")
CREDENTIALS = ("professional-licence", "controlled-drug-registration", "acls")


def intended(**changed: Any) -> Intended:
    usual: dict[str, Any] = {
        "protocol": "IV-STD-6@1",
        "indication": "depression",
        "measure": "PHQ-9@1",
        "doses": 6,
        "amount": Decimal("0.5"),
        "duration_min": 40,
        "first_on": NOW.date(),
    }
    return Intended(**{**usual, **changed})


@told
def knowing_clinic(cast: Cast) -> SignedPack:
    """A pack in force and a competent prescriber."""
    grant(cast.prescriber, *CREDENTIALS)
    grant(cast.therapist, *THERAPY)
    return sign_pack_for(cast)


@told
def drafted(cast: Cast, **changed: Any) -> Treatment:
    screening = decided_screening(cast)
    return draft_treatment(
        screening=screening, intended=intended(**changed), by=cast.prescriber, at=NOW - timedelta(hours=3)
    )


@told
def planned(cast: Cast, **changed: Any) -> Cycle:
    """The first cycle of a signed treatment, with consent signed and a weight of yesterday."""
    pack = knowing_clinic(cast)
    signed_consent(cast, pack)
    weight_of(cast)
    treatment = sign_treatment(
        treatment=drafted(cast, **changed), by=cast.prescriber, at=NOW - timedelta(hours=2)
    )
    return Cycle.objects.select_related("treatment__patient__site", "treatment__pack").get(
        treatment=treatment, number=1
    )


def prepared(cast: Cast, cycle: Cycle, call_shown: bool = True) -> Preparation:
    return write_preparation(
        cycle=cycle,
        intention="To be less afraid of the quiet.",
        calming_plan="Breathe out slowly; a hand on the shoulder if asked.",
        touch="hand-shoulder",
        call_shown=call_shown,
        was=None,
        by=cast.therapist,
        at=NOW - timedelta(hours=1),
    )


def good_answers(at: datetime = NOW) -> dict[str, object]:
    return {
        "last_food": (at - timedelta(hours=9)).isoformat(),
        "last_drink": (at - timedelta(hours=3)).isoformat(),
        "escort_confirmed": "yes",
        "medicines_held": "yes",
        "new_medicine": "no",
        "unwell_today": "no",
        "alcohol_last_24h": "no",
        "substances_last_24h": "no",
        "ketamine_elsewhere": "no",
        "suicidal_since_last": "no",
        "mania_signs_today": "no",
        "psychosis_signs_today": "no",
        "pregnancy_possible_today": "no",
        "systolic_mmhg": 126,
        "diastolic_mmhg": 80,
        "heart_rate_per_min": 70,
        "spo2_percent": 98,
    }


def asked(cast: Cast, cycle: Cycle, at: datetime = NOW - timedelta(minutes=20), **changed: object) -> Cycle:
    values = {key: value for key, value in {**good_answers(at), **changed}.items() if value is not None}
    return record_readiness(cycle=cycle, values=values, escort=escort_of(cast), by=cast.monitor, at=at)


@told
def ready(cast: Cast) -> Cycle:
    """A cycle through its gate."""
    cycle = planned(cast)
    prepared(cast, cycle)
    asked(cast, cycle)
    return make_ready(cycle=cycle, by=cast.monitor, at=NOW - timedelta(minutes=10))


def order_for(cast: Cast, cycle: Cycle, at: datetime = NOW, **changed: Any) -> DoseOrder:
    own = (*INFUSION, "amount", "presentation")
    choice = infusion_choice(**{name: changed.pop(name) for name in list(changed) if name in own})
    shown = changed.pop("shown", None) or compute_order(cycle=cycle, at=at, choice=choice).shown
    rest: dict[str, Any] = {"reason": "", "by": cast.prescriber, **changed}
    return sign_order(cycle=cycle, shown=shown, at=at, choice=choice, **rest)


INFUSION: dict[str, Any] = {"concentration_mg_per_ml": Decimal("1"), "duration_min": 40}


def infusion_choice(
    amount: str | Decimal = "0.5", presentation: str = "KETAMINE-50@1", **changed: Any
) -> DoseChoice:
    """0.5 mg/kg over 40 min at 1 mg/mL, or with other figures."""
    return DoseChoice(Decimal(amount), presentation, {**INFUSION, **changed})
