"""Papers of one event of the register: the work-sheet for MedWatch and the incident report.

What happened, how serious it was, whether the drug caused it and to whom it was reported stand in the register and are
read there. The work-sheet has the fields of FDA form 3500; it is not that form, it is what is copied into the
programme's website. What neither the register nor a session says is asked.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.observations.queries import allergies_in_words, allergies_of, medicines_of
from mooring.care.papers.kinds import parts
from mooring.care.papers.kinds.kind import EVENT, KindOfPaper, PaperQuestion, PaperSubject
from mooring.care.safety.models import AdverseEvent, EventSort
from mooring.identity.roles import Permission
from mooring.sentences.doses import quantity_words
from mooring.sentences.times import dated_moment_words, full_day_words
from mooring.words.numbers import with_unit
from mooring.work.documents.sheet import Sheet, SheetSection

DOES_IT = (
    ("yes", gettext_lazy("yes")),
    ("no", gettext_lazy("no")),
    ("not-applicable", gettext_lazy("does not apply")),
)


def _medwatch(subject: PaperSubject) -> Sheet:
    return subject.sheet(
        "medwatch",
        _("Work-sheet: report of adverse event {reference} (fields of FDA form 3500)").format(
            reference=subject.registered.reference
        ),
        _("To copy into the reporting website; it is not that form. Days as dd-mmm-yyyy there."),
        (
            _patient(subject),
            SheetSection(_("B. Event"), (*_event(subject), *_judged(subject.registered)), _log(subject)),
            _product(subject),
            SheetSection(
                _("F. Other products"), ((_("Medicines"), _medicines(subject) or parts.not_recorded()),)
            ),
            _reporter(subject),
            _reports(subject.registered),
        ),
        _missing(subject),
        version=subject.registered.term,
    )


def _incident(subject: PaperSubject) -> Sheet:
    event, chart = subject.registered, subject.chart
    return subject.sheet(
        "incident",
        _("Incident report {reference}").format(reference=event.reference),
        _("What the register and the session's log say; what was done about it since is written below."),
        (
            SheetSection(
                str(event.get_sort_display()).capitalize(), (*_event(subject), *_judged(event)), _log(subject)
            ),
            *(
                (
                    SheetSection(_("The dose"), parts.dose_facts(chart)),
                    SheetSection(_("Emergency"), (), parts.emergency_lines(chart)),
                    parts.vitals_section(chart),
                )
                if chart
                else ()
            ),
            SheetSection(_("Since then"), (), (subject.answers.get("since", ""),)),
            _reports(event),
        ),
        _open(subject),
        version=event.term,
    )


def _medicines(subject: PaperSubject) -> str:
    return ", ".join(f"{each.name} {each.dose}".strip() for each in medicines_of(subject.patient))


def _log(subject: PaperSubject) -> tuple[str, ...]:
    return parts.event_lines(subject.chart) if subject.chart else ()


def _open(subject: PaperSubject) -> tuple[str, ...]:
    """What the register leaves open, and what the session does."""
    event, now = subject.registered, subject.registered.assessed
    missing = list(parts.open_points(subject.chart)) if subject.chart else []
    asked = (
        (event.sort == EventSort.INCIDENT or now.grade, _("The event is not graded.")),
        (
            event.sort == EventSort.INCIDENT or now.relation_drug,
            _("A prescriber has not decided how it relates to the drug."),
        ),
        (now.action, _("What was done with the drug is not recorded.")),
        (now.outcome != "unknown", _("The outcome is not known yet.")),
        (now.ended_at or now.outcome in ("fatal", "unknown"), _("When it ended is not recorded.")),
        (event.description, _("The register holds no description.")),
        (event.reports.all(), _("It was reported to no one yet.")),
        (event.withdrawn_at is None, _("The event was withdrawn: it was entered in error.")),
    )
    return (*missing, *(words for known, words in asked if not known))


def _missing(subject: PaperSubject) -> tuple[str, ...]:
    chart, missing = subject.chart, list(_open(subject))
    if chart is None:
        missing.append(_("The event belongs to no session; dose and lot are those of the register."))
    elif not chart.administered.lots:
        missing.append(_("No lot is recorded in the session."))
    if not _medicines(subject):
        missing.append(_("No other medicine is recorded. Whether there is none was not asked."))
    return (
        *missing,
        _("Race and ethnicity are not recorded."),
        _("The maker and the NDC of the product are not recorded."),
    )


def _patient(subject: PaperSubject) -> SheetSection:
    patient, chart = subject.patient, subject.chart
    weight = chart.session.order.weight if chart else None
    onset = patient.site.today(subject.registered.onset_at)
    return SheetSection(
        _("A. Patient"),
        (
            (_("Identifier, not the name"), patient.record_number),
            (_("Age at the event"), str(patient.age_on(onset))),
            (_("Sex"), str(patient.get_sex_at_birth_display())),
            (_("Weight"), with_unit(weight.value, "kg") if weight else parts.not_recorded()),
        ),
    )


def _event(subject: PaperSubject) -> parts.Facts:
    """What happened and when, as the register names it."""
    event, zone = subject.registered, subject.patient.site.zone
    ended = event.assessed.ended_at
    facts = (
        (_("Event"), event.words),
        (_("Term"), event.term),
        (_("Onset"), dated_moment_words(event.onset_at, zone)),
        (_("Ended"), dated_moment_words(ended, zone) if ended else parts.not_recorded()),
        (_("Date of this report"), full_day_words(subject.patient.site.today(subject.now))),
        (_("Description"), event.description),
        (_("Known from"), str(event.get_found_in_display())),
        (_("Other history"), allergies_in_words(list(allergies_of(subject.patient)))),
    )
    return tuple((name, value) for name, value in facts if value)


def _judged(event: AdverseEvent) -> parts.Facts:
    """What was judged of it last: by whom, and the words of each answer."""
    now = event.assessed
    facts = (
        (_("Seriousness"), now.why_words or _("not serious: none of the outcomes of the form")),
        (_("Grade"), f"{now.grade_words} ({now.graded_by})" if now.grade else ""),
        (_("Relation to the drug"), str(now.get_relation_drug_display())),
        (_("Relation to the procedure"), str(now.get_relation_procedure_display())),
        (_("Action with the drug"), str(now.get_action_display())),
        (_("Outcome"), str(now.get_outcome_display())),
        (now.dictionary, now.licensed_code),
        (_("Note"), now.note),
        (_("Assessed by"), f"{now.by.legal_name}, {dated_moment_words(now.at, event.site.zone)}"),
    )
    return tuple((name, value) for name, value in facts if value)


def _product(subject: PaperSubject) -> SheetSection:
    event, chart, answers, does = subject.registered, subject.chart, subject.answers, dict(DOES_IT)
    if chart is not None:
        order = chart.session.order
        used: parts.Facts = (
            (_("Name, strength"), f"{order.drug}, {order.presentation or parts.not_recorded()}"),
            (_("Dose, route"), f"{quantity_words(chart.administered.quantity, order.shape)}, {order.route}"),
            (_("Day of use"), parts.day_of(chart)),
            (_("Used for"), chart.session.cycle.treatment.indication),
            (_("Lot"), ", ".join(chart.administered.lots) or parts.not_recorded()),
        )
    else:
        used = (
            (_("Name, strength"), event.product or parts.not_recorded()),
            (_("Dose, route"), with_unit(event.dose_mg, "mg") if event.dose_mg else parts.not_recorded()),
        )
    return SheetSection(
        _("D. Suspect product"),
        (
            *used,
            (_("Abated after it was stopped"), str(does.get(answers.get("abated", ""), ""))),
            (_("Came back when it was given again"), str(does.get(answers.get("reappeared", ""), ""))),
        ),
    )


def _reporter(subject: PaperSubject) -> SheetSection:
    by = subject.by
    return SheetSection(
        _("G. Reporter"),
        (
            (_("Name"), by.legal_name),
            (_("Address, phone"), "; ".join((*subject.letterhead, *([by.phone] if by.phone else [])))),
            (_("E-mail"), by.email or parts.not_recorded()),
            (_("Health professional"), _("yes")),
        ),
    )


def _reports(event: AdverseEvent) -> SheetSection:
    """To whom it was reported, when, under which reference; or that no report is due, and why."""
    sent = sorted(event.reports.all(), key=lambda report: (report.sent_at, report.pk))
    return SheetSection(
        _("Reported to"),
        (),
        (),
        (_("To"), _("When"), _("Reference"), _("By"), _("Note")),
        tuple(
            (
                report.to_words,
                dated_moment_words(report.sent_at, event.site.zone),
                report.reference,
                report.by.legal_name,
                report.note,
            )
            for report in sent
        ),
    )


KINDS = (
    KindOfPaper(
        "medwatch",
        gettext_lazy("Work-sheet for MedWatch"),
        EVENT,
        Permission.SAFETY_READ,
        _medwatch,
        (
            PaperQuestion(
                "abated", gettext_lazy("Did it abate after the dose was stopped or ended?"), choices=DOES_IT
            ),
            PaperQuestion(
                "reappeared", gettext_lazy("Did it come back when it was given again?"), choices=DOES_IT
            ),
        ),
    ),
    KindOfPaper(
        "incident",
        gettext_lazy("Incident report"),
        EVENT,
        Permission.SAFETY_READ,
        _incident,
        (PaperQuestion("since", gettext_lazy("What was done about it since"), rows=4),),
    ),
)
