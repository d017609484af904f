"""Signing, sending and confirming a monitoring form; and the clock that reminds."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.digests import digest_of
from mooring.audit.recording import CLOCK, note, recorded
from mooring.care.disclosures.actions import record_disclosure
from mooring.care.disclosures.models import BasisChoice
from mooring.care.disclosures.models import DisclosureChannel as Way
from mooring.care.disclosures.queries import ToDisclose
from mooring.care.rems.models import FormChannel, MonitoringForm
from mooring.care.rems.queries import (
    Monitored,
    clock_for,
    edition_for,
    filled,
    monitored,
    owed_sessions,
    standing_form,
    treated_on,
)
from mooring.care.sessions.models import Session
from mooring.content.schema.regulation import FormField, PaperForm
from mooring.identity.models import Person, Site
from mooring.identity.queries import holders
from mooring.identity.roles import Role
from mooring.rules.rems import FormStanding
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.sentences.times import dated_moment_words, day_words
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.chores import each_alone
from mooring.work.moments import end_of

PROGRAMME = "Spravato REMS"
SIGN, SEND, LAST_DAY, OVERDUE = "rems-sign", "rems-send", "rems-last-day", "rems-overdue"


@recorded("care.rems.signed")
def sign_form(
    *,
    session: Session,
    edition: PaperForm,
    answered: Mapping[str, str],
    replaces: MonitoringForm | None,
    why: str,
    by: Person,
    at: datetime,
) -> MonitoringForm:
    """Sign the monitoring form of a session as the record stands now.

    `answered` holds answers for the fields that the record leaves open, and for no other: what the record says is never
    overwritten here, it is corrected where it stands. A correction names the form that it replaces, and why.
    """
    known = monitored(session, at)
    if known.chart.state.discharged_at is None:
        raise Refused(_("The session is not over. The form is signed after the patient was discharged."))
    found = filled(known, edition, answered)
    _refuse_open(found.missing)
    refuse_contradiction(known, found.values)
    if (replaces is None) != (standing_form(session) is None):
        raise Refused(_("This session has a signed form already. Open it, and correct it there."))
    if replaces is not None and not why.strip():
        raise Refused(_("Write why the form is corrected."))
    values = {field.code: found.values.get(field.code, "") for field in edition.fields}
    own = filled(known, edition).values
    form = MonitoringForm(
        session=session,
        patient=session.patient,
        edition=edition.key,
        facts=values,
        asked=sorted(code for code in values if values[code] and not own.get(code)),
        replaces=replaces,
        why_replaced=why.strip()[:300] if replaces else "",
        signed_by=by,
        signed_at=at,
    )
    form.digest = digest_of({"edition": form.edition, "facts": values, "session": session.pk})
    form.save(force_insert=True)
    close_tasks_about(session, kind=SIGN, outcome="done", by=by, at=at)
    _ask_to_send(form, by=by, at=at)
    note(target=form, edition=edition.key, replaces=replaces.pk if replaces else None)
    return form


def _refuse_open(missing: tuple[FormField, ...]) -> None:
    required = [field.label for field in missing if field.required]
    if required:
        raise Refused(_("Not answered yet: {fields}.").format(fields="; ".join(required)))


def refuse_contradiction(known: Monitored, values: Mapping[str, str]) -> None:
    """“No events” is never signed while the log holds one."""
    if values.get("serious-event") == "no":
        for line in known.chart.state.lines:
            if line.entry.kind == EntryKind.EMERGENCY and not line.struck:
                raise Refused(
                    _(
                        "The log holds an emergency at {time}. A form without a serious event cannot be signed."
                    ).format(time=dated_moment_words(line.entry.at, known.session.patient.site.zone))
                )
    if values.get("respiratory-depression") == "no":
        for symptom in known.chart.state.symptoms:
            if symptom.code in ("breathing-stopped", "laryngospasm") and symptom.severity > 0:
                raise Refused(
                    _(
                        "The log holds trouble with breathing at {time}. Answer yes, or correct the log."
                    ).format(time=dated_moment_words(symptom.at, known.session.patient.site.zone))
                )


def _ask_to_send(form: MonitoringForm, *, by: Person, at: datetime) -> None:
    site = form.patient.site
    clock = clock_for(form.session, site.today(at), sent=False)
    make_task(
        owed=Owed(
            kind=SEND,
            about=form.session,
            title=_("Send the REMS monitoring form"),
            reason=_("It is signed. Send it to the programme, and record how and when."),
            address=reverse("rems-form", args=[form.pk]),
            act=_("Send the form"),
            role=who_sends(site, at),
            due_at=end_of(clock.due_on, site.zone) if clock else at + timedelta(days=1),
            subject=form.subject_ref,
            subject_name=str(form.patient),
        ),
        site=site,
        by=by,
        at=at,
    )


def who_sends(site: Site, at: datetime) -> str:
    """The authorised representative; where nobody is one, the medical director."""
    named = holders(site, Role.AUTHORISED_REPRESENTATIVE, at)
    return Role.AUTHORISED_REPRESENTATIVE if named else Role.MEDICAL_DIRECTOR


@recorded("care.rems.sent")
def send_form(
    *, form: MonitoringForm, how: str, reference: str, happened_at: datetime, by: Person, at: datetime
) -> MonitoringForm:
    """Record that the form left: how, when, under which reference. It stands in the register of disclosures, too."""
    if happened_at > at:
        raise Refused(_("This time lies in the future. Write when it was sent."))
    if hasattr(form, "replaced_by"):
        raise Refused(_("A newer form replaced this one. Send the newer one."))
    unsent = MonitoringForm.objects.filter(pk=form.pk, sent_at__isnull=True, replaced_by__isnull=True)
    if unsent.update(sent_how=how, sent_reference=reference, sent_by=by, sent_at=happened_at) != 1:
        raise Refused(_("A colleague recorded a moment ago that it was sent."))
    form.refresh_from_db()
    for kind in (SEND, LAST_DAY, OVERDUE):
        close_tasks_about(form.session, kind=kind, outcome="done", by=by, at=at)
    record_disclosure(
        patient=form.patient,
        leaving=ToDisclose(
            basis=BasisChoice.PUBLIC_HEALTH,
            recipient=PROGRAMME,
            what=_("Patient monitoring form {number} of the session on {day}").format(
                number=form.pk, day=day_words(treated_on(form.session))
            ),
            kinds=(),
            purpose=_("Drug safety programme of esketamine"),
            channel=Way.MAIL if how == FormChannel.ONLINE else Way.FAX,
            part2=False,
        ),
        consent=None,
        by=by,
        at=at,
    )
    note(target=form, how=how)
    return form


@recorded("care.rems.confirmed")
def confirm_form(*, form: MonitoringForm, confirmation: str, by: Person, at: datetime) -> MonitoringForm:
    """Record what the programme answered: its confirmation number, or the fax report."""
    if not confirmation.strip():
        raise Refused(_("Write the confirmation that came back."))
    waiting = MonitoringForm.objects.filter(pk=form.pk, sent_at__isnull=False, confirmed_at__isnull=True)
    if waiting.update(confirmation=confirmation.strip()[:120], confirmed_by=by, confirmed_at=at) != 1:
        raise Refused(_("It is confirmed already, or was not sent yet."))
    form.refresh_from_db()
    note(target=form)
    return form


def remind_of_forms(*, at: datetime) -> int:
    """The clock's turn: a task to sign for each session, the representative on day 6, the director from day 7 on."""
    owed = owed_sessions(Site.objects.values_list("pk", flat=True))
    return each_alone("rems-forms", owed, lambda session: _remind(session, at), at=at)


