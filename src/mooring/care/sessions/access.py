"""Who may be handed which session or entry: always through the patient's record."""

import base64
from datetime import timedelta

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.crypto import salted_hmac

from mooring.audit.prepared import Prepared
from mooring.care.patients.access import get_patient_for, may_on
from mooring.care.sessions.models import (
    BedsideDevice,
    ChaperoneConsole,
    LogEntry,
    PatientTablet,
    Session,
    SessionGroup,
    SessionState,
)
from mooring.care.sessions.pairing import (
    CONSOLE_COOKIE,
    TABLET_COOKIE,
    PairedDevice,
    PairedDevices,
    hash_of,
)
from mooring.identity.models import Person
from mooring.identity.roles import Permission, Reach

OPENING_SALT = "care.sessions.opening"
STAYS_OPEN = timedelta(hours=1)


def get_session_for(
    person: Person, pk: int, *, to: Permission = Permission.SESSIONS_READ, opening: str = ""
) -> Session:
    """The session with its cycle, order and patient; 404 for a stranger, 403 for who may not do this.

    What is sent from a page names the `opening` of that page: its row is on the access log, and no other one is due.
    """
    found = _session(pk)
    if not (opening and _is_of(opening, person, found) and may_on(person, found.patient, to)):
        get_patient_for(person, found.patient_id, to=to)
    return found


def opening_of(person: Person, session: Session) -> str:
    """The mark of an opening that is on the access log: with it the page may look again for an hour."""
    return signing.dumps([session.pk, person.pk], salt=OPENING_SALT)


def get_session_again(person: Person, pk: int, *, opening: str) -> Session:
    """The session for a page that this person opened within the hour: no new opening, hence no new row.

    404 without the mark of that opening, and for who may no longer read it (docs/decisions/0009).
    """
    found = _session(pk)
    if not _is_of(opening, person, found) or not may_on(person, found.patient, Permission.SESSIONS_READ):
        raise Http404
    return found


def _is_of(opening: str, person: Person, session: Session) -> bool:
    """Whether it is the mark of this person's opening of this session, within the hour."""
    try:
        held = signing.loads(opening, salt=OPENING_SALT, max_age=STAYS_OPEN)
    except signing.BadSignature:
        return False
    return bool(held == [session.pk, person.pk])


def kept_key(person: Person, session: Session) -> str:
    """The key for what waits on a device for the network: this person's, for this session alone, stored nowhere."""
    return _key("care.sessions.kept", f"{session.pk}:{person.pk}")


def paired_key(device: PairedDevice) -> str:
    """The key under which a paired device keeps its page, and what waits, for a time without a network.

    It belongs to this pairing: the next session that the same phone is paired with reads nothing of it.
    """
    return _key("care.sessions.paired-kept", f"{device._meta.model_name}:{device.pk}:{device.token_hash}")


def _key(salt: str, value: str) -> str:
    return base64.b64encode(salted_hmac(salt, value, algorithm="sha256").digest()).decode()


CREW_SALT = "care.sessions.crew"
CREW_HOLDS = timedelta(hours=1)
"""So long the sheet can be read on an ambulance crew's phone after it was last shown on a screen here."""


def crew_link_of(person: Person, session: Session) -> str:
    """The token of the crew's link: it opens the sheet of this session alone, in this colleague's name."""
    return signing.dumps([session.pk, person.pk], salt=CREW_SALT)


def get_session_for_crew(token: str) -> Session:
    """The session of a crew's link, opened in the name of the colleague who showed it; 404 once it is old."""
    try:
        pk, shown_by = signing.loads(token, salt=CREW_SALT, max_age=CREW_HOLDS)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    person = Person.objects.filter(pk=shown_by, is_active=True).first()
    if person is None:
        raise Http404
    return get_session_for(person, pk)


def get_tablet_for(request: HttpRequest) -> PatientTablet | None:
    """The tablet that this browser was paired as, while its session lasts; it opens no other address."""
    paired = TABLET_COOKIE.known(request, PatientTablet.objects.all())
    return _with_session(paired.filter(session__state=SessionState.OPEN))


