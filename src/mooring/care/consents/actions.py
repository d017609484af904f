"""Acts on consents: signing one in the room, and taking it back at any time."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.consents.models import Consent
from mooring.care.consents.queries import text_digest, texts_in_force
from mooring.care.patients.models import Patient
from mooring.content.schema.texts import Consent as Text
from mooring.identity.models import CareTeamMember, Person, SignedPack
from mooring.identity.packs import parsed, signed_pack_in_force
from mooring.identity.queries import on_duty
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
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
    """Store that the patient signed `text` of `pack` with their name, `by` being with them in the room.

    `understood` answers each teach-back question and `choices` each section that leaves a choice, by the
    section's code. Refused when the pack changed meanwhile, a question is not understood yet, a choice is
    open, the name is not the patient's, or the same words are signed already.
    """
    if signed_pack_in_force(patient.site).pk != pack.pk:
        raise Refused(_("A new knowledge pack was signed meanwhile. Read the text again as it stands now."))
    if text not in texts_in_force(parsed(pack), patient.site.today(at), patient.person.language):
        raise Refused(_("This text is not in force today. Go back to the consents and choose one that is."))
    _check_answers(text, understood, choices)
    _check_name(patient, signed_name)
    digest = text_digest(text)
    if Consent.objects.filter(patient=patient, text_digest=digest, withdrawn_at__isnull=True).exists():
        raise Refused(
            _("{patient} has signed these words already. There is nothing more to sign.").format(
                patient=patient
            )
        )
    consent = Consent.objects.create(
        patient=patient,
        pack=pack,
        text=text.key,
        text_digest=digest,
        signed_name=" ".join(signed_name.split()),
        understood=dict(understood),
        choices=dict(choices),
        taken_by=by,
        signed_at=at,
    )
    note(text=text.key, text_digest=digest)
    return consent


def _check_answers(text: Text, understood: Mapping[str, bool], choices: Mapping[str, bool]) -> None:
    asked = {section.code: section.heading for section in text.sections if section.teach_back}
    again = [heading for code, heading in asked.items() if not understood.get(code)]
    if again:
        raise Refused(
            _(
                "Not signed yet. Go through this once more with the patient: {join}. The consent is signed when they can say it in their own words."
            ).format(join=", ".join(again))
        )
    open_choices = [
        section.heading for section in text.sections if section.choice and section.code not in choices
    ]
    if open_choices:
        raise Refused(
            _("Not signed yet. The patient has still to choose: {join}.").format(join=", ".join(open_choices))
        )


def _check_name(patient: Patient, signed_name: str) -> None:
    typed = " ".join(signed_name.split()).casefold()
    known = {patient.person.legal_name, patient.person.chosen_name} - {""}
    if typed not in {" ".join(name.split()).casefold() for name in known}:
        raise Refused(
            _(
                "The name that was typed is not the name on this record. The patient types their own name, "
                "as it stands at the top of the page."
            )
        )


@recorded("care.consents.withdrawn")
def withdraw_consent(*, consent: Consent, by: Person, at: datetime) -> Consent:
    """The patient takes the consent back, told to `by`. No reason is asked; the team is told at once."""
    taken_back = Consent.objects.filter(pk=consent.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_to=by
    )
    if taken_back != 1:
        raise Refused(_("This consent was taken back a moment ago already."))
    consent.refresh_from_db()
    patient = consent.patient
    for person in _told(patient, at):
        write_message(
            channel=Channel.SCREEN,
            person=person,
            site=patient.site,
            title=_("{patient} took back a consent").format(patient=patient),
            body=_("{text} no longer holds. No dose starts until it is signed again.").format(
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


def _told(patient: Patient, at: datetime) -> list[Person]:
    team = CareTeamMember.objects.filter(team=patient.care_team_id, until__isnull=True).select_related(
        "person"
    )
    people = [*(each.person for each in team), *on_duty(patient.site, Role.PRESCRIBER, at)]
    return list({person.pk: person for person in people}.values())
