"""Acts on consents: signing one in person, and withdrawing it at any time."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.consents.models import Consent
from mooring.care.consents.queries import text_digest, texts_in_force
from mooring.care.patients.models import Patient
from mooring.content.schema.texts import ConsentText as Text
from mooring.identity.models import CareTeamMember, Person, SignedPack
from mooring.identity.packs import parsed, signed_pack_in_force
from mooring.identity.queries import on_duty
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.words.names import clean_line, same_name
from mooring.work.actions import write_message
from mooring.work.models import Channel


@recorded("care.consents.signed")
def sign_consent(
    *,
    patient: Patient,
    pack: SignedPack,
    text: Text,
    signed_name: str,
    understood: Mapping[str, bool],
    choices: Mapping[str, bool],
    by: Person,
    at: datetime,
) -> Consent:
    """Record that the patient signed `text` of `pack` with their name, with `by` in the room.

    `understood` answers each teach-back question and `choices` each section that leaves a choice, by the
    section's code. Refused when the pack changed meanwhile, a question is not understood yet, a choice is
    open, the name is not the patient's, or the same text is signed already.
    """
    if signed_pack_in_force(patient.site).pk != pack.pk:
        raise Refused(
            _(
                "A new knowledge pack was signed while this page was open. Open the consent again: its text may have changed."
            )
        )
    if text not in texts_in_force(parsed(pack), patient.site.today(at), patient.person.language):
        raise Refused(_("This text is not in force today. Go back to Consents and choose one that is."))
    _check_answers(text, understood, choices)
    _check_name(patient, signed_name)
    digest = text_digest(text)
    if Consent.objects.filter(
        patient__in=patient.records, text_digest=digest, withdrawn_at__isnull=True
    ).exists():
        raise Refused(
            _("{patient} has already signed this text. There is nothing left to sign.").format(
                patient=patient
            )
        )
    consent = Consent.objects.create(
        patient=patient,
        pack=pack,
        text=text.key,
        text_digest=digest,
        signed_name=clean_line(signed_name),
        understood=dict(understood),
        choices=dict(choices),
        taken_by=by,
        signed_at=at,
    )
    note(text=text.key, text_digest=digest)
    return consent


def _check_answers(text: Text, understood: Mapping[str, bool], choices: Mapping[str, bool]) -> None:
    asked = {section.code: section.heading for section in text.sections if section.teach_back}
    not_understood = [heading for code, heading in asked.items() if not understood.get(code)]
    if not_understood:
        raise Refused(
            _(
                "Not signed. Go through these sections again with the patient: {sections}. The patient can sign "
                "once they can explain them in their own words."
            ).format(sections=", ".join(not_understood))
        )
    open_choices = [
        section.heading for section in text.sections if section.choice and section.code not in choices
    ]
    if open_choices:
        raise Refused(
            _("Not signed. The patient still has to choose: {sections}.").format(
                sections=", ".join(open_choices)
            )
        )


def _check_name(patient: Patient, signed_name: str) -> None:
    known = (patient.person.legal_name, patient.person.chosen_name)
    if not any(same_name(signed_name, name) for name in known):
        raise Refused(
            _(
                "The typed name is not the name on this record. Ask the patient to type their own full name, "
                "as shown at the top of the page."
            )
        )


@recorded("care.consents.withdrawn")
def withdraw_consent(*, consent: Consent, by: Person, at: datetime) -> Consent:
    """The patient withdraws the consent, recorded by `by`. No reason is asked; the team is notified at once."""
    withdrawn = Consent.objects.filter(pk=consent.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_to=by
    )
    if withdrawn != 1:
        raise Refused(_("This consent is already withdrawn."))
    consent.refresh_from_db()
    patient = consent.patient
    for person in _notified(patient, at):
        write_message(
            channel=Channel.SCREEN,
            person=person,
            site=patient.site,
            title=_("{patient} withdrew a consent").format(patient=patient),
            body=_("{text} is no longer valid. No dose can start until it is signed again.").format(
                text=consent.text
            ),
            address=reverse("consents", args=[patient.pk]),
            subject=patient.subject_ref,
            urgent=True,
            by=by,
            at=at,
        )
    note(text=consent.text)
    return consent


def _notified(patient: Patient, at: datetime) -> list[Person]:
    team = CareTeamMember.objects.filter(team=patient.care_team_id, until__isnull=True).select_related(
        "person"
    )
    people = [*(each.person for each in team), *on_duty(patient.site, Role.PRESCRIBER, at)]
    return list({person.pk: person for person in people}.values())
