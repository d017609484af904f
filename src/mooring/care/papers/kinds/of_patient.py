"""Papers of a patient over time: the summary of their treatments, and copies of the consents that they signed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.consents.models import Consent
from mooring.care.measures.queries import filled_of
from mooring.care.outcomes.queries import course_of, in_words
from mooring.care.papers.kinds.kind import PATIENT, KindOfPaper, PaperSubject
from mooring.care.sessions.models import Session, SessionState
from mooring.care.treatments.models import Treatment
from mooring.care.treatments.queries import treatments_of
from mooring.identity.packs import parsed
from mooring.identity.roles import Permission
from mooring.sentences.times import dated_moment_words, full_day_words
from mooring.work.documents.sheet import Sheet, SheetSection


def _summary(subject: PaperSubject) -> Sheet:
    treatments = [each for each in treatments_of(subject.patient) if each.signed_at is not None]
    sections, missing = [], []
    for treatment in treatments:
        course = course_of(treatment, filled=filled_of(subject.patient))
        doses = tuple(_dose(treatment, number) for number in [c.number for c in course.doses_given])
        if not course.scores:
            missing.append(_("{treatment}: no score was recorded.").format(treatment=treatment.protocol))
        sections.append(
            SheetSection(
                treatment.protocol,
                (
                    (_("Indication"), treatment.indication),
                    (_("Plan"), f"{treatment.dose_words}, {treatment.doses}"),
                    (_("Signed"), full_day_words(treatment.signed_at) if treatment.signed_at else ""),
                    (_("Doses given"), str(len(course.doses_given))),
                    (_("Outcome"), str(treatment.get_outcome_display()) or _("not ended")),
                ),
                (*doses, *(in_words(course) if course.scores else ())),
            )
        )
    if not treatments:
        missing.append(_("No treatment was signed."))
    return subject.sheet(
        "summary",
        _("Summary of treatment"),
        _("Written {day}.").format(day=full_day_words(subject.patient.site.today(subject.now))),
        tuple(sections),
        tuple(missing),
    )


def _dose(treatment: Treatment, number: int) -> str:
    """One dose in a line: the day, what was ordered; what was given stands in its session's record."""
    sessions = Session.objects.filter(cycle__treatment=treatment, cycle__number=number).exclude(
        state=SessionState.VOID
    )
    session = sessions.select_related("cycle", "order").first()
    if session is None or session.cycle.dosed_at is None:
        return _("Dose {number}: no session is recorded.").format(number=number)
    return _("Dose {number}, {day}: {dose}, {route}").format(
        number=number,
        day=full_day_words(session.cycle.dosed_at),
        dose=session.order.dose_words,
        route=session.order.route,
    )


def _consents(subject: PaperSubject) -> Sheet:
    """Every consent that stands, word for word as it was signed."""
    joined = Consent.objects.filter(patient__in=subject.patient.records).select_related("pack", "taken_by")
    found = joined.defer("pack__body")
    sections, withdrawn = [], []
    for consent in found.order_by("signed_at"):
        if consent.withdrawn_at is not None:
            withdrawn.append(
                _("{text} was withdrawn {when}.").format(
                    text=consent.text, when=dated_moment_words(consent.withdrawn_at)
                )
            )
            continue
        text = parsed(consent.pack).consents[consent.text]
        lines = []
        for section in text.sections:
            chosen = consent.choices.get(section.code)
            mark = "" if chosen is None else f" [{_('agreed') if chosen else _('not agreed')}]"
            lines.append(f"{section.heading}: {section.text}{mark}")
        sections.append(
            SheetSection(
                text.title,
                (
                    (_("Text"), f"{consent.text}, {consent.text_digest[:16]}"),
                    (_("Signed"), f"{consent.signed_name}, {dated_moment_words(consent.signed_at)}"),
                    (_("Taken by"), consent.taken_by.legal_name),
                ),
                tuple(lines),
            )
        )
    missing = tuple(withdrawn) if sections else (*withdrawn, _("No consent stands."))
    return subject.sheet(
        "consents",
        _("What you agreed to"),
        _("A copy of each consent as it was signed."),
        tuple(sections),
        missing,
    )


KINDS = (
    KindOfPaper(
        "summary", gettext_lazy("Summary of treatment"), PATIENT, Permission.TREATMENTS_READ, _summary
    ),
    KindOfPaper(
        "consents", gettext_lazy("Copy of the consents"), PATIENT, Permission.CONSENTS_READ, _consents
    ),
)
