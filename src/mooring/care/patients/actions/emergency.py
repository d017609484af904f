"""Acts of break-glass: a record opened in an emergency without an ordinary right, and the review afterwards."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.patients.access import own_patients_for
from mooring.care.patients.models import EmergencyAccess, Patient
from mooring.identity.models import Person
from mooring.identity.queries import holders
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task, write_message
from mooring.work.models import Channel

EMERGENCY_LASTS = timedelta(
    hours=2
)  # a design default: long enough for an emergency, short enough to ask again
REVIEW_WITHIN = timedelta(days=1)  # a design default


@recorded("care.patients.emergency-opened")
def open_in_emergency(
    *, patient: Patient, reason: str, explanation: str, by: Person, at: datetime
) -> EmergencyAccess:
    """Open a record for reading without an ordinary right to it; the privacy officer is told in the same act."""
    if own_patients_for(by).filter(pk=patient.pk).exists():
        raise Refused(
            _("You may open this record without an emergency. Find {patient} under Patients.").format(
                patient=patient
            )
        )
    if EmergencyAccess.objects.filter(patient=patient, person=by, ends_at__gt=at).exists():
        raise Refused(_("You have emergency access to this record already."))
    opened = EmergencyAccess.objects.create(
        patient=patient,
        person=by,
        reason=reason,
        explanation=explanation,
        opened_at=at,
        ends_at=at + EMERGENCY_LASTS,
    )
    note(reason=reason, until=opened.ends_at.isoformat())
    _tell_reviewers(opened, by, at)
    return opened


def _tell_reviewers(opened: EmergencyAccess, by: Person, at: datetime) -> None:
    site, address = opened.patient.site, reverse("emergency-review", args=[opened.pk])
    title = _("{person} opened a record by emergency access").format(person=by)
    role = Role.PRIVACY_OFFICER if holders(site, Role.PRIVACY_OFFICER, at) else Role.MEDICAL_DIRECTOR
    owed = Owed(
        kind="emergency-review",
        about=opened,
        subject_name=str(opened.patient),
        title=title,
        reason=opened.get_reason_display(),
        address=address,
        act=_("Review access"),
        role=role,
        due_at=at + REVIEW_WITHIN,
        urgent=True,
    )
    task = make_task(owed=owed, site=site, by=by, at=at)
    body = _(
        "{person} opened a record of {site} by emergency access. Reason: {reason}. Review it in Mooring."
    )
    for person in holders(site, role, at):
        for channel in (Channel.SCREEN, Channel.EMAIL):
            write_message(
                channel=channel,
                person=person,
                site=site,
                title=title,
                body=body.format(person=by, site=site, reason=opened.get_reason_display()),
                address=address,
                task=task,
                subject=opened.subject_ref,
                urgent=True,
                by=by,
                at=at,
            )


@recorded("care.patients.emergency-not-found")
def note_emergency_not_found(*, by: Person, at: datetime) -> None:
    """Somebody asked for a record that no patient fits: who guesses leaves a trace, and no name."""


@recorded("care.patients.emergency-ended")
def end_emergency(*, emergency: EmergencyAccess, by: Person, at: datetime) -> EmergencyAccess:
    """The person gives the access back before its time is over."""
    open_now = EmergencyAccess.objects.filter(pk=emergency.pk, person=by, ends_at__gt=at)
    if open_now.update(ends_at=at) != 1:
        raise Refused(_("This emergency access has already ended."))
    emergency.refresh_from_db()
    return emergency


@recorded("care.patients.emergency-reviewed")
def review_emergency(
    *, emergency: EmergencyAccess, justified: bool, review: str, by: Person, at: datetime
) -> EmergencyAccess:
    """The privacy officer says whether it was justified; nobody reviews their own."""
    if by == emergency.person:
        raise Refused(_("You cannot review your own access. Ask a colleague."))
    reviewed = EmergencyAccess.objects.filter(pk=emergency.pk, reviewed_at__isnull=True).update(
        reviewed_by=by, reviewed_at=at, justified=justified, review=review
    )
    if reviewed != 1:
        raise Refused(_("A colleague already reviewed this access."))
    emergency.refresh_from_db()
    note(justified=justified)
    outcome = "justified" if justified else "not-justified"
    close_tasks_about(emergency, kind="emergency-review", outcome=outcome, by=by, at=at)
    return emergency
