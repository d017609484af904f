"""A bedside device: a code for one session, the pairing, and the readings, which are stored before anything is made of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.audit.recording import note, recorded
from mooring.care.sessions.actions.tablet import CODE_HOLDS
from mooring.care.sessions.kinds.kind import Stage
from mooring.care.sessions.models import BedsideDevice, MinuteOfReadings, Session, SessionState, StoredReading
from mooring.care.sessions.pairing import CODE_LENGTH, hash_of, pair
from mooring.care.sessions.queries import chart_of
from mooring.identity.models import Person
from mooring.rules.device_readings import DeviceReading, minute_of, summarise
from mooring.rules.verdict import Refused
from mooring.work.codes import new_code

NAME_CHARACTERS = 60
A_MINUTE = timedelta(minutes=1)
OF_MINUTE = Prepared(
    lambda keys, moments: StoredReading.objects.filter(
        device__in=keys, at__gte=moments[0], at__lt=moments[1]
    ).values_list("seq", "at", "values", "artefact")
)


@recorded("care.sessions.device-code-made")
def make_device_code(*, session: Session, by: Person, at: datetime) -> tuple[BedsideDevice, str]:
    """A code that pairs one device with this session; it holds for ten minutes and is stored as a hash alone."""
    stage = chart_of(session, at).stage
    if session.state != SessionState.OPEN or stage == Stage.DISCHARGED:
        raise Refused(_("This session has ended. A device is paired while the patient is in the room."))
    code = new_code(CODE_LENGTH)
    device = BedsideDevice.objects.create(
        session=session,
        code_hash=hash_of(code),
        code_until=at + CODE_HOLDS,
        in_recovery=stage == Stage.RECOVERY,
        made_by=by,
        made_at=at,
    )
    note(target=device, session=session.pk)
    return device, code


@recorded("care.sessions.device-paired")
def pair_device(*, device: BedsideDevice, name: str, by: Person, at: datetime) -> tuple[BedsideDevice, str]:
    """This machine measures for the session from now on; one that was paired before does no longer. Answers its token.

    `by` is the colleague who made the code: a machine has no sign-in of its own.
    """
    token = pair(device, at, name=name.strip()[:NAME_CHARACTERS])
    note(target=device, session=device.session_id)
    return device, token


@recorded("care.sessions.device-ended")
def end_device(*, device: BedsideDevice, by: Person, at: datetime) -> BedsideDevice:
    """Take a device away from its session; what it sent stays."""
    if BedsideDevice.objects.filter(pk=device.pk).paired().update(ended_at=at) != 1:
        raise Refused(_("This device is not paired any more."))
    note(target=device, session=device.session_id)
    return device


def end_devices(session: Session, at: datetime) -> None:
    """No device measures for this session any more; part of the act that ends the dosing or the stay."""
    BedsideDevice.objects.of(session).paired().update(ended_at=at)


def store_readings(*, device: BedsideDevice, readings: Iterable[DeviceReading], at: datetime) -> int:
    """Store what a device sent, each reading once however often it is sent; answers how many were new.

    The rows come first; the minutes that they lie in are then made anew from all of their rows, in the same
    transaction. Readings are no acts of a person: the pairing and its end are what the audit holds.
    """
    readings = list(readings)
    with transaction.atomic():
        held = BedsideDevice.objects.filter(pk=device.pk, ended_at__isnull=True)
        if held.update(last_heard_at=at) != 1:
            raise Refused(_("This device is not paired any more."))
        known = set(
            StoredReading.objects.filter(device=device, seq__in=[each.seq for each in readings]).values_list(
                "seq", flat=True
            )
        )
        fresh = {each.seq: each for each in readings if each.seq not in known}
        StoredReading.objects.bulk_create(
            StoredReading(
                device=device,
                seq=each.seq,
                at=each.at,
                stored_at=at,
                values=dict(each.values),
                artefact=each.artefact,
            )
            for each in fresh.values()
        )
        for minute in sorted({minute_of(each.at) for each in fresh.values()}):
            _summarise(device, minute)
    return len(fresh)


def _summarise(device: BedsideDevice, minute: datetime) -> None:
    rows = OF_MINUTE.rows((device.pk,), minute, minute + A_MINUTE)
    found = summarise(minute, (DeviceReading(*row) for row in rows))
    signs = {sign: [each.middle, each.low, each.high, each.count] for sign, each in found.signs.items()}
    made = MinuteOfReadings(
        device=device, at=minute, signs=signs, readings=found.readings, artefacts=found.artefacts
    )
    MinuteOfReadings.objects.bulk_create(
        [made],
        update_conflicts=True,
        unique_fields=["device", "at"],
        update_fields=["signs", "readings", "artefacts"],
    )
