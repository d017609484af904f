"""Opening a session: for a ready cycle with a live signed order, by somebody who is competent today."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import open_session_of
from mooring.care.treatments.models import Cycle, DoseOrder, Phase
from mooring.content.pack import Pack
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.identity.packs import parsed, signed_pack_in_force
from mooring.rules.verdict import Refused
from mooring.sentences.times import dated_moment_words


@recorded("care.sessions.opened")
def open_session(*, cycle: Cycle, by: Person, at: datetime) -> Session:
    """Open the session of a cycle under the pack in force; it keeps that pack whatever is signed later.

    Refused without a signed pack, without readiness, without a signed order, for somebody who is not
    competent, and while the patient has another open session.
    """
    patient = cycle.treatment.patient
    signed = signed_pack_in_force(patient.site)
    competence = may_act(by, "start-session", at=at, site=patient.site)
    if not competence.allowed:
        raise Refused(verdict=competence)
    order = DoseOrder.objects.filter(cycle=cycle, withdrawn_at__isnull=True).first()
    reasons = []
    if Cycle.objects.values_list("phase", flat=True).get(pk=cycle.pk) != Phase.READY:
        reasons.append("This dose is not ready. Complete the readiness first; then the session opens.")
    if order is None:
        reasons.append("No dose order is signed. The prescriber signs it; without it nothing starts.")
    if reasons or order is None:
        raise Refused(*reasons)
    _refuse_second(cycle)
    monitoring = _monitoring(cycle, order, parsed(signed), at)
    try:
        with transaction.atomic():
            session = Session.objects.create(
                cycle=cycle,
                patient=patient,
                order=order,
                pack=signed,
                monitoring=monitoring,
                opened_by=by,
                opened_at=at,
            )
    except IntegrityError:
        _refuse_second(cycle)
        raise
    note(cycle=cycle.number, order=order.pk, monitoring=monitoring, pack=signed.digest)
    return session


def _refuse_second(cycle: Cycle) -> None:
    patient = cycle.treatment.patient
    standing = open_session_of(patient.pk)
    if standing is not None:
        raise Refused(
            _(
                "{patient} has an open session already, opened by {opened_by}, {time}. Go on in that one; a patient has one open session."
            ).format(
                patient=patient,
                opened_by=standing.opened_by,
                time=dated_moment_words(standing.opened_at, patient.site.zone),
            )
        )


def _monitoring(cycle: Cycle, order: DoseOrder, pack: Pack, at: datetime) -> str:
    """The plan of looks (`id@version`) that the protocol names, in the pack in force today."""
    today = cycle.treatment.patient.site.today(at)
    protocol_id = cycle.treatment.protocol.partition("@")[0]
    try:
        protocol = pack.protocols.find(protocol_id, today)
        plan = pack.monitoring.find(protocol.monitoring or "", today)
    except KeyError as error:
        raise Refused(
            _(
                "The signed knowledge holds no plan of looks for {protocol_id}. The medical director signs a pack that has one."
            ).format(protocol_id=protocol_id)
        ) from error
    if plan.route != order.route:
        raise Refused(
            _(
                "The order says {route}, the plan of looks {key} is for {planned}. The prescriber looks at the order."
            ).format(route=order.route, key=plan.key, planned=plan.route)
        )
    return plan.key
