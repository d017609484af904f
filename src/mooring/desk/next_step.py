"""The one next step of a patient, over all rooms: what is waited for, and the page where it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.care.consents.queries import current_consent
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import NextStep
from mooring.care.screening.models import Decision, Screening, ScreeningState
from mooring.care.screening.queries import newest_screening_of, setting_of
from mooring.care.treatments.models import Cycle, Phase, Treatment, TreatmentState
from mooring.care.treatments.queries import cycles_of, treatments_of
from mooring.identity.models import Person
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused

GOING_ON = (Decision.ELIGIBLE, Decision.CONDITIONS)


@dataclass(frozen=True)
class Way:
    """A page that does the next step, and the permission that it asks for."""

    act: str
    name: str
    argument: int
    needs: Permission


def next_step(person: Person, patient: Patient, at: datetime) -> NextStep | None:
    """The next step for this patient as `person` may know it; None for who reads none of these rooms."""
    says, way = _step(person, patient, at)
    if not says:
        return None
    if way is None or not may_on(person, patient, way.needs):
        return NextStep(says)
    return NextStep(says, way.act, reverse(way.name, args=[way.argument]))


def _step(person: Person, patient: Patient, at: datetime) -> tuple[str, Way | None]:
    treatment = treatments_of(patient).exclude(state=TreatmentState.WITHDRAWN).first()
    if treatment is not None and may_on(person, patient, Permission.TREATMENTS_READ):
        return _of_treatment(treatment)
    if treatment is None and may_on(person, patient, Permission.SCREENING_READ):
        return _of_screening(patient, newest_screening_of(patient), at)
    return "", None


def _of_screening(patient: Patient, screening: Screening | None, at: datetime) -> tuple[str, Way | None]:
    if screening is None:
        way = Way(_("Send the screening"), "screening-send", patient.pk, Permission.SCREENING_SEND)
        return _("The screening was not sent yet."), way
    if screening.state == ScreeningState.SENT:
        way = Way(_("Send the link again"), "screening-send", patient.pk, Permission.SCREENING_SEND)
        return _("The screening is with the patient."), way
    if screening.state == ScreeningState.ANSWERED:
        way = Way(_("Open the screening"), "screening", screening.pk, Permission.SCREENING_READ)
        return _("The screening is answered and waits for the prescriber's decision."), way
    if screening.decision not in GOING_ON:
        way = Way(_("Open the screening"), "screening", screening.pk, Permission.SCREENING_READ)
        return _("Decided: %(decision)s.") % {"decision": screening.get_decision_display()}, way
    if not _consented(patient, at):
        way = Way(_("Open the consents"), "consents", patient.pk, Permission.CONSENTS_READ)
        return _("Eligible. The consent is not signed yet."), way
    way = Way(_("Draft the treatment"), "treatment-draft", patient.pk, Permission.TREATMENTS_SIGN)
    return _("Eligible, and the consent is signed. The treatment is not drafted yet."), way


def _consented(patient: Patient, at: datetime) -> bool:
    try:
        pack, on = pack_in_force(patient.site), patient.site.today(at)
        return current_consent(patient, pack, on=on, where=setting_of(patient.site)).current
    except Refused:
        return False


def _of_treatment(treatment: Treatment) -> tuple[str, Way | None]:
    read = Permission.TREATMENTS_READ
    if treatment.state == TreatmentState.DRAFT:
        way = Way(_("Open the draft"), "treatment", treatment.pk, read)
        return _("The treatment is drafted and waits for the prescriber's signature."), way
    if treatment.state == TreatmentState.ENDED:
        way = Way(_("Open the treatment"), "treatment", treatment.pk, read)
        return _("The treatment has ended: %(outcome)s.") % {"outcome": treatment.get_outcome_display()}, way
    cycle: Cycle | None = next(
        (each for each in cycles_of(treatment) if each.phase not in (Phase.CLOSED, Phase.VOID)), None
    )
    if cycle is None:
        way = Way(_("Open the treatment"), "treatment", treatment.pk, read)
        return _("Every dose is closed. The treatment is to be ended with its outcome, or goes on."), way
    said = {"number": cycle.number, "phase": cycle.get_phase_display()}
    way = Way(_("Open dose %(number)s") % said, "cycle", cycle.pk, read)
    return _("Dose %(number)s: %(phase)s.") % said, way
