"""Papers of one session: its record, its order, the hand-over letter, a note for work."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.papers.kinds import parts
from mooring.care.papers.kinds.kind import SESSION, KindOfPaper, PaperQuestion, PaperSubject
from mooring.care.sessions.queries import contact_window
from mooring.identity.roles import Permission
from mooring.sentences.doses import strength_words
from mooring.sentences.times import dated_moment_words
from mooring.words.numbers import with_unit
from mooring.work.documents.sheet import Sheet, SheetSection

READ = Permission.SESSIONS_READ


def _record(subject: PaperSubject) -> Sheet:
    chart = subject.session_chart
    lines = tuple(
        parts.log_line(line.entry, chart) + (f" ({_('replaced by a correction')})" if line.struck else "")
        for line in chart.state.lines
    )
    signed = chart.session.signed_off_by
    who = [(_("Opened by"), chart.session.opened_by.legal_name)]
    if signed and chart.session.signed_off_at:
        who.append(
            (_("Signed off by"), f"{signed.legal_name}, {dated_moment_words(chart.session.signed_off_at)}")
        )
    return subject.sheet(
        "session-record",
        _("Record of the dosing session on {day}").format(day=parts.day_of(chart)),
        _("Every line of the session's log, in the order in which things happened."),
        (
            SheetSection(_("The dose"), parts.dose_facts(chart)),
            SheetSection(_("People"), tuple(who)),
            parts.vitals_section(chart),
            parts.safety_section(chart),
            SheetSection(_("The log"), (), lines),
        ),
        parts.open_points(chart),
        version=chart.session.monitoring,
    )


def _order(subject: PaperSubject) -> Sheet:
    chart = subject.session_chart
    order = chart.session.order
    facts = [
        (_("Medicine"), f"{order.drug} ({order.salt_basis})"),
        (_("Route"), order.route),
        (_("Dose"), order.dose_words),
        (_("Strength"), strength_words(order.ordered.form) or parts.not_recorded()),
        (_("Weight"), with_unit(order.weight.value, "kg") if order.weight else _("not used for this dose")),
        (_("Presentation"), order.presentation or parts.not_recorded()),
    ]
    if order.reason:
        facts.append((_("Why a caution was overridden"), order.reason))
    signed = [(_("Signed by"), f"{order.signed_by.legal_name}, {dated_moment_words(order.signed_at)}")]
    if order.second:
        signed.append((_("Second signature"), order.second.legal_name))
    if order.withdrawn_at:
        signed.append((_("Withdrawn"), f"{dated_moment_words(order.withdrawn_at)}: {order.withdrawn_reason}"))
    return subject.sheet(
        "dose-order",
        _("Dose order for {day}").format(day=parts.day_of(chart)),
        _("As it was signed; the volume or number was read again by two people before the dose."),
        (SheetSection(_("Ordered"), tuple(facts)), SheetSection(_("Signatures"), tuple(signed))),
        () if order.presentation else (_("The order names no presentation."),),
    )


def _hand_over(subject: PaperSubject) -> Sheet:
    chart, site = subject.session_chart, subject.patient.site
    facts: list[tuple[str, str]] = []
    if chart.state.ended_at:
        first, last = contact_window(site, chart.state.ended_at, subject.now)
        facts.append(
            (
                _("We call the patient"),
                _("between {first} and {last}").format(
                    first=dated_moment_words(first), last=dated_moment_words(last)
                ),
            )
        )
    facts.append((_("Questions"), f"{site.name}, {site.phone}"))
    return subject.sheet(
        "hand-over",
        _("After the dose on {day}").format(day=parts.day_of(chart)),
        _("Dear {recipient}, this is what was given and what happened.").format(
            recipient=subject.answers.get("recipient", "")
        ),
        (
            SheetSection(_("The dose"), parts.dose_facts(chart)),
            parts.safety_section(chart),
            SheetSection(
                _("Until tomorrow, as the patient was told"), (), tuple(chart.knowledge.criteria.advice)
            ),
            SheetSection(
                _("What we ask of you"),
                (),
                (subject.answers.get("asks", ""),) if subject.answers.get("asks") else (),
            ),
            SheetSection(_("Next"), tuple(facts)),
        ),
        parts.open_points(chart),
        version=chart.knowledge.criteria.key,
    )


def _work_note(subject: PaperSubject) -> Sheet:
    """No diagnosis, no medicine, no name of the treatment: only that the person was here and what they may not do."""
    chart = subject.session_chart
    return subject.sheet(
        "work-note",
        _("To whom it may concern"),
        _("{name} was under our care on {day}.").format(
            name=subject.patient.person.legal_name, day=parts.day_of(chart)
        ),
        (
            SheetSection(
                _("What we ask"),
                (),
                (
                    _("Please excuse their absence on that day."),
                    _(
                        "They do not drive, use machines or sign binding papers until the next day, after a night's sleep."
                    ),
                    *((subject.answers["until"],) if subject.answers.get("until") else ()),
                ),
            ),
        ),
        () if chart.state.started_at else (_("The session has not started."),),
    )


KINDS = (
    KindOfPaper("session-record", gettext_lazy("Session record"), SESSION, READ, _record),
    KindOfPaper("dose-order", gettext_lazy("Dose order"), SESSION, Permission.TREATMENTS_READ, _order),
    KindOfPaper(
        "hand-over",
        gettext_lazy("Letter to the referrer or therapist"),
        SESSION,
        READ,
        _hand_over,
        (
            PaperQuestion("recipient", gettext_lazy("To whom (name)")),
            PaperQuestion("asks", gettext_lazy("What you ask of them"), required=False, rows=3),
        ),
    ),
    KindOfPaper(
        "work-note",
        gettext_lazy("Note for work, without a diagnosis"),
        SESSION,
        READ,
        _work_note,
        (
            PaperQuestion(
                "until", gettext_lazy("Anything else that they may not do, and until when"), required=False
            ),
        ),
    ),
)
