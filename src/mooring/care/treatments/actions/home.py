"""Acts around a dose at home: the arrangement of the dose, a prescriber's visit, dispensing, the count at the end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient, SupportPerson
from mooring.care.treatments.models import (
    Cycle,
    Dispensing,
    HomeArrangement,
    PrescriberVisit,
    Treatment,
    UnitCount,
)
from mooring.care.treatments.queries import where_of
from mooring.care.treatments.queries.home import supply_of, units_a_dose
from mooring.identity.models import Person
from mooring.identity.roles import Permission, Role
from mooring.rules.home import dispensing_faults
from mooring.rules.verdict import Refused
from mooring.sentences.home import FAULTS
from mooring.work.actions import Owed, make_task


@dataclass(frozen=True, kw_only=True)
class HomePlan:
    """The arrangement of one dose at home, as it is typed."""

    responsible: Person
    address: str
    emergency_number: str
    chaperone: SupportPerson
    confirmed_live: bool
    finding: str = ""
    emergency_service: str = ""
    second_contact: SupportPerson | None = None
    video_link: str = ""


def _refuse_elsewhere(treatment: Treatment) -> None:
    if where_of(treatment).setting != "at-home":
        raise Refused(_("This treatment is not given at home."))


@recorded("care.treatments.home-arranged")
def arrange_home(*, cycle: Cycle, plan: HomePlan, by: Person, at: datetime) -> HomeArrangement:
    """Record who answers for this dose, where it is given and who stays. A later one replaces it; both are kept."""
    _refuse_elsewhere(cycle.treatment)
    patient, reasons = cycle.treatment.patient, []
    if not may_on(plan.responsible, patient, Permission.SESSIONS_WRITE):
        reasons.append(_("{name} does not work in this patient's sessions.").format(name=plan.responsible))
    people = [plan.chaperone, *([plan.second_contact] if plan.second_contact else [])]
    for person in people:
        if person.patient_id not in patient.records or person.ended_at is not None:
            reasons.append(_("{name} is not a support person of this record.").format(name=person.name))
        elif not person.phone.strip():
            reasons.append(_("{name} has no phone on the record.").format(name=person.name))
    if plan.second_contact == plan.chaperone:
        reasons.append(_("The second contact is someone other than the chaperone."))
    if not plan.address.strip() or not plan.emergency_number.strip():
        reasons.append(_("Enter the address of today and the emergency number there."))
    if reasons:
        raise Refused(*reasons)
    made = HomeArrangement.objects.create(
        cycle=cycle,
        responsible=plan.responsible,
        address=plan.address.strip(),
        finding=plan.finding.strip(),
        emergency_number=plan.emergency_number.strip(),
        emergency_service=plan.emergency_service.strip(),
        chaperone=plan.chaperone,
        second_contact=plan.second_contact,
        confirmed_live=plan.confirmed_live,
        video_link=plan.video_link,
        by=by,
        at=at,
    )
    note(target=made, cycle=cycle.number, confirmed=plan.confirmed_live)
    return made


@recorded("care.treatments.prescriber-visited")
def record_visit(*, patient: Patient, way: str, words: str, by: Person, at: datetime) -> PrescriberVisit:
    """Record a prescriber's visit; it opens the gate that waits for one."""
    if not words.strip():
        raise Refused(_("Say what was assessed and decided."))
    made = PrescriberVisit.objects.create(patient=patient, way=way, note=words.strip(), by=by, at=at)
    note(target=made)
    return made


@recorded("care.treatments.home-dispensed")
def dispense(
    *,
    treatment: Treatment,
    doses: int,
    units: int | None = None,
    on: date,
    lot: str = "",
    storage_told: bool,
    by: Person,
    at: datetime,
) -> Dispensing:
    """Record doses dispensed for the house: at most six there at once, no refill within seven days.

    A negative number of `doses` records what came back. `units` were counted; without a count the newest order says
    how many units a dose takes.
    """
    _refuse_elsewhere(treatment)
    if doses == 0:
        raise Refused(_("Enter how many doses."))
    if on > treatment.patient.site.today(at):
        raise Refused(_("This day lies in the future."))
    if doses > 0:
        supply = supply_of(treatment)
        faults = dispensing_faults(
            supply.handed, doses=doses, taken=supply.taken, returned=supply.returned, on=on
        )
        if faults:
            raise Refused(*(str(FAULTS[fault]) for fault in faults))
        if not storage_told:
            raise Refused(_("Tell the patient how to keep it: locked, dry, away from children and pets."))
    made = Dispensing.objects.create(
        treatment=treatment,
        doses=doses,
        units=_units_of(treatment, doses, units),
        lot=lot.strip(),
        on=on,
        storage_told=storage_told,
        by=by,
        at=at,
    )
    note(target=made, doses=doses)
    return made


def _units_of(treatment: Treatment, doses: int, counted: int | None) -> int:
    """Below zero for what came back; refused where neither a count nor an order says how many."""
    if counted is not None:
        return counted if doses > 0 else -counted
    each = units_a_dose(treatment)
    if each is None:
        raise Refused(_("Count the units: no order is signed yet that says how many a dose takes."))
    return doses * each


@recorded("care.treatments.units-counted")
def count_units(*, cycle: Cycle, counted: int, words: str = "", by: Person, at: datetime) -> UnitCount:
    """Record the count of units after a dose at home; a difference needs a word and becomes a prescriber's task."""
    _refuse_elsewhere(cycle.treatment)
    expected = supply_of(cycle.treatment).units_left
    if counted < 0:
        raise Refused(_("Enter how many are left."))
    if counted != expected and not words.strip():
        raise Refused(
            _("{counted} counted, {expected} expected. Count again, or say what is known.").format(
                counted=counted, expected=expected
            )
        )
    made = UnitCount.objects.create(
        cycle=cycle, expected=expected, counted=counted, note=words.strip(), by=by, at=at
    )
    if counted != expected:
        _ask_prescriber(made, by, at)
    note(target=made, expected=expected, counted=counted)
    return made


def _ask_prescriber(count: UnitCount, by: Person, at: datetime) -> None:
    patient = count.cycle.treatment.patient
    make_task(
        owed=Owed(
            kind="units-differ",
            about=count,
            title=_("Units at home differ after dose {number}").format(number=count.cycle.number),
            reason=_("{counted} counted, {expected} expected: {words}").format(
                counted=count.counted, expected=count.expected, words=count.note
            ),
            address=reverse("cycle-home", args=[count.cycle_id]),
            act=_("Open the dose at home"),
            role=Role.PRESCRIBER,
            due_at=at,
            subject=patient.subject_ref,
            subject_name=str(patient),
        ),
        site=patient.site,
        by=by,
        at=at,
    )
