"""Opening a session: for a ready cycle with a live signed order, by somebody who is competent today."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import open_session_of
from mooring.care.treatments.gate import refuse_closed_gate
from mooring.care.treatments.models import Cycle, DoseOrder, Phase
from mooring.care.treatments.queries import where_of
from mooring.content.pack import Pack
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.identity.packs import parsed, signed_pack_in_force
from mooring.rules.verdict import Refused
from mooring.sentences.times import dated_moment_words


@recorded("care.sessions.opened")
def open_session(*, cycle: Cycle, by: Person, at: datetime, room: str = "") -> Session:
    """Open the session of a cycle under the pack in force; it keeps that pack whatever is signed later.

    Refused without a signed pack, without readiness, without a signed order, for somebody who is not
    competent, and while the patient has another open session.
    """
    patient = cycle.treatment.patient
    signed = signed_pack_in_force(patient.site)
    competence = may_act(by, "start-session", at=at, site=patient.site, where=where_of(cycle.treatment))
    if not competence.allowed:
        raise Refused(verdict=competence)
    order = DoseOrder.objects.filter(cycle=cycle, withdrawn_at__isnull=True).first()
    reasons = []
    if Cycle.objects.values_list("phase", flat=True).get(pk=cycle.pk) != Phase.READY:
        reasons.append(_("This dose is not ready. Complete readiness first; then the session opens."))
    if order is None:
        reasons.append(_("No dose order is signed. Ask the prescriber to sign one."))
    if reasons or order is None:
        raise Refused(*reasons)
    _refuse_second(cycle)
    refuse_closed_gate(
        cycle, at, _("The session does not open: something is known that speaks against the dose.")
    )
    monitoring = _monitoring(cycle, order, parsed(signed), at)
    try:
        with transaction.atomic():
            session = Session.objects.create(
                cycle=cycle,
                patient=patient,
                order=order,
                pack=signed,
                monitoring=monitoring,
                room=room.strip()[:20],
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
    standing = open_session_of(patient)
    if standing is not None:
        raise Refused(
            _(
                "{patient} already has an open session, opened by {name}, {moment}. Continue in that one."
            ).format(
                patient=patient,
                name=standing.opened_by,
                moment=dated_moment_words(standing.opened_at, patient.site.zone),
            )
        )


def _monitoring(cycle: Cycle, order: DoseOrder, pack: Pack, at: datetime) -> str:
    """The monitoring plan (`id@version`) that the protocol names, in the pack in force today."""
    today = cycle.treatment.patient.site.today(at)
    protocol_id = cycle.treatment.protocol.partition("@")[0]
    try:
        protocol = pack.protocols.find(protocol_id, today)
        plan = pack.monitoring.find(protocol.monitoring or "", today)
    except KeyError as error:
        raise Refused(
            _(
                "The signed knowledge has no monitoring plan for {protocol}. Ask the medical director to sign a pack that has one."
            ).format(protocol=protocol_id)
        ) from error
    if plan.route != order.route:
        raise Refused(
            _(
                "The order says {route}, the monitoring plan {plan} is for {planned}. Ask the prescriber to check the order."
            ).format(route=order.route, plan=plan.key, planned=plan.route)
        )
    return plan.key
