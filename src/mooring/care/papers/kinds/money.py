"""The superbill and the packet for a prior authorisation."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.measures.models import Filled
from mooring.care.measures.queries import filled_of, total_in_words
from mooring.care.papers.kinds import parts
from mooring.care.papers.kinds.kind import PATIENT, SESSION, KindOfPaper, PaperQuestion, PaperSubject
from mooring.care.papers.models import EarlierTreatment
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import address_of
from mooring.care.treatments.record import current_treatment_of
from mooring.content.loader import load
from mooring.identity.queries import number_of
from mooring.identity.roles import Permission
from mooring.rules.billing import Billed, BillingLine, lines_for
from mooring.sentences.times import full_day_words
from mooring.work.documents.sheet import Sheet, SheetSection

PAYERS = (
    ("other", gettext_lazy("commercial plan, or the patient")),
    ("medicare", "Medicare"),
    ("medicaid", "Medicaid"),
)
NPI, LICENCE = "npi", "professional-licence"


def _lines(subject: PaperSubject) -> tuple[BillingLine, ...]:
    """The codes that were valid on the day of the dose, for this payer."""
    chart = subject.session_chart
    site, order = subject.patient.site, chart.session.order
    return lines_for(
        load(),
        Billed(
            on=site.today(chart.state.started_at or chart.session.opened_at),
            product=order.drug,
            route=order.route,
            jurisdiction=site.jurisdiction,
            payer=subject.answers.get("payer", "other"),
            mg=chart.administered.quantity.mg,
            minutes=parts.given_minutes(chart),
        ),
    )


def _numbers(subject: PaperSubject) -> tuple[dict[str, str], dict[str, str]]:
    """What the provider's part bears, and what the service's part does; empty where nobody recorded it."""
    practice, answers = subject.practice, subject.answers
    prescriber = subject.session_chart.session.order.signed_by
    provider = {
        _("NPI of the prescriber"): number_of(prescriber, NPI),
        _("Licence of the prescriber"): number_of(prescriber, LICENCE),
        _("Group NPI"): practice.group_number if practice else "",
        _("Tax number (EIN)"): practice.tax_number if practice else "",
    }
    service = {
        _("Diagnosis code (ICD-10)"): answers.get("diagnosis", ""),
        _("Address of the patient"): address_of(subject.patient),
        _("Member number"): answers.get("member", ""),
        _("Fee"): answers.get("fee", ""),
        _("Place of service"): answers.get("place", ""),
    }
    return provider, service


def _known(numbers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in numbers.items() if value)


def _superbill(subject: PaperSubject) -> Sheet:
    chart = subject.session_chart
    prescriber, lines = chart.session.order.signed_by, _lines(subject)
    provider, service = _numbers(subject)
    missing = [name for name, value in {**provider, **service}.items() if not value]
    if not lines:
        missing.append(
            _("No code on file was valid for this dose on that day. A coder of the site adds it by hand.")
        )
    if subject.practice is None:
        missing.append(_("The site has no letterhead with its address."))
    return subject.sheet(
        "superbill",
        _("Superbill for {day}").format(day=parts.day_of(chart)),
        _("Not a claim. Codes are those that were valid on that day; descriptions are ours."),
        (
            SheetSection(_("Provider"), ((_("Prescriber"), prescriber.legal_name), *_known(provider))),
            SheetSection(
                _("Service"),
                (*parts.dose_facts(chart), *_known(service)),
                tuple(_line(line) for line in lines),
            ),
            SheetSection(
                _("Who was there"),
                ((_("Supervised by"), prescriber.legal_name), (_("Monitored by"), chart.watcher_name)),
            ),
        ),
        (*missing, *parts.open_points(chart)),
        version=", ".join(line.code.key for line in lines),
    )


def _line(line: BillingLine) -> str:
    return _("{code}, {units} × {unit}: {title}").format(
        code=line.code.code, units=line.units, unit=line.code.unit, title=line.code.title
    )


def _authorisation(subject: PaperSubject) -> Sheet:
    patient, answers = subject.patient, subject.answers
    standing = EarlierTreatment.objects.filter(patient__in=patient.records, withdrawn_at__isnull=True)
    trials = list(standing.order_by("started_on", "pk"))
    plan, scores = _plan(patient), sorted(filled_of(patient), key=lambda row: row.filled_at)
    member = {
        _("Member number"): answers.get("member", ""),
        _("Diagnosis code (ICD-10)"): answers.get("diagnosis", ""),
    }
    missing = []
    if not trials:
        missing.append(
            _("No earlier treatment is recorded. Payers ask for drug, dose, weeks and outcome of each.")
        )
    missing += [
        _("{trial}: {what}").format(trial=each.name, what=what)
        for each in trials
        for what in each.open_fields
    ]
    if not plan:
        missing.append(_("No treatment is planned."))
    if not scores:
        missing.append(_("No questionnaire is filled in; payers ask for a score with its date."))
    missing += [name for name, value in member.items() if not value]
    return subject.sheet(
        "authorisation",
        _("Prior authorisation: what the record holds"),
        _("For {payer}, {kind}.").format(
            payer=answers.get("payer", ""), kind=dict(REQUESTS).get(answers.get("request", ""), "")
        ),
        (
            SheetSection(_("Member"), ((_("Sex"), str(patient.get_sex_at_birth_display())), *_known(member))),
            SheetSection(_("Request"), plan),
            SheetSection(_("Earlier treatments"), (), tuple(each.words for each in trials)),
            SheetSection(_("Scores"), (), tuple(_score(each) for each in scores)),
            SheetSection(_("Why it is needed"), (), (answers.get("necessity", ""),)),
        ),
        tuple(missing),
    )


def _plan(patient: Patient) -> tuple[tuple[str, str], ...]:
    """What is asked for, out of the newest treatment; empty where none is planned."""
    current = current_treatment_of(patient)
    if current is None:
        return ()
    treatment, cycles = current
    return (
        (_("Protocol"), treatment.protocol),
        (_("Indication"), treatment.indication),
        (_("Dose"), treatment.dose_words),
        (_("Sessions asked for"), str(treatment.doses)),
        (_("Sessions so far"), str(len([cycle for cycle in cycles if cycle.administered]))),
    )


def _score(filled: Filled) -> str:
    return f"{full_day_words(filled.filled_at)}: {filled.instrument}, {total_in_words(filled)}"


REQUESTS = (("new", gettext_lazy("new request")), ("continuation", gettext_lazy("continuation")))
KINDS = (
    KindOfPaper(
        "superbill",
        gettext_lazy("Superbill"),
        SESSION,
        Permission.SESSIONS_READ,
        _superbill,
        (
            PaperQuestion("payer", gettext_lazy("Payer"), choices=PAYERS),
            PaperQuestion("diagnosis", gettext_lazy("Diagnosis code (ICD-10)"), required=False),
            PaperQuestion("member", gettext_lazy("Member number"), required=False),
            PaperQuestion(
                "place", gettext_lazy("Place of service, such as 11 for an office"), required=False
            ),
            PaperQuestion("fee", gettext_lazy("Full fee of the service"), required=False),
        ),
    ),
    KindOfPaper(
        "authorisation",
        gettext_lazy("Prior-authorisation packet"),
        PATIENT,
        Permission.TREATMENTS_READ,
        _authorisation,
        (
            PaperQuestion("payer", gettext_lazy("Payer")),
            PaperQuestion("request", gettext_lazy("Request"), choices=REQUESTS),
            PaperQuestion("member", gettext_lazy("Member number"), required=False),
            PaperQuestion("diagnosis", gettext_lazy("Diagnosis code (ICD-10)"), required=False),
            PaperQuestion("necessity", gettext_lazy("Why it is needed"), rows=5),
        ),
    ),
)
