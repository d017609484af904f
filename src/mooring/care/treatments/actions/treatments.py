"""Drafting a treatment from a screening, signing it, taking a draft back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.disclosures.actions import mark_at_source
from mooring.care.patients.merging import refuse_merged
from mooring.care.screening.models import Decision, Screening, ScreeningState
from mooring.care.treatments.actions.asking import lay_out, plan_by_schedules
from mooring.care.treatments.actions.cycles import move_cycle
from mooring.care.treatments.gate import refuse_ineligible
from mooring.care.treatments.models import Cycle, Phase, Treatment, TreatmentState
from mooring.care.treatments.queries import ceiling_of, protocol_of, where_of
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.identity.competence import may_act
from mooring.identity.models import CareTeamMember, Person, SignedPack, Site
from mooring.identity.packs import pack_in_force, parsed, signed_pack_in_force
from mooring.identity.roles import Role
from mooring.rules.doses.basis import Basis
from mooring.rules.plan import Plan, check_plan, obstacles, target_days
from mooring.rules.screening import Setting
from mooring.rules.verdict import Refused
from mooring.sentences.findings import spoken, words_of
from mooring.work.actions import Owed, make_task

SIGNING = "sign-treatment"
ELIGIBLE = (Decision.ELIGIBLE, Decision.CONDITIONS)
PREPARE_BEFORE = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Intended:
    """What a prescriber intends: `protocol` and `measure` are `id@version`, `first_on` a day of the site.

    `amount` is in mg per what the protocol says; `duration_min` is None where nothing is infused.
    """

    protocol: str
    indication: str
    measure: str
    doses: int
    amount: Decimal
    first_on: date
    duration_min: int | None = None


@recorded("care.treatments.drafted")
def draft_treatment(*, screening: Screening, intended: Intended, by: Person, at: datetime) -> Treatment:
    """A draft of a treatment with its cycles and their target dates, from a screening that found it eligible.

    Refused without a signed pack, for a screening that is not the patient's newest decision or did not find
    them eligible, outside the protocol's limits, and while another treatment is open.
    """
    refuse_merged(screening.patient_id)
    site = screening.patient.site
    pack = signed_pack_in_force(site)
    _check_screening(screening)
    protocol, limit_mg = _protocol(pack, intended, site, at)
    where = _where(protocol, site)
    refuse_ineligible(screening, where, at)
    if intended.first_on < site.today(at):
        raise Refused(_("The first dose lies in the past. Choose today or a later day."))
    plan = Plan(intended.doses, intended.amount, intended.duration_min)
    verdict = spoken(check_plan(plan, protocol))
    if not verdict.allowed:
        raise Refused(verdict=verdict)
    treatment = _store(screening, pack, protocol, intended, limit_mg, by, at)
    mark_at_source(row=treatment, patient=screening.patient, indication=intended.indication, by=by, at=at)
    _make_cycles(
        treatment, target_days(protocol.spacing, intended.first_on, _open_days(site), intended.doses), at
    )
    plan_by_schedules(treatment, parsed(pack), where, by, at)
    note(protocol=treatment.protocol, doses=treatment.doses)
    return treatment


def _check_screening(screening: Screening) -> None:
    if screening.state != ScreeningState.DECIDED or screening.decision not in ELIGIBLE:
        raise Refused(
            _(
                "This screening did not find the patient eligible, so no treatment starts from it. "
                "The prescriber decides the screening first."
            )
        )
    newer = Screening.objects.filter(patient__in=screening.patient.records, sent_at__gt=screening.sent_at)
    if newer.exclude(state=ScreeningState.WITHDRAWN).exists():
        raise Refused(_("There is a newer screening of this patient. Decide that one, and start from it."))


def _where(protocol: ProtocolTemplate, site: Site) -> Setting:
    return Setting(protocol.product, protocol.route, site.jurisdiction, protocol.setting)


def _protocol(
    pack: SignedPack, intended: Intended, site: Site, at: datetime
) -> tuple[ProtocolTemplate, Decimal]:
    """The protocol under which a dose can be ordered here, and the most mg of one session."""
    knowledge, on = parsed(pack), site.today(at)
    offered = {each.key: each for each in knowledge.protocols.in_force(on)}
    protocol = offered.get(intended.protocol)
    if protocol is None:
        raise Refused(_("This protocol is not in the signed pack in force. Choose one that is."))
    limit_mg = protocol.dose.most_mg or ceiling_of(site, protocol)
    against = obstacles(protocol, knowledge, on, limit_mg)
    if against or limit_mg is None:
        raise Refused(*(f"{words_of(each.says)} {words_of(each.asks)}" for each in against))
    if intended.measure not in {each.key for each in knowledge.instruments.in_force(on)}:
        raise Refused(_("This questionnaire is not in the signed pack in force. Choose one that is."))
    if intended.indication not in protocol.indications:
        raise Refused(
            _("{title} is not meant for this. Choose one of its indications.").format(title=protocol.title)
        )
    return protocol, limit_mg


def _store(
    screening: Screening,
    pack: SignedPack,
    protocol: ProtocolTemplate,
    intended: Intended,
    limit_mg: Decimal,
    by: Person,
    at: datetime,
) -> Treatment:
    minutes = {} if intended.duration_min is None else {"duration_min": intended.duration_min}
    try:
        with transaction.atomic():
            return Treatment.objects.create(
                patient=screening.patient,
                screening=screening,
                pack=pack,
                protocol=protocol.key,
                indication=intended.indication,
                measure=intended.measure,
                doses=intended.doses,
                intended={**Basis(protocol.dose.per, intended.amount).data(), **minutes},
                limit_mg=limit_mg,
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        standing = (
            Treatment.objects.filter(
                patient__in=screening.patient.records, state__in=[TreatmentState.DRAFT, TreatmentState.SIGNED]
            )
            .select_related("made_by")
            .first()
        )
        if standing is None:
            raise
        raise Refused(
            _(
                "{patient} has an open treatment already, made by {made_by}. Continue with that one, or end it first."
            ).format(patient=screening.patient, made_by=standing.made_by)
        ) from error


def _open_days(site: Site) -> frozenset[int]:
    return frozenset(int(day) for day in site.open_days)


def _make_cycles(treatment: Treatment, days: tuple[date, ...], at: datetime) -> None:
    Cycle.objects.bulk_create(
        Cycle(treatment=treatment, number=number, target_date=day, phase_since=at)
        for number, day in enumerate(days, start=1)
    )


@recorded("care.treatments.signed")
def sign_treatment(*, treatment: Treatment, by: Person, at: datetime) -> Treatment:
    """Sign a draft as it stands; from now on its cycles can move, and their preparation is owed.

    Refused without a signed pack, without the credentials that it asks for, when the protocol has changed
    since the draft, when the screening no longer stands, and when somebody signed or withdrew it meanwhile.
    """
    site = treatment.patient.site
    _check_screening(treatment.screening)
    competent = may_act(by, SIGNING, at=at, site=site, where=where_of(treatment))
    if not competent.allowed:
        raise Refused(verdict=competent)
    current = pack_in_force(site).protocols.get(treatment.protocol)
    if current is None or current != protocol_of(treatment) or not current.in_force(site.today(at)):
        raise Refused(
            _(
                "The protocol has changed since this draft was made. Withdraw it and draft again "
                "under the knowledge that is signed now."
            )
        )
    refuse_ineligible(treatment.screening, _where(current, site), at)
    signed = Treatment.objects.filter(pk=treatment.pk, state=TreatmentState.DRAFT).update(
        state=TreatmentState.SIGNED, signed_by=by, signed_at=at
    )
    if signed != 1:
        raise Refused(_overtaken(treatment))
    treatment.refresh_from_db()
    for cycle in treatment.cycles.order_by("number"):
        owe_preparation(cycle, by, at)
    lay_out(treatment, at)
    note(protocol=treatment.protocol)
    return treatment


def _overtaken(treatment: Treatment) -> str:
    now = Treatment.objects.select_related("signed_by").get(pk=treatment.pk)
    if now.signed_by is not None:
        return _("{signed_by} signed this treatment a moment ago. Nothing of yours was lost.").format(
            signed_by=now.signed_by
        )
    return _("This treatment is {state} since a moment ago. Nothing was signed.").format(
        state=now.get_state_display()
    )


def owe_preparation(cycle: Cycle, by: Person, at: datetime) -> None:
    """Make the preparation of a dose somebody's task."""
    patient = cycle.treatment.patient
    team = CareTeamMember.objects.filter(
        team=patient.care_team_id, role=Role.THERAPIST, until__isnull=True
    ).select_related("person")
    therapist = team.order_by("since", "pk").first()
    due = datetime.combine(cycle.target_date, patient.site.opens_at, patient.site.zone)
    make_task(
        owed=Owed(
            kind="preparation",
            about=cycle,
            title=_("Prepare dose {number}").format(number=cycle.number),
            reason=_(
                "Intention, calming plan and touch are agreed before the dose; without them it does not start."
            ),
            address=reverse("cycle-preparation", args=[cycle.pk]),
            act=_("Record the preparation"),
            role=Role.THERAPIST,
            owner=therapist.person if therapist else None,
            opens_at=min(due, max(at, due - PREPARE_BEFORE)),
            due_at=due,
            escalate_at=due,
            subject_name=patient.person.name,
        ),
        site=patient.site,
        by=by,
        at=at,
    )


@recorded("care.treatments.draft-withdrawn")
def withdraw_draft(*, treatment: Treatment, by: Person, at: datetime) -> Treatment:
    """Take a draft back; its cycles become void. A signed treatment is ended instead, with an outcome."""
    withdrawn = Treatment.objects.filter(pk=treatment.pk, state=TreatmentState.DRAFT).update(
        state=TreatmentState.WITHDRAWN
    )
    if withdrawn != 1:
        raise Refused(_overtaken(treatment))
    treatment.refresh_from_db()
    for cycle in treatment.cycles.filter(phase=Phase.PREPARE):
        move_cycle(cycle=cycle, to=Phase.VOID, by=by, at=at, reason=_("The draft was withdrawn."))
    return treatment
