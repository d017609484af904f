"""Before the dose: the preparation visit, what is asked on the day, what a prescriber weighs, the gate."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.consents.queries import agreed_to
from mooring.care.disclosures.actions import mark_facts
from mooring.care.patients.models import SupportPerson
from mooring.care.treatments.actions.cycles import move_cycle
from mooring.care.treatments.gate import gate_of, refuse_closed_gate
from mooring.care.treatments.models import (
    BEFORE_DOSING,
    Cycle,
    FactStanding,
    Phase,
    Preparation,
    ReadinessClosure,
    ReadinessFact,
    Touch,
)
from mooring.care.treatments.queries import escorts_of, readiness_rules, signs_before, where_of
from mooring.content.pack import Pack
from mooring.content.schema.data import Datum, DatumType
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import second_signers
from mooring.identity.roles import Role
from mooring.rules.readiness import fires_on_yes
from mooring.rules.verdict import Closure, ClosureKind, Refused, closes
from mooring.sentences.findings import words_of
from mooring.sentences.ranges import range_words
from mooring.words.numbers import with_unit
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.moments import settled

PREPARING = "prepare"
IN_THE_ROOM = (Phase.READY, Phase.DOSING, Phase.RECOVERY)


@recorded("care.treatments.prepared")
def write_preparation(
    *,
    cycle: Cycle,
    intention: str,
    calming_plan: str,
    touch: str,
    call_shown: bool,
    was: datetime | None,
    by: Person,
    at: datetime,
) -> Preparation:
    """Write the preparation visit of a cycle, or change it; `was` is when the one that was shown was written.

    Refused once dosing began, and when somebody wrote it since the page was opened.
    """
    competent = may_act(
        by, PREPARING, at=at, site=cycle.treatment.patient.site, where=where_of(cycle.treatment)
    )
    if not competent.allowed:
        raise Refused(verdict=competent)
    _refuse_touch_against_consent(cycle, touch)
    _hold(cycle, BEFORE_DOSING, _("The dose has started, so the preparation can no longer be changed."))
    fields = {
        "intention": intention,
        "calming_plan": calming_plan,
        "touch": touch,
        "call_shown": call_shown,
        "by": by,
        "at": at,
    }
    if was is None:
        try:
            with transaction.atomic():
                preparation = Preparation.objects.create(cycle=cycle, **fields)
        except IntegrityError as error:
            raise Refused(_written_meanwhile(cycle)) from error
    else:
        if Preparation.objects.filter(cycle=cycle, at=was).update(**fields) != 1:
            raise Refused(_written_meanwhile(cycle))
        preparation = Preparation.objects.get(cycle=cycle)
    close_tasks_about(cycle, kind="preparation", outcome="done", by=by, at=at)
    if cycle.phase == Phase.PREPARE:
        _owe_readiness(cycle, by, at)
    return preparation


def _refuse_touch_against_consent(cycle: Cycle, touch: str) -> None:
    """The consent holds whether the patient agrees to touch; the preparation cannot say otherwise."""
    if touch != Touch.NONE and agreed_to(cycle.treatment.patient, "touch") is False:
        raise Refused(
            _(
                "{patient} did not agree to touch in the consent. Choose “no touch”, or take a new consent if "
                "the patient has changed their mind."
            ).format(patient=cycle.treatment.patient)
        )


def _written_meanwhile(cycle: Cycle) -> str:
    standing = Preparation.objects.select_related("by").get(cycle=cycle)
    return _(
        "{person} saved this preparation a moment ago. Nothing was overwritten. Open the page again and add what "
        "is missing."
    ).format(person=standing.by)


def _hold(cycle: Cycle, phases: tuple[Phase, ...], why_not: str) -> None:
    """Refuse unless the cycle stands in one of `phases`, and keep it there until the act is stored."""
    if Cycle.objects.filter(pk=cycle.pk, phase__in=phases).update(number=cycle.number) != 1:
        raise Refused(why_not)


def _owe_readiness(cycle: Cycle, by: Person, at: datetime) -> None:
    patient = cycle.treatment.patient
    due = datetime.combine(cycle.target_date, patient.site.opens_at, patient.site.zone)
    make_task(
        owed=Owed(
            kind="readiness",
            about=cycle,
            title=_("Readiness for dose {number}").format(number=cycle.number),
            reason=_(
                "Vitals and history are recorded on the day. The dose does not start while anything is open."
            ),
            address=reverse("cycle", args=[cycle.pk]),
            act=_("Record vitals and history"),
            role=Role.MONITOR,
            opens_at=due,
            due_at=due + timedelta(hours=1),
            subject_name=patient.person.name,
        ),
        site=patient.site,
        by=by,
        at=at,
    )


@recorded("care.treatments.readiness-recorded")
def record_readiness(
    *,
    cycle: Cycle,
    values: Mapping[str, object],
    by: Person,
    at: datetime,
    escort: SupportPerson | None = None,
) -> Cycle:
    """Append what was asked or measured for a cycle, each value under its key of the data dictionary.

    Moments are ISO texts with a time zone. An escort is confirmed by naming one of the record, who can be
    called. What readiness itself asks counts as confirmed; an answer about the patient's history, asked again
    because it had grown old, is the patient's report, and clears nothing that a clinician confirmed. So
    is a "no" after the "yes" of the same day: a prescriber refutes the "yes", or it stands.
    Refused for a key or value that the dictionary does not allow, and once dosing began.
    """
    _hold(cycle, BEFORE_DOSING, _("The dose has started. Record vitals in the session."))
    pack = pack_in_force(cycle.treatment.patient.site)
    if not values:
        raise Refused(_("Nothing was entered, so nothing was saved."))
    stored_at = timezone.now()
    for key, value in values.items():
        _check_value(pack, key, value, at)
    if values.get("escort_confirmed") == "yes":
        _check_escort(cycle, escort)
    standing = _standings(cycle, pack, at) | _against_confirmed(cycle, values, at)
    facts = [
        ReadinessFact.objects.create(
            cycle=cycle,
            key=key,
            value=value,
            standing=standing.get(key, FactStanding.REPORTED),
            support_person=escort if key == "escort_confirmed" and value == "yes" else None,
            by=by,
            at=at,
            stored_at=stored_at,
        )
        for key, value in values.items()
    ]
    mark_facts(rows=((fact, (fact.key,)) for fact in facts), patient=cycle.treatment.patient, by=by, at=at)
    note(keys=sorted(values))
    return cycle


@recorded("care.treatments.fact-settled")
def settle_fact(*, cycle: Cycle, key: str, value: str, by: Person, at: datetime) -> ReadinessFact:
    """A prescriber confirms ("yes") or refutes ("no") what the patient reported on the day."""
    _hold(cycle, BEFORE_DOSING, _("The dose has started. Record findings in the session."))
    datum = pack_in_force(cycle.treatment.patient.site).data.get(key)
    if datum is None or datum.type != DatumType.YES_NO or value not in ("yes", "no"):
        raise Refused(_("This fact is not one that is confirmed or refuted here."))
    note(key=key)
    fact = ReadinessFact.objects.create(
        cycle=cycle,
        key=key,
        value=value,
        standing=FactStanding.CONFIRMED,
        by=by,
        at=at,
        stored_at=timezone.now(),
    )
    mark_facts(rows=[(fact, (key,))], patient=cycle.treatment.patient, by=by, at=at)
    return fact


def _standings(cycle: Cycle, pack: Pack, at: datetime) -> dict[str, FactStanding]:
    """How an answer is known, by its key; what stands in neither list is the patient's report."""
    where, on = where_of(cycle.treatment), cycle.treatment.patient.site.today(at)
    asked = (rule.question.about for rule in readiness_rules(pack, on, where) if rule.question)
    measured = (datum.key for datum in signs_before(pack, on, where, asked_only=False))
    return dict.fromkeys(asked, FactStanding.CONFIRMED) | dict.fromkeys(measured, FactStanding.MEASURED)


