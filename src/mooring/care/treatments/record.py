"""What the room answers to the record page: its rows read once, its part of the timeline, the next step."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, When, Window
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.consents.queries import next_step_of as consents_step
from mooring.care.patients.access import may_on, patients_for
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import DOSE, NextStep, TimelineEntry, newest, read_once
from mooring.care.screening.models import Screening
from mooring.care.screening.queries import GOING_ON
from mooring.care.screening.queries import next_step_of as screening_step
from mooring.care.treatments.models import Cycle, Phase, Treatment, TreatmentState
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.sentences.times import day_words
from mooring.words.numbers import with_unit


def all_cycles_of(patient: Patient) -> list[Cycle]:
    """Every cycle of a patient's treatments in their order, each with `ordered_mg`, the standing order's dose."""
    standing = FilteredRelation("orders", condition=Q(orders__withdrawn_at__isnull=True))
    cycles = list(
        Cycle.objects.filter(treatment__patient__in=patient.records)
        .select_related("treatment__pack", "treatment__signed_by", "treatment__ended_by", "preparation__by")
        .defer("treatment__pack__body")
        .annotate(standing=standing, ordered_mg=F("standing__dose_mg"))
        .order_by("-treatment__made_at", "-treatment", "number")
    )
    for cycle in cycles:
        cycle.treatment.patient = patient
    return list[Cycle](cycles)


def _treatments(patient: Patient) -> list[Treatment]:
    """The treatments of the patient, newest first, out of their cycles: a draft is stored with its cycles."""
    cycles = read_once(patient, all_cycles_of)
    return list({cycle.treatment_id: cycle.treatment for cycle in cycles}.values())


def current_treatment_of(patient: Patient) -> tuple[Treatment, list[Cycle]] | None:
    """The newest treatment that was not withdrawn, with its cycles."""
    for treatment in _treatments(patient):
        if treatment.state != TreatmentState.WITHDRAWN:
            cycles = read_once(patient, all_cycles_of)
            return treatment, [cycle for cycle in cycles if cycle.treatment_id == treatment.pk]
    return None


def ordered_mg(cycle: Cycle) -> Decimal | None:
    """The dose of the standing order of a cycle out of `all_cycles_of`."""
    dose_mg: Decimal | None = getattr(cycle, "ordered_mg", None)
    return dose_mg


def knot_of(cycle: Cycle, dose_mg: Decimal | None) -> dict[str, Any]:
    """One knot of the row of cycles, as `components/cycles.html` reads it."""
    state = {Phase.CLOSED: "done", Phase.VOID: "void", Phase.PREPARE: "next"}.get(Phase(cycle.phase), "now")
    return {
        "name": _("Dose {number}").format(number=cycle.number),
        "state": state,
        "url": reverse("cycle", args=[cycle.pk]),
        "dose": with_unit(dose_mg, "mg") if dose_mg is not None and cycle.administered else "",
        "date": day_words(cycle.dosed_at or cycle.target_date),
        "note": str(cycle.get_phase_display()),
    }


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """Treatments signed and ended, doses given."""
    if not may_on(person, patient, Permission.TREATMENTS_READ):
        return []
    entries = []
    for treatment in _treatments(patient):
        if treatment.signed_at:
            what = _("Treatment plan signed: {protocol}").format(protocol=treatment.protocol)
            entries.append(TimelineEntry(treatment.signed_at, what, str(treatment.signed_by)))
        if treatment.ended_at:
            what = _("Treatment ended: {outcome}").format(outcome=treatment.get_outcome_display())
            entries.append(TimelineEntry(treatment.ended_at, what, str(treatment.ended_by)))
    for cycle in read_once(patient, all_cycles_of):
        if cycle.dosed_at:
            what = _("Dose {number}").format(number=cycle.number)
            entries.append(TimelineEntry(cycle.dosed_at, what, str(cycle.get_phase_display()), kind=DOSE))
    return newest(entries, most)


def next_step_of(person: Person, patient: Patient, at: datetime) -> NextStep | None:
    """What the treatment waits for. Before there is one: what its screening and consents wait for, then its plan."""
    if not may_on(person, patient, Permission.TREATMENTS_READ):
        return None
    current = current_treatment_of(patient)
    if current is None:
        return _before_treatment(person, patient, at)
    treatment, cycles = current
    address = reverse("treatment", args=[treatment.pk])
    if treatment.state == TreatmentState.DRAFT:
        return NextStep(
            _("The treatment plan is drafted. Next: the prescriber signs it."), _("Open the draft"), address
        )
    if treatment.state == TreatmentState.ENDED:
        says = _("Treatment ended: {outcome}.").format(outcome=treatment.get_outcome_display())
        return NextStep(says, _("Open the treatment"), address)
    cycle = next((each for each in cycles if each.phase not in (Phase.CLOSED, Phase.VOID)), None)
    if cycle is None:
        return NextStep(
            _("Every dose is closed. Next: decide what follows, or end the treatment with its outcome."),
            _("Open the treatment"),
            address,
        )
    says = _("Dose {number}: {phase}.").format(number=cycle.number, phase=cycle.get_phase_display())
    return NextStep(
        says, _("Open dose {number}").format(number=cycle.number), reverse("cycle", args=[cycle.pk])
    )


def _before_treatment(person: Person, patient: Patient, at: datetime) -> NextStep | None:
    step = screening_step(person, patient, at)
    if step is not None or not may_on(person, patient, Permission.SCREENING_READ):
        return step
    step = consents_step(person, patient, at)
    if step is not None:
        return step
    says = _("Eligible, and consent is signed. Next: draft the treatment plan.")
    if not may_on(person, patient, Permission.TREATMENTS_SIGN):
        return NextStep(says)
    return NextStep(says, _("Draft the treatment plan"), reverse("treatment-draft", args=[patient.pk]))


DOSES_LISTED = 20
"""So many doses stand on the first page: more than a site gives at once; the others are found by patient."""
LATELY = timedelta(days=30)
UNDER_WAY = (Phase.DOSING, Phase.RECOVERY)
DONE_TODAY = (Phase.DISCHARGED, Phase.INTEGRATING, Phase.CLOSED)
ON_ITS_DAY = {
    Phase.PREPARE: gettext_lazy("not ready yet"),
    Phase.READY: gettext_lazy("ready"),
    Phase.DOSING: gettext_lazy("dosing now"),
    Phase.RECOVERY: gettext_lazy("in recovery"),
}
"""The phases of a dose on its day; the others say their own name."""


def doses_on(person: Person, today: date) -> tuple[list[Cycle], int]:
    """Doses planned for a day or under way, of patients whose treatment one may read, and how many there are.

    The first `DOSES_LISTED`: under way before waiting before done.
    """
    order = Case(When(phase__in=UNDER_WAY, then=0), When(phase__in=DONE_TODAY, then=2), default=1)
    cycles = list(
        Cycle.objects.filter(
            Q(target_date=today) | Q(phase__in=UNDER_WAY),
            treatment__state=TreatmentState.SIGNED,
            treatment__patient__in=patients_for(person, Permission.TREATMENTS_READ),
        )
        .exclude(phase=Phase.VOID)
        .select_related("treatment__patient__person", "treatment__patient__site")
        .annotate(all_doses=Window(Count("*")))
        .order_by(order, "target_date", "pk")[:DOSES_LISTED]
    )
    return list[Cycle](cycles), cycles[0].all_doses if cycles else 0


def day_mark(cycle: Cycle) -> tuple[str, str]:
    """The mark of a dose on its day (`mooring_ui.MARKS`) and its state in words."""
    phase = Phase(cycle.phase)
    kind = "saved" if phase in DONE_TODAY else "planned" if phase == Phase.PREPARE else "due"
    return kind, str(ON_ITS_DAY.get(phase, phase.label))


def stages_at(sites: set[int], at: datetime) -> "dict[str, QuerySet[Any]]":
    """Treatments of the sites' patients by state, and the eligible for whom no treatment plan was drafted."""
    treated = Treatment.objects.filter(screening=OuterRef("pk")).exclude(state=TreatmentState.WITHDRAWN)
    treatments = Treatment.objects.filter(patient__site__in=sites)
    ended = treatments.filter(state=TreatmentState.ENDED)
    return {
        "eligible": Screening.objects.filter(
            ~Exists(treated), patient__site__in=sites, decision__in=GOING_ON
        ),
        "draft": treatments.filter(state=TreatmentState.DRAFT),
        "signed": treatments.filter(state=TreatmentState.SIGNED),
        "ended": ended,
        "ended_lately": ended.filter(ended_at__gte=at - LATELY),
    }
