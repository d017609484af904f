"""A work-sheet with the fields of FDA form 3500 (MedWatch), as far as the session's record answers them.

It is not the form: it is what is copied into the programme's website. Seriousness and the judgement whether the drug
caused it are a person's; they are asked, never derived.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.observations.queries import allergies_in_words, allergies_of, medicines_of
from mooring.care.papers.kinds import parts
from mooring.care.papers.kinds.kind import SESSION, KindOfPaper, PaperQuestion, PaperSubject
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.sentences.doses import quantity_words
from mooring.sentences.times import full_day_words
from mooring.words.numbers import with_unit
from mooring.work.documents.sheet import Sheet, SheetSection

OUTCOMES = (
    ("none", gettext_lazy("none of these")),
    ("death", gettext_lazy("death")),
    ("life-threatening", gettext_lazy("life-threatening")),
    ("hospital", gettext_lazy("hospital admission, initial or prolonged")),
    ("disability", gettext_lazy("disability or permanent damage")),
    ("birth-defect", gettext_lazy("congenital anomaly or birth defect")),
    ("intervention", gettext_lazy("intervention needed to prevent permanent damage (devices)")),
    ("other-serious", gettext_lazy("other serious or important medical event")),
)
DOES_IT = (
    ("yes", gettext_lazy("yes")),
    ("no", gettext_lazy("no")),
    ("not-applicable", gettext_lazy("does not apply")),
)


def _medwatch(subject: PaperSubject) -> Sheet:
    return subject.sheet(
        "medwatch",
        _("Work-sheet: report of an adverse event (fields of FDA form 3500)"),
        _("To copy into the reporting website; it is not that form. Days as dd-mmm-yyyy there."),
        (
            _patient(subject),
            _event(subject),
            _product(subject),
            SheetSection(
                _("F. Other products"), ((_("Medicines"), _medicines(subject) or parts.not_recorded()),)
            ),
            _reporter(subject),
        ),
        _missing(subject),
    )


def _medicines(subject: PaperSubject) -> str:
    return ", ".join(f"{each.name} {each.dose}".strip() for each in medicines_of(subject.patient))


def _missing(subject: PaperSubject) -> tuple[str, ...]:
    chart = subject.session_chart
    missing = list(parts.open_points(chart))
    if not _medicines(subject):
        missing.append(_("No other medicine is recorded. Whether there is none was not asked."))
    missing += [
        _("Race and ethnicity are not recorded."),
        _("The maker and the NDC of the product are not recorded."),
    ]
    if not chart.administered.lots:
        missing.append(_("No lot is recorded in the session."))
    if not parts.event_lines(chart):
        missing.append(_("The log holds no alert, adverse effect or intervention."))
    return tuple(missing)


def _patient(subject: PaperSubject) -> SheetSection:
    patient, order = subject.patient, subject.session_chart.session.order
    return SheetSection(
        _("A. Patient"),
        (
            (_("Identifier, not the name"), patient.record_number),
            (_("Age at the event"), str(patient.age_on(patient.site.today(subject.now)))),
            (_("Sex"), str(patient.get_sex_at_birth_display())),
            (_("Weight"), with_unit(order.weight.value, "kg") if order.weight else parts.not_recorded()),
        ),
    )


def _event(subject: PaperSubject) -> SheetSection:
    chart, patient, answers = subject.session_chart, subject.patient, subject.answers
    return SheetSection(
        _("B. Event"),
        (
            (_("Outcome"), str(dict(OUTCOMES).get(answers.get("outcome", ""), ""))),
            (_("Date of the event"), parts.day_of(chart)),
            (_("Date of this report"), full_day_words(patient.site.today(subject.now))),
            (_("Description"), answers.get("description", "")),
            (_("Other history"), allergies_in_words(list(allergies_of(patient)))),
        ),
        (*parts.event_lines(chart), *parts.vitals_lines(chart)),
    )


def _product(subject: PaperSubject) -> SheetSection:
    chart, answers, does = subject.session_chart, subject.answers, dict(DOES_IT)
    order = chart.session.order
    return SheetSection(
        _("D. Suspect product"),
        (
            (_("Name, strength"), f"{order.drug}, {order.presentation or parts.not_recorded()}"),
            (_("Dose, route"), f"{quantity_words(chart.administered.quantity)}, {order.route}"),
            (_("Day of use"), parts.day_of(chart)),
            (_("Used for"), chart.session.cycle.treatment.indication),
            (_("Lot"), ", ".join(chart.administered.lots) or parts.not_recorded()),
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
            (_("Address, phone"), "; ".join((*subject.letterhead, by.phone or subject.patient.site.phone))),
            (_("E-mail"), by.email or parts.not_recorded()),
            (_("Health professional"), _("yes")),
        ),
    )


def refuse_empty(subject: PaperSubject) -> None:
    """“None of these” is not reported while the log holds an emergency."""
    if subject.answers.get("outcome") == "none" and parts.emergency_lines(subject.session_chart):
        raise Refused(_("The log holds an emergency. Choose its outcome."))


KINDS = (
    KindOfPaper(
        "medwatch",
        gettext_lazy("Adverse event: work-sheet for MedWatch"),
        SESSION,
        Permission.SESSIONS_READ,
        _medwatch,
        (
            PaperQuestion("outcome", gettext_lazy("Outcome attributed to the event"), choices=OUTCOMES),
            PaperQuestion("description", gettext_lazy("What happened, in your words"), rows=5),
            PaperQuestion(
                "abated", gettext_lazy("Did it abate after the dose was stopped or ended?"), choices=DOES_IT
            ),
            PaperQuestion(
                "reappeared", gettext_lazy("Did it come back when it was given again?"), choices=DOES_IT
            ),
        ),
    ),
)
