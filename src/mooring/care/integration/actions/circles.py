"""Circles: who is on the roster, who came, and what is noted of each in their own record."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.integration.models import Circle, CircleSeat
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.identity.models import Person, Site
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused


@recorded("care.integration.circle-planned")
def plan_circle(
    *,
    site: Site,
    kind: str,
    topic: str,
    meets_at: datetime,
    places: int,
    led_by: Person,
    by: Person,
    at: datetime,
) -> Circle:
    """Plan a circle with its places and who leads it."""
    if meets_at <= at:
        raise Refused(_("A circle is planned for a time to come."))
    if not 2 <= places <= 30:
        raise Refused(_("A circle has 2 to 30 places."))
    made = Circle.objects.create(
        site=site,
        kind=kind,
        topic=topic.strip(),
        meets_at=meets_at,
        places=places,
        led_by=led_by,
        made_by=by,
        made_at=at,
    )
    note(target=made, kind=kind)
    return made


@recorded("care.integration.circle-joined")
def seat_patient(*, circle: Circle, patient: Patient, by: Person, at: datetime) -> CircleSeat:
    """Put a patient on the roster while a place is free."""
    if patient.site_id != circle.site_id:
        raise Refused(_("This circle is of another site."))
    if not may_on(by, patient, Permission.INTEGRATION_WRITE):
        raise Refused(_("You do not work with this patient."))
    if circle.seats.count() >= circle.places:
        raise Refused(_("Every place of this circle is taken."))
    try:
        with transaction.atomic():
            made = CircleSeat.objects.create(circle=circle, patient=patient, by=by, at=at)
    except IntegrityError as error:
        raise Refused(_("{patient} is on the roster already.").format(patient=patient)) from error
    note(target=made, circle=circle.pk)
    return made


@recorded("care.integration.circle-attended")
def take_attendance(
    *, circle: Circle, came: Mapping[int, bool], words: Mapping[int, str], by: Person, at: datetime
) -> Circle:
    """Record who came, by seat, with a note of their own for each; a correction takes it again."""
    if at < circle.meets_at:
        raise Refused(_("Attendance is taken when the circle meets."))
    seats = {seat.pk: seat for seat in circle.seats.select_related("patient")}
    if set(came) - set(seats):
        raise Refused(_("Someone is not on the roster of this circle."))
    for pk, present in came.items():
        CircleSeat.objects.filter(pk=pk).update(came=present, note=words.get(pk, "").strip(), by=by, at=at)
    note(target=circle, came=sum(came.values()), of=len(seats))
    return circle
