"""What happened to a patient, over all rooms, newest first: only the rooms that the reader may read."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from mooring.care.consents.models import Consent
from mooring.care.integration.models import Contact, IntegrationVisit
from mooring.care.measures.models import Filled
from mooring.care.measures.queries import total_in_words
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.care.screening.models import Screening
from mooring.care.treatments.models import Cycle, Treatment
from mooring.identity.models import Person
from mooring.identity.roles import Permission
from mooring.sentences.times import day_words


@dataclass(frozen=True)
class Happened:
    """One entry of the timeline; `kind` "dose" has the larger dot."""

    at: datetime
    what: str
    meta: str = ""
    kind: str = ""

    @property
    def when(self) -> str:
        return day_words(self.at)


def happened_to(person: Person, patient: Patient, *, most: int) -> list[Happened]:
    """The newest `most` entries of what `person` may read about the patient."""
    entries = [Happened(patient.since, _("Became a patient here"))]
    if may_on(person, patient, Permission.SCREENING_READ):
        entries += _of_screenings(patient)
    if may_on(person, patient, Permission.CONSENTS_READ):
        entries += [
            Happened(each.signed_at, _("Consent signed"), f"{each.text}, {each.taken_by}")
            for each in Consent.objects.filter(patient=patient).select_related("taken_by")
        ]
    if may_on(person, patient, Permission.TREATMENTS_READ):
        entries += _of_treatments(patient)
    if may_on(person, patient, Permission.INTEGRATION_READ):
        entries += _of_integration(patient)
    if may_on(person, patient, Permission.MEASURES_READ):
        entries += [
            Happened(each.filled_at, f"{each.instrument.partition('@')[0]}: {total_in_words(each)}")
            for each in Filled.objects.filter(patient=patient).order_by("-filled_at")[:most]
        ]
    return sorted(entries, key=lambda each: each.at, reverse=True)[:most]


def _of_screenings(patient: Patient) -> list[Happened]:
    entries = []
    for each in Screening.objects.filter(patient=patient).select_related("decided_by", "sent_by"):
        entries.append(Happened(each.sent_at, _("Screening sent"), str(each.sent_by)))
        if each.answered_at:
            entries.append(Happened(each.answered_at, _("Screening answered")))
        if each.decided_at:
            said = _("Screening decided: %(decision)s") % {"decision": each.get_decision_display()}
            entries.append(Happened(each.decided_at, said, str(each.decided_by)))
    return entries


def _of_integration(patient: Patient) -> list[Happened]:
    of_patient = {"cycle__treatment__patient": patient}
    contacts = Contact.objects.filter(**of_patient).select_related("by")
    visits = IntegrationVisit.objects.filter(**of_patient).select_related("by")
    return [
        *(
            Happened(
                each.at,
                _("Contact after the dose: %(result)s") % {"result": each.get_result_display()},
                str(each.by),
            )
            for each in contacts
        ),
        *(Happened(each.at, _("Integration visit"), str(each.by)) for each in visits),
    ]


def _of_treatments(patient: Patient) -> list[Happened]:
    entries = []
    for each in Treatment.objects.filter(patient=patient).select_related("signed_by", "ended_by"):
        if each.signed_at:
            said = _("Treatment signed: %(protocol)s") % {"protocol": each.protocol}
            entries.append(Happened(each.signed_at, said, str(each.signed_by)))
        if each.ended_at:
            said = _("Treatment ended: %(outcome)s") % {"outcome": each.get_outcome_display()}
            entries.append(Happened(each.ended_at, said, str(each.ended_by)))
    for cycle in Cycle.objects.filter(treatment__patient=patient, dosed_at__isnull=False):
        if cycle.dosed_at:
            said = _("Dose %(number)s") % {"number": cycle.number}
            entries.append(Happened(cycle.dosed_at, said, str(cycle.get_phase_display()), kind="dose"))
    return entries
