"""Acts on a screening: send, keep a draft, answer, settle a fact, close a finding, decide."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded, remember
from mooring.care.disclosures.actions import mark_facts
from mooring.care.patients.links import send_link
from mooring.care.patients.models import Patient
from mooring.care.referrals.actions import pass_move
from mooring.care.referrals.models import Lead, LeadStage, NextAction
from mooring.care.referrals.queries import answered_by
from mooring.care.screening.models import (
    Decision,
    FactSource,
    FindingClosure,
    Screening,
    ScreeningState,
    StatedFact,
)
from mooring.care.screening.queries import (
    ANSWERS,
    closures_of,
    finding_in,
    mark_of,
    open_screening_of,
    pack_of,
    questions_of,
    titles_of,
    unanswered,
    verdict_of,
)
from mooring.content.schema.data import DatumType
from mooring.identity.models import CareTeamMember, Person
from mooring.identity.packs import signed_pack_in_force
from mooring.identity.queries import policy_in_force
from mooring.identity.roles import Role
from mooring.rules.screening import Setting
from mooring.rules.verdict import Closure, ClosureKind, Refused, closes
from mooring.work.actions import (
    Owed,
    close_link,
    close_tasks_about,
    make_task,
    withdraw_links_about,
)
from mooring.work.drafts import save_draft
from mooring.work.models import TaskLink

LINK_LASTS = timedelta(days=14)  # a design default: long enough for a slow week, short enough to expire


@recorded("care.screening.sent")
def send_screening(*, patient: Patient, by: Person, at: datetime, where: Setting | None = None) -> Screening:
    """Ask the patient by a single-task link, under the pack in force now, what `where` asks: its route's questions."""
    if open_screening_of(patient) is not None:
        raise Refused(_("A screening is open already. Send its link again, or withdraw it first."))
    for_what = {"product": where.product, "route": where.route, "setting": where.setting} if where else {}
    screening = Screening.objects.create(
        patient=patient, pack=signed_pack_in_force(patient.site), sent_by=by, sent_at=at, **for_what
    )
    _send_link(screening, by, at)
    close_tasks_about(patient, kind="screening-send", outcome="sent", by=by, at=at)
    _pass_move(patient, NextAction.PERSON, by, at)
    note(pack=screening.pack.digest)
    return screening


def _pass_move(patient: Patient, to: NextAction, by: Actor, at: datetime) -> None:
    lead = Lead.objects.filter(patient=patient, stage=LeadStage.JOINED).first()
    if lead is not None:
        pass_move(lead=lead, to=to, by=by, at=at)


@recorded("care.screening.sent-again")
def send_link_again(*, screening: Screening, by: Person, at: datetime) -> Screening:
    """A new link for the same screening; the earlier one stops to work, the draft stays."""
    if screening.state != ScreeningState.SENT:
        raise Refused(_("This screening was answered or withdrawn; there is nothing to send."))
    _send_link(screening, by, at)
    return screening


def _send_link(screening: Screening, by: Actor, at: datetime) -> None:
    site = screening.patient.site
    send_link(
        patient=screening.patient,
        kind="screening",
        about=screening,
        opens="screening-answer",
        lasts=LINK_LASTS,
        title=_("Questions from {site}").format(site=site),
        body=_("{site} has some questions for you. They take about ten minutes: {link}").format(
            site=site, link="{link}"
        ),
        otherwise=_("Add one of them first."),
        by=by,
        at=at,
    )


@recorded("care.screening.withdrawn")
def withdraw_screening(*, screening: Screening, by: Person, at: datetime) -> Screening:
    """Nobody needs it any more: the link stops to work and no decision is owed."""
    open_states = [ScreeningState.SENT, ScreeningState.ANSWERED]
    changed = Screening.objects.filter(pk=screening.pk, state__in=open_states).update(
        state=ScreeningState.WITHDRAWN
    )
    if changed != 1:
        raise Refused(_("This screening was decided or withdrawn a moment ago."))
    withdraw_links_about(screening, kind="screening", by=by, at=at)
    close_tasks_about(screening, kind="screening-decide", outcome="cancelled", by=by, at=at)
    screening.refresh_from_db()
    return screening


