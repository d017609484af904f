"""Rows of a treatment, written straight into the tables, for tests that begin in the middle."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from mooring.care.observations.models import Observation
from mooring.care.patients.models import SupportPerson
from mooring.care.screening.models import Screening, StatedFact
from mooring.care.treatments.actions.cycles import REVIEW
from mooring.care.treatments.models import Cycle, DoseOrder, Phase, Treatment
from mooring.content.loader import load
from mooring.content.trigger import keys as trigger_keys
from mooring.content.trigger import parse
from mooring.identity.models import SignedPack
from mooring.identity.roles import Role
from mooring.work.actions import Owed, make_task
from mooring.work.models import Task
from tests.people import NOW, ZONE, Cast
from tests.told import told

GIVEN = (Phase.DOSING, Phase.RECOVERY, Phase.DISCHARGED, Phase.INTEGRATING, Phase.CLOSED)


def some_pack(cast: Cast) -> SignedPack:
    """The pack in force, or a row that stands for one where nobody reads it."""
    return SignedPack.objects.filter(site=cast.site).order_by("-id").first() or SignedPack.objects.create(
        site=cast.site,
        digest="0" * 64,
        body="{}",
        engine_version="test",
        signed_by=cast.director,
        signed_at=NOW - timedelta(days=60),
    )


@told
def decided_screening(
    cast: Cast, decision: str = "eligible", at: datetime = NOW, besides: tuple[str, ...] = ()
) -> Screening:
    """A screening decided 18 days before `at`, with every fact but `besides` a "no", and a pressure at rest."""
    screening = Screening.objects.create(
        patient=cast.patient,
        pack=some_pack(cast),
        state="decided",
        sent_by=cast.coordinator,
        sent_at=at - timedelta(days=20),
        answered_at=at - timedelta(days=19),
        decision=decision,
        decided_by=cast.prescriber,
        decided_at=at - timedelta(days=18),
    )
    answered_no(cast, screening, at - timedelta(days=19), besides)
    pressure_of(cast, at=at - timedelta(days=19))
    return screening


def answered_no(cast: Cast, screening: Screening, at: datetime, besides: tuple[str, ...] = ()) -> None:
    """Every yes-or-no fact of eligibility, refuted: by the patient where they are asked, else by a clinician."""
    pack = load()
    asked = {rule.question.about for rule in pack.eligibility.values() if rule.question}
    keys = {key for rule in pack.eligibility.values() for key in trigger_keys(parse(rule.when))}
    StatedFact.objects.bulk_create(
        StatedFact(
            screening=screening,
            key=key,
            value="no",
            source="patient" if key in asked else "clinician",
            by=cast.patient.person if key in asked else cast.prescriber,
            at=at,
            stored_at=at,
        )
        for key in sorted(keys)
        if pack.data[key].type.value == "yes-no" and key not in besides
    )


def pressure_of(
    cast: Cast, upper: int = 122, lower: int = 78, at: datetime = NOW - timedelta(days=1)
) -> Observation:
    return Observation.objects.create(
        patient=cast.patient,
        kind="blood-pressure",
        value=upper,
        second=lower,
        at=at,
        stored_at=at,
        by=cast.monitor,
    )


def escort_of(cast: Cast) -> SupportPerson:
    """Who takes the patient home, as the record names them."""
    found, _made = SupportPerson.objects.get_or_create(
        patient=cast.patient,
        name="Ben Calloway",
        defaults={"relation": "brother", "phone": "+1 503 555 0177", "escorts": True},
    )
    return found


@told
def signed_treatment(cast: Cast, state: str = "signed", at: datetime = NOW) -> Treatment:
    """A treatment of six doses; `state` draft or signed."""
    signed = state == "signed"
    return Treatment.objects.create(
        patient=cast.patient,
        screening=decided_screening(cast, at=at),
        pack=some_pack(cast),
        protocol="IV-STD-6@1",
        indication="MDD",
        measure="PHQ-9@1",
        doses=6,
        intended={"dose_mg_per_kg": "0.50", "duration_min": 40},
        limit_mg=Decimal("60"),
        state=state,
        made_by=cast.prescriber,
        made_at=NOW - timedelta(days=17),
        signed_by=cast.prescriber if signed else None,
        signed_at=NOW - timedelta(days=17) if signed else None,
    )


def cycle_in(
    phase: Phase, treatment: Treatment, number: int = 1, target_date: date | None = None, at: datetime = NOW
) -> Cycle:
    """A cycle that stands in `phase` since an hour."""
    ended = phase in (Phase.CLOSED, Phase.VOID)
    return Cycle.objects.create(
        treatment=treatment,
        number=number,
        target_date=target_date or at.date(),
        phase=phase,
        phase_since=at - timedelta(hours=1),
        administered=phase in GIVEN,
        dosed_at=at - timedelta(hours=2) if phase in GIVEN else None,
        outcome="complete" if phase == Phase.CLOSED else "",
        closed_at=at - timedelta(hours=1) if ended else None,
    )


def weight_of(cast: Cast, kg: str = "72.0", at: datetime = NOW - timedelta(days=1)) -> Observation:
    return Observation.objects.create(
        patient=cast.patient, kind="weight", value=Decimal(kg), at=at, stored_at=at, by=cast.monitor
    )


def live_order(cast: Cast, cycle: Cycle, at: datetime = NOW - timedelta(minutes=30)) -> DoseOrder:
    """36 mg of racemic ketamine for 72 kg, 1 mg/mL, over 40 min."""
    by_real_clock = abs(datetime.now(UTC) - at) < timedelta(hours=12)
    assert cast.site.time_zone != ZONE or not by_real_clock, "its day may end in between: take `cast_now`"
    return DoseOrder.objects.create(
        cycle=cycle,
        drug="racemic ketamine",
        salt_basis="base",
        route="intravenous",
        weight=weight_of(cast, at=at - timedelta(days=1)),
        dose_mg=Decimal("36.0"),
        figures={
            "dose_mg_per_kg": "0.50",
            "concentration_mg_per_ml": "1.00",
            "volume_ml": "36.00",
            "duration_min": 40,
            "rate_ml_per_h": "54.0",
        },
        signed_by=cast.prescriber,
        signed_at=at,
    )


def review_owed(cast: Cast, treatment: Treatment) -> Task:
    """The prescriber's task to review the treatment after its second dose."""
    return make_task(
        owed=Owed(
            kind=REVIEW,
            about=treatment,
            title="Review after dose 2",
            reason="The plan proposes what comes next.",
            address=reverse("course-next", args=[treatment.pk]),
            act="Decide what comes next",
            role=Role.PRESCRIBER,
            due_at=NOW,
        ),
        site=treatment.patient.site,
        by=cast.prescriber,
        at=NOW,
    )