def _against_confirmed(cycle: Cycle, values: Mapping[str, object], at: datetime) -> dict[str, FactStanding]:
    """A "no" after a "yes" that stands confirmed today is the patient's report: a prescriber refutes the "yes"."""
    site = cycle.treatment.patient.site
    rules = readiness_rules(pack_in_force(site), site.today(at), where_of(cycle.treatment))
    asked = {
        rule.question.about for rule in rules if rule.question and fires_on_yes(rule, rule.question.about)
    }
    denied = [key for key, value in values.items() if value == "no" and key in asked]
    rows = ReadinessFact.objects.filter(cycle=cycle, key__in=denied, at__lte=at).exclude(
        standing=FactStanding.REPORTED
    )
    newest = {row.key: row for row in rows.order_by("at", "pk")}
    return {
        key: FactStanding.REPORTED
        for key, row in newest.items()
        if row.value == "yes" and site.today(row.at) == site.today(at)
    }


def _check_escort(cycle: Cycle, escort: SupportPerson | None) -> None:
    if escort is None or not escorts_of(cycle.treatment.patient).filter(pk=escort.pk).exists():
        raise Refused(
            _(
                "Choose the escort: an adult who is named on the record for it, with a telephone "
                "number. Add them under the people around the patient first."
            )
        )


def _check_value(pack: Pack, key: str, value: object, at: datetime) -> None:
    datum = pack.data.get(key)
    if datum is None:
        raise Refused(_("“{key}” is not in the data dictionary of the signed pack.").format(key=key))
    if datum.type == DatumType.NUMBER:
        _check_number(datum, value)
    elif datum.type == DatumType.MOMENT:
        _check_moment(datum, value, at)
    elif datum.type == DatumType.YES_NO and value not in ("yes", "no", "not sure"):
        raise Refused(_("{title}: answer yes, no or not sure.").format(title=datum.title))


