"""A link to one page, sent to a patient on their best channel."""

from datetime import datetime, timedelta

from django.db.models import Model
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Refused
from mooring.work.actions import best_channel, make_link, write_message
from mooring.work.models import Channel


def send_link(
    *,
    patient: Patient,
    kind: str,
    about: Model,
    opens: str,
    lasts: timedelta,
    title: str,
    body: str,
    otherwise: str,
    by: Actor,
    at: datetime,
) -> None:
    """Send the link, within the caller's act; an earlier link of this kind about the same stops working.

    `opens` names the page behind it, and `{link}` in `body` becomes the link. A patient without phone and e-mail
    is refused, and `otherwise` says what to do instead.
    """
    channel = best_channel(patient.person)
    if channel == Channel.SCREEN:
        raise Refused(
            _("{patient} has no phone number and no e-mail.").format(patient=patient) + " " + otherwise
        )
    link = make_link(
        kind=kind,
        person=patient.person,
        about=about,
        opens=opens,
        site=patient.site,
        birth_date=patient.birth_date,
        lasts=lasts,
        by=by,
        at=at,
    )
    write_message(
        channel=channel,
        person=patient.person,
        site=patient.site,
        title=title,
        body=body,
        link=link,
        subject=patient.subject_ref,
        by=by,
        at=at,
    )