@recorded("care.screening.draft-kept")
def keep_draft(
    *, screening: Screening, answers: dict[str, str], revision: int, page: str = "", by: Person, at: datetime
) -> Screening:
    """Save what the patient has answered so far (`page` is the key of the page). A draft is never a fact."""
    _save_draft(screening, answers, revision, page, at)
    return screening


def _save_draft(
    screening: Screening, answers: dict[str, str], revision: int, page: str, at: datetime
) -> None:
    known = {rule.question.about for rule in questions_of(screening) if rule.question}
    kept = {key: value for key, value in answers.items() if key in known and value in ANSWERS}
    still_open = Screening.objects.filter(pk=screening.pk, state=ScreeningState.SENT)
    save_draft(still_open, screening, kept, revision=revision, page=page, at=at)


@recorded("care.screening.answered")
def answer_screening(
    *,
    screening: Screening,
    answers: dict[str, str],
    revision: int,
    page: str = "",
    link: TaskLink | None,
    by: Person,
    at: datetime,
) -> Screening:
    """The patient sends the answers. Only a whole set passes; each becomes a stated fact."""
    missing = unanswered(screening, answers)
    if missing:
        raise Refused(
            *(
                _("Not answered yet: {question}").format(question=rule.question.text)
                for rule in missing
                if rule.question
            ),
        )
    _save_draft(screening, answers, revision, page, at)
    changed = Screening.objects.filter(pk=screening.pk, state=ScreeningState.SENT).update(
        state=ScreeningState.ANSWERED, answered_at=at, draft={}
    )
    if changed != 1:
        raise Refused(_("These questions were answered a moment ago."))
    facts = StatedFact.objects.bulk_create(
        StatedFact(
            screening=screening,
            key=rule.question.about,
            value=answers[rule.question.about],
            source=FactSource.PATIENT,
            by=by,
            at=at,
            stored_at=at,
        )
        for rule in questions_of(screening)
        if rule.question
    )
    remember(*facts)
    mark_facts(rows=((fact, (fact.key,)) for fact in facts), patient=screening.patient, by=by, at=at)
    if link is not None:
        close_link(link=link, by=by, at=at)
    screening.refresh_from_db()
    make_task(owed=_decision_owed(screening, at), site=screening.patient.site, by=by, at=at)
    _pass_move(screening.patient, NextAction.CLINIC, by, at)
    return screening


def _decision_owed(screening: Screening, at: datetime) -> Owed:
    patient = screening.patient
    due = answered_by(patient.site, at, policy_in_force(patient.site, at).answer_interest_hours)
    own = CareTeamMember.objects.filter(
        team=patient.care_team_id, role=Role.PRESCRIBER, until__isnull=True
    ).first()
    return Owed(
        kind="screening-decide",
        about=screening,
        subject_name=str(patient),
        title=_("Decide on the screening"),
        reason=_("The answers are complete. The patient waits for a decision."),
        address=reverse("screening", args=[screening.pk]),
        act=_("Open the screening"),
        role=Role.PRESCRIBER,
        owner=own.person if own else None,
        due_at=due,
        escalate_at=due,
    )


@recorded("care.screening.fact-settled")
def settle_fact(*, screening: Screening, key: str, value: str, by: Person, at: datetime) -> StatedFact:
    """A clinician confirms ("yes") or refutes ("no") a fact; the newest word of a clinician counts."""
    datum = pack_of(screening).data.get(key)
    if datum is None or datum.type != DatumType.YES_NO or value not in ("yes", "no"):
        raise Refused(_("This fact is not one that is confirmed or refuted here."))
    if not Screening.objects.filter(pk=screening.pk, state=ScreeningState.ANSWERED).exists():
        raise Refused(_("This screening is not open for a prescriber now."))
    note(key=key)
    fact = StatedFact.objects.create(
        screening=screening,
        key=key,
        value=value,
        source=FactSource.CLINICIAN,
        by=by,
        at=at,
        stored_at=at,
    )
    mark_facts(rows=[(fact, (key,))], patient=screening.patient, by=by, at=at)
    return fact


