"""The patient's tablet: a code for one session, and the pairing. What is asked at it is an entry of the log."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.models import PatientTablet, Session, SessionState
from mooring.care.sessions.pairing import CODE_LENGTH, hash_of, pair
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.codes import new_code

CODE_HOLDS = timedelta(minutes=10)


@recorded("care.sessions.tablet-code-made")
def make_tablet_code(*, session: Session, by: Person, at: datetime) -> tuple[PatientTablet, str]:
    """A code that pairs one tablet with this session; it holds for ten minutes and is stored as a hash alone."""
    if session.state != SessionState.OPEN:
        raise Refused(_("This session is closed. A tablet is paired with an open one."))
    code = new_code(CODE_LENGTH)
    tablet = PatientTablet.objects.create(
        session=session, code_hash=hash_of(code), code_until=at + CODE_HOLDS, made_by=by, made_at=at
    )
    note(target=tablet, session=session.pk)
    return tablet, code


@recorded("care.sessions.tablet-paired")
def pair_tablet(*, tablet: PatientTablet, by: Person, at: datetime) -> tuple[PatientTablet, str]:
    """This device is the session's tablet from now on, and one paired before is none any more; answers its token.

    `by` is the patient in whose hand it lies.
    """
    token = pair(tablet, at)
    note(target=tablet, session=tablet.session_id)
    return tablet, token