def _remind(session: Session, at: datetime) -> int:
    site = session.patient.site
    clock = clock_for(session, site.today(at), sent=False)
    if clock is None or edition_for(site, "rems-monitoring", treated_on(session)) is None:
        return 0
    form = standing_form(session)
    wanted: list[tuple[str, str, bool]] = [] if form else [(SIGN, Role.MONITOR, False)]
    if clock.standing in (FormStanding.LAST_DAY, FormStanding.OVERDUE):
        wanted.append((LAST_DAY, who_sends(site, at), clock.standing == FormStanding.OVERDUE))
    if clock.standing == FormStanding.OVERDUE:
        wanted.append((OVERDUE, Role.MEDICAL_DIRECTOR, True))
    for kind, role, urgent in wanted:
        make_task(owed=_owed(session, kind, role, urgent, clock.due_on, form), site=site, by=CLOCK, at=at)
    return len(wanted)


def _owed(
    session: Session, kind: str, role: str, urgent: bool, due_on: date, form: MonitoringForm | None
) -> Owed:
    titles = {
        SIGN: _("Sign the REMS monitoring form"),
        LAST_DAY: _("REMS monitoring form: one day left"),
        OVERDUE: _("REMS monitoring form is overdue"),
    }
    patient, site = session.patient, session.patient.site
    return Owed(
        kind=kind,
        about=session,
        title=titles[kind],
        reason=_("The session was on {day}. The programme has the form by {due}.").format(
            day=day_words(treated_on(session)),
            due=day_words(due_on),
        ),
        address=reverse("rems-form", args=[form.pk]) if form else reverse("rems-session", args=[session.pk]),
        act=_("Open the form"),
        role=role,
        due_at=end_of(due_on, site.zone),
        subject=patient.subject_ref,
        subject_name=str(patient),
        urgent=urgent,
    )
