"""A work-sheet with the fields of FDA form 3500 (MedWatch), as far as the session's record answers them.

It is not the form: it is what is copied into the programme's website. Seriousness and the judgement whether the drug
caused it are a person's; they are asked, never derived.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.observations.queries import allergies_in_words, allergies_of, medicines_of
from mooring.care.papers.kinds import parts
from mooring.care.papers.kinds.kind import SESSION, Asked, PaperKind, Subject
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


def _medwatch(subject: Subject) -> Sheet:
    chart, patient, answers = subject.session_chart, subject.patient, subject.answers
    order = chart.session.order
    today = patient.site.today(subject.now)
    medicines = ", ".join(f"{each.name} {each.dose}".strip() for each in medicines_of(patient))
    events = parts.event_lines(chart)
    missing = list(parts.open_points(chart))
    if not medicines:
        missing.append(_("No other medicine is recorded. Whether there is none was not asked."))
    missing += [
        _("Race and ethnicity are not recorded."),
        _("The maker and the NDC of the product are not recorded."),
    ]
    if not chart.administered.lots:
        missing.append(_("No lot is recorded in the session."))
    if not events:
        missing.append(_("The log holds no alert, adverse effect or intervention."))
    words = dict(OUTCOMES), dict(DOES_IT)
    return subject.sheet(
        "medwatch",
        _("Work-sheet: report of an adverse event (fields of FDA form 3500)"),
        _("To copy into the reporting website; it is not that form. Days as dd-mmm-yyyy there."),
        (
            SheetSection(
                _("A. Patient"),
                (
                    (_("Identifier, not the name"), patient.record_number),
                    (_("Age at the event"), str(patient.age_on(today))),
                    (_("Sex"), str(patient.get_sex_at_birth_display())),
                    (
                        _("Weight"),
                        with_unit(order.weight.value, "kg") if order.weight else parts.not_recorded(),
                    ),
                ),
            ),
            SheetSection(
                _("B. Event"),
                (
                    (_("Outcome"), str(words[0].get(answers.get("outcome", ""), ""))),
                    (_("Date of the event"), parts.day_of(chart)),
                    (_("Date of this report"), full_day_words(today)),
                    (_("Description"), answers.get("description", "")),
                    (_("Other history"), allergies_in_words(list(allergies_of(patient)))),
                ),
                (*events, *parts.vitals_lines(chart)),
            ),
            SheetSection(
                _("D. Suspect product"),
                (
                    (_("Name, strength"), f"{order.drug}, {order.presentation or parts.not_recorded()}"),
                    (_("Dose, route"), f"{quantity_words(chart.administered.quantity)}, {order.route}"),
                    (_("Day of use"), parts.day_of(chart)),
                    (_("Used for"), chart.session.cycle.treatment.indication),
                    (_("Lot"), ", ".join(chart.administered.lots) or parts.not_recorded()),
                    (_("Abated after it was stopped"), str(words[1].get(answers.get("abated", ""), ""))),
                    (
                        _("Came back when it was given again"),
                        str(words[1].get(answers.get("reappeared", ""), "")),
                    ),
                ),
            ),
            SheetSection(_("F. Other products"), ((_("Medicines"), medicines or parts.not_recorded()),)),
            SheetSection(
                _("G. Reporter"),
                (
                    (_("Name"), subject.by.legal_name),
                    (
                        _("Address, phone"),
                        "; ".join((*subject.letterhead, subject.by.phone or patient.site.phone)),
                    ),
                    (_("E-mail"), subject.by.email or parts.not_recorded()),
                    (_("Health professional"), _("yes")),
                ),
            ),
        ),
        tuple(missing),
    )


def refuse_empty(subject: Subject) -> None:
    """“None of these” is not reported while the log holds an emergency."""
    if subject.answers.get("outcome") == "none" and parts.emergency_lines(subject.session_chart):
        raise Refused(_("The log holds an emergency. Choose its outcome."))


KINDS = (
    PaperKind(
        "medwatch",
        gettext_lazy("Adverse event: work-sheet for MedWatch"),
        SESSION,
        Permission.SESSIONS_READ,
        _medwatch,
        (
            Asked("outcome", gettext_lazy("Outcome attributed to the event"), choices=OUTCOMES),
            Asked("description", gettext_lazy("What happened, in your words"), rows=5),
            Asked(
                "abated", gettext_lazy("Did it abate after the dose was stopped or ended?"), choices=DOES_IT
            ),
            Asked("reappeared", gettext_lazy("Did it come back when it was given again?"), choices=DOES_IT),
        ),
    ),
)