def get_tablet_by_code(code: str) -> PatientTablet | None:
    """The tablet that waits for this code, however it was typed; None for a code that nobody made."""
    return _with_session(PatientTablet.objects.by_code(code))


def get_device_for(request: HttpRequest) -> BedsideDevice | None:
    """The device whose token the request bears (`Authorization: Bearer …`), paired or ended; None for no token of ours."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        return None
    return next(iter(BY_TOKEN.records((hash_of(token),))), None)


def get_device_by_code(code: str) -> BedsideDevice | None:
    """The device that waits for this code, however it was typed; None for a code that nobody made."""
    return _measuring().by_code(code).first()


def get_device_of(person: Person, session: Session, pk: int) -> BedsideDevice:
    """A device of this session, for a colleague who may write in it; 404 for any other."""
    get_patient_for(person, session.patient_id, to=Permission.SESSIONS_WRITE)
    found: BedsideDevice | None = _measuring().of(session).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


BY_TOKEN = Prepared(lambda keys, moments: _measuring().filter(token_hash__in=keys))


def _measuring() -> PairedDevices:
    joined = BedsideDevice.objects.select_related("made_by", "session__patient__site", "session__pack")
    return joined.defer("session__pack__body")


def get_console_for(request: HttpRequest) -> ChaperoneConsole | None:
    """The console that this phone was paired as, while its session lasts; it opens no other address."""
    paired = CONSOLE_COOKIE.known(request, ChaperoneConsole.objects.all())
    return _console(paired.filter(session__state=SessionState.OPEN))


def get_console_by_code(code: str) -> ChaperoneConsole | None:
    """The console that waits for this code, however it was typed; None for a code that nobody made."""
    return _console(ChaperoneConsole.objects.by_code(code))


def _console(found: PairedDevices) -> ChaperoneConsole | None:
    joined = found.select_related(
        "person",
        "arrangement__responsible",
        "arrangement__chaperone",
        "session__patient__person",
        "session__patient__site",
        "session__cycle__treatment__patient__site",
        "session__order",
        "session__pack",
        "session__opened_by",
    )
    return joined.defer("session__pack__body").first()


def _with_session(found: PairedDevices) -> PatientTablet | None:
    joined = found.select_related(
        "session__patient__person",
        "session__patient__site",
        "session__cycle__preparation",
        "session__cycle__treatment__patient__site",
        "session__order",
        "session__pack",
        "session__opened_by",
    )
    return joined.defer("session__pack__body").first()


SESSION = Prepared(
    lambda keys, moments: (
        Session.objects.select_related(
            "patient__person",
            "patient__site",
            "cycle__treatment",
            "cycle__preparation",
            "order__signed_by",
            "order__weight",
            "pack",
            "opened_by",
        )
        .defer("pack__body")
        .filter(pk__in=keys)
    )
)
"""Who signed off or voided a session is asked where it is shown: this is asked at each tap and each look, which need neither."""


def _session(pk: int) -> Session:
    found: list[Session] = SESSION.records((pk,))
    if not found:
        raise Http404
    session = found[0]
    session.order.cycle = session.cycle  # the same rows, read once
    if session.cycle.treatment.patient_id == session.patient_id:
        session.cycle.treatment.patient = session.patient
    return session


def get_entry_for(
    person: Person, session: Session, pk: int, *, to: Permission = Permission.SESSIONS_WRITE
) -> LogEntry:
    """An entry of this session and of no other; 404 otherwise."""
    get_patient_for(person, session.patient_id, to=to)
    found = session.entries.select_related("words").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_group_for(person: Person, pk: int, *, to: Permission = Permission.SESSIONS_READ) -> SessionGroup:
    """The group, for who works in sessions of its whole site: it shows several patients; 404 for a stranger."""
    found = SessionGroup.objects.select_related("site").filter(pk=pk).first()
    if found is None or found.site_id not in person.sites_where(Permission.SESSIONS_READ, Reach.SITE):
        raise Http404
    if found.site_id not in person.sites_where(to, Reach.SITE):
        raise PermissionDenied
    return found