@recorded("care.screening.finding-closed")
def close_finding(
    *,
    screening: Screening,
    rule: str,
    kind: ClosureKind,
    reason: str,
    second: Person | None,
    by: Person,
    at: datetime,
) -> FindingClosure:
    """A prescriber goes past a settled finding, in the way and by the people that it asks for."""
    if not Screening.objects.filter(pk=screening.pk, state=ScreeningState.ANSWERED).exists():
        raise Refused(_("This screening is not open for a prescriber now."))
    finding = finding_in(verdict_of(screening, at), rule)
    if finding is None:
        raise Refused(_("This rule has no finding here any more. Open the screening again."))
    if not finding.settled:
        names = ", ".join(titles_of(screening, finding.missing))
        raise Refused(
            _("This finding is not settled yet. Confirm or refute first: {names}.").format(names=names)
        )
    given = Closure(
        rule=rule,
        kind=kind,
        by=by.actor_ref,
        reason=reason,
        second=second.actor_ref if second else "",
    )
    if not closes(given, finding):
        raise Refused(_why_not_closed(finding.override.value))
    if FindingClosure.objects.filter(screening=screening, rule=rule).exists():
        raise Refused(_("A colleague closed this finding a moment ago. Open the screening again."))
    note(rule=rule, kind=str(kind))
    closure = FindingClosure.objects.create(
        screening=screening, rule=rule, kind=kind, reason=reason, by=by, second=second, at=at
    )
    mark_facts(rows=[(closure, finding.keys)], patient=screening.patient, by=by, at=at)
    return closure


def _why_not_closed(override: str) -> str:
    if override == "nobody":
        return _("This finding cannot be overridden. Decide to wait, or not eligible.")
    if override == "two people":
        return _(
            "This finding is overridden by two people: enter a reason, and let a second prescriber sign."
        )
    return _("Enter a reason, and choose whether a specialist reviewed it or you override it.")


@recorded("care.screening.decided")
def decide_screening(
    *,
    screening: Screening,
    decision: str,
    conditions: str,
    told: str,
    seen: str,
    by: Person,
    at: datetime,
) -> Screening:
    """The prescriber decides; the verdict advises, and both are kept.

    `seen` is the mark of what the page showed (`mark_of`): facts that came since refuse the decision.
    Eligible, with or without conditions, asks for a complete verdict with every finding closed.
    """
    if mark_of(screening, at) != seen:
        raise Refused(
            _("Facts were added since this page was opened. Open it again and look at the verdict.")
        )
    if decision in (Decision.CONDITIONS, Decision.WAIT) and not conditions.strip():
        raise Refused(_("Enter the conditions, or what to wait for and until when."))
    if decision in (Decision.ELIGIBLE, Decision.CONDITIONS):
        _refuse_open_findings(screening, at)
    changed = Screening.objects.filter(pk=screening.pk, state=ScreeningState.ANSWERED).update(
        state=ScreeningState.DECIDED,
        decision=decision,
        conditions=conditions,
        told=told,
        decided_by=by,
        decided_at=at,
    )
    if changed != 1:
        raise Refused(_("A colleague decided this screening a moment ago. Open it again."))
    screening.refresh_from_db()
    close_tasks_about(screening, kind="screening-decide", outcome=decision, by=by, at=at)
    _pass_move(screening.patient, NextAction.NOBODY, by, at)
    note(decision=str(decision), pack=screening.pack.digest)
    return screening


def _refuse_open_findings(screening: Screening, at: datetime) -> None:
    verdict = verdict_of(screening, at)
    if not verdict.complete:
        names = ", ".join(titles_of(screening, verdict.missing))
        raise Refused(
            _("Not known yet: {names}. A patient is not eligible while facts are missing.").format(
                names=names
            )
        )
    still_open = verdict.still_open(closures_of(screening))
    if still_open:
        raise Refused(
            *(
                _("Still open: {finding} ({rule})").format(finding=each.says, rule=each.rule)
                for each in still_open
            )
        )