def _check_number(datum: Datum, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(_("{title}: a number is needed.").format(title=datum.title))
    low, high = datum.least, datum.most
    if (low is not None and value < low) or (high is not None and value > high):
        raise Refused(
            _("{title}: {value} cannot be right. Expected: {range}. Measure again.").format(
                title=datum.title,
                value=with_unit(value, datum.unit),
                range=range_words(low, high, datum.unit),
            )
        )


def _check_moment(datum: Datum, value: object, at: datetime) -> None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Refused(_("{title}: a day and a time are needed.").format(title=datum.title)) from error
    if moment.tzinfo is None:
        raise Refused(_("{title}: the time needs its time zone.").format(title=datum.title))
    if settled(moment, at) > at:
        raise Refused(_("{title}: this time has not come yet.").format(title=datum.title))


@recorded("care.treatments.finding-closed")
def close_finding(
    *,
    cycle: Cycle,
    rule: str,
    kind: ClosureKind,
    reason: str,
    by: Person,
    at: datetime,
    second: Person | None = None,
) -> ReadinessClosure:
    """A prescriber weighs or goes past one open readiness finding, with a reason; some ask for two people.

    It counts today and for the facts known now. Refused when the finding is not open, is missing a fact,
    when nobody may go past it, and when it asks for a second person who may sign and none is there.
    """
    _hold(cycle, BEFORE_DOSING, _("The dose has started, so its findings can no longer be closed."))
    finding = next((each for each in gate_of(cycle, at).findings if each.rule == rule), None)
    if finding is None:
        raise Refused(_("This finding is no longer open. Reload the page and check it."))
    may_sign = second_signers(cycle.treatment.patient.site, at, besides=by)
    if second is not None and not may_sign.filter(pk=second.pk).exists():
        raise Refused(_("{name} cannot sign second here.").format(name=second))
    given = Closure(
        rule=rule, kind=kind, by=by.actor_ref, reason=reason, second=second.actor_ref if second else ""
    )
    if not closes(given, finding):
        raise Refused(_why_not_closed(finding.missing, finding.override, words_of(finding.asks)))
    note(rule=rule, kind=kind)
    closure = ReadinessClosure.objects.create(
        cycle=cycle, rule=rule, kind=kind, reason=reason, by=by, second=second, at=at
    )
    mark_facts(rows=[(closure, finding.keys)], patient=cycle.treatment.patient, by=by, at=at)
    return closure


def _why_not_closed(missing: tuple[str, ...], override: str, asks: str) -> str:
    if missing:
        return _("Something is not known yet. {asks}").format(asks=asks)
    if override == "prescriber":
        return _("The prescriber must override this, with a reason.")
    if override == "two people":
        return _("Two prescribers must override this: give a reason, and let a second prescriber sign.")
    return _("No one can override this. {asks}").format(asks=asks)


@recorded("care.treatments.made-ready")
def make_ready(*, cycle: Cycle, by: Person, at: datetime) -> Cycle:
    """Open the gate: from PREPARE to READY, when the verdict allows it with the closures that count.

    Refused with every finding that is still open, without a preparation in which the call was shown, and
    while another cycle of this treatment is between ready and discharge. Then a dose order is owed.
    """
    preparation = Preparation.objects.filter(cycle=cycle).first()
    if preparation is None:
        raise Refused(_("The preparation visit is not recorded yet. The therapist records it first."))
    if not preparation.call_shown:
        raise Refused(_("How to call for help was not shown yet. Show it and record it in the preparation."))
    other = cycle.treatment.cycles.filter(phase__in=IN_THE_ROOM).exclude(pk=cycle.pk).first()
    if other is not None:
        raise Refused(
            _("Dose {number} of this treatment is not discharged yet. One dose at a time.").format(
                number=other.number
            )
        )
    refuse_closed_gate(cycle, at)
    moved = move_cycle(cycle=cycle, to=Phase.READY, by=by, at=at)
    close_tasks_about(cycle, kind="readiness", outcome="done", by=by, at=at)
    _owe_order(moved, by, at)
    return moved


def _owe_order(cycle: Cycle, by: Person, at: datetime) -> None:
    patient = cycle.treatment.patient
    make_task(
        owed=Owed(
            kind="order",
            about=cycle,
            title=_("Sign the order for dose {number}").format(number=cycle.number),
            reason=_("The patient is ready. No dose starts without a signed order."),
            address=reverse("order-sign", args=[cycle.pk]),
            act=_("Sign the dose order"),
            role=Role.PRESCRIBER,
            due_at=at + timedelta(minutes=30),
            subject_name=patient.person.name,
        ),
        site=patient.site,
        by=by,
        at=at,
    )


@recorded("care.treatments.taken-back-to-preparation")
def take_back_to_preparation(*, cycle: Cycle, reason: str, by: Person, at: datetime) -> Cycle:
    """Close the gate again: from READY to PREPARE; a signed order is withdrawn with it."""
    if not reason.strip():
        raise Refused(_("Enter why it goes back to preparation."))
    moved = move_cycle(cycle=cycle, to=Phase.PREPARE, by=by, at=at, reason=reason)
    close_tasks_about(cycle, kind="order", outcome="cancelled", by=by, at=at)
    _owe_readiness(moved, by, at)
    return moved
