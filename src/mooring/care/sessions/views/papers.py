"""Papers that fall out of a session: what a patient and their escort take home, what an ambulance crew is handed.

Each is folded from the log at the moment it is made; nothing is typed. What the record cannot answer is listed on the
page before the paper is made, and on the paper.
"""

from collections.abc import Callable
from datetime import datetime

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.audit.looking import looking_at
from mooring.audit.models import AccessKind
from mooring.care.observations.queries import allergies_in_words, allergies_of, medicines_of
from mooring.care.patients.models import SupportPerson
from mooring.care.patients.queries import whose_words
from mooring.care.sessions.access import get_session_for
from mooring.care.sessions.kinds.symptom import severity_words
from mooring.care.sessions.kinds.vitals import vitals_table
from mooring.care.sessions.queries import SessionChart, chart_of
from mooring.care.sessions.views import shown
from mooring.care.treatments.queries import escorts_of
from mooring.sentences.doses import quantity_words
from mooring.sentences.times import clock_words, dated_moment_words
from mooring.words.numbers import with_unit
from mooring.work.documents.answering import sheet_file
from mooring.work.documents.sheet import Sheet, SheetSection, letterhead_of
from mooring.work.pages import SignedInRequest, page

VERSION = "1"
LAST_VITALS = 6
NOTHING_LOGGED = gettext_lazy("No alert, adverse effect or intervention stands in the log.")


def _dose_words(chart: SessionChart) -> str:
    """What went in so far, in mg, as the log says; the order where the dose has not ended."""
    order, state = chart.session.order, chart.state
    if state.ended_at is not None:
        return f"{order.drug}, {quantity_words(chart.administered.quantity, order.shape)}, {order.route}"
    return _("{drug}, ordered {dose}, {route}; not ended").format(
        drug=order.drug, dose=with_unit(order.dose_mg, "mg"), route=order.route
    )


def _version(content: str = "") -> str:
    """The version of the paper, and of the signed text that it prints."""
    words = _("version {number}").format(number=VERSION)
    return f"{words}, {content}" if content else words


def _times(chart: SessionChart) -> tuple[tuple[str, str], ...]:
    state = chart.state
    moments = (
        (_("Started"), state.started_at),
        (_("Dosing ended"), state.ended_at),
        (_("Discharged"), state.discharged_at),
    )
    return tuple((name, dated_moment_words(at)) for name, at in moments if at is not None)


def _numbers(chart: SessionChart) -> SheetSection:
    """Whom to call: the clinic, the emergency number, the crisis lines of the site."""
    site = chart.session.patient.site
    lines = tuple((line["name"], f"{line['number']} ({line['what']})") for line in site.crisis_lines)
    ambulance = ((_("Ambulance"), site.emergency_number),) if site.emergency_number else ()
    return SheetSection(_("Numbers"), (*ambulance, (site.name, site.phone), *lines))


def _missing(chart: SessionChart, *, escort: bool) -> tuple[str, ...]:
    found = []
    if chart.state.started_at is None:
        found.append(_("Dosing has not started; nothing was given yet."))
    elif chart.state.ended_at is None:
        found.append(_("Dosing has not ended; how much was given is not known yet."))
    if not chart.session.patient.site.emergency_number:
        found.append(_("The site has no emergency number recorded."))
    if not chart.session.patient.site.crisis_lines:
        found.append(_("The site has no crisis line recorded."))
    if escort and not escorts_of(chart.session.patient).exists():
        found.append(_("No support person who takes the patient home is recorded."))
    return tuple(found)


def _home(chart: SessionChart, now: datetime) -> Sheet:
    return Sheet(
        "home",
        _version(chart.knowledge.criteria.key),
        _("After your treatment today"),
        _("Please keep this sheet with you until tomorrow evening."),
        letterhead_of(chart.session.patient.site),
        whose_words(chart.session.patient),
        (
            SheetSection(_("What you had"), ((_("Medicine"), _dose_words(chart)), *_times(chart))),
            SheetSection(_("Until tomorrow"), (), tuple(chart.knowledge.criteria.advice)),
            _numbers(chart),
        ),
        _missing(chart, escort=False),
    )


def _escort(chart: SessionChart, now: datetime) -> Sheet:
    patient = chart.session.patient
    escort = escorts_of(patient).first()
    who = ((_("You are"), f"{escort.name}, {escort.phone}"),) if escort else ()
    return Sheet(
        "escort",
        _version(chart.knowledge.criteria.key),
        _("For the person who takes {name} home").format(name=patient.person.legal_name),
        _("Please stay with them for the rest of the day. This is what they were told, too."),
        letterhead_of(chart.session.patient.site),
        whose_words(chart.session.patient),
        (
            SheetSection(_("What they had"), (*who, (_("Medicine"), _dose_words(chart)), *_times(chart))),
            SheetSection(_("Until tomorrow"), (), tuple(chart.knowledge.criteria.advice)),
            _numbers(chart),
        ),
        _missing(chart, escort=True),
    )


def _ambulance(chart: SessionChart, now: datetime) -> Sheet:
    patient, order = chart.session.patient, chart.session.order
    medicines = ", ".join(f"{each.name} {each.dose}".strip() for each in medicines_of(patient))
    called = SupportPerson.objects.filter(patient__in=patient.records, may_be_called=True, ended_at=None)
    callers = tuple((each.name, f"{each.relation}, {each.phone}".strip(", ")) for each in called)
    missing = list(_missing(chart, escort=False))
    if not callers:
        missing.append(_("No one who may be called in an emergency is recorded."))
    if not medicines:
        missing.append(_("No medicine is recorded. Whether the patient takes none was not asked."))
    return Sheet(
        "ambulance",
        _version(),
        _("For the ambulance crew"),
        _("Written {moment}, read out of the session's log.").format(moment=dated_moment_words(now)),
        letterhead_of(chart.session.patient.site),
        whose_words(chart.session.patient),
        (
            SheetSection(
                _("Patient"),
                (
                    (_("Age, sex at birth"), f"{patient.age_on(patient.site.today(now))}, {patient.get_sex_at_birth_display()}"),
                    (_("Weight"), with_unit(order.weight.value, "kg") if order.weight else _("not recorded")),
                    (_("Allergies"), allergies_in_words(list(allergies_of(patient)))),
                    (_("Medicines"), medicines or _("not recorded")),
                ),
            ),
            SheetSection(_("Given here"), ((_("Medicine"), _dose_words(chart)), *_times(chart))),
            vitals_table(_("Vital signs, newest first"), chart.state.vitals[-LAST_VITALS:][::-1], chart.knowledge),
            SheetSection(_("What happened"), (), _events(chart)),
            SheetSection(_("Whom to call"), ((patient.site.name, patient.site.phone), *callers)),
        ),
        tuple(missing),
    )  # fmt: skip


def _events(chart: SessionChart) -> tuple[str, ...]:
    """Alerts, symptoms and interventions out of the log; "no event" only when the log holds none."""
    found = [f"{clock_words(row['at'])}: {row['says']} ({row['value']})" for row in shown.alert_rows(chart)]
    for symptom in chart.safety.symptoms:
        item = chart.knowledge.symptom(symptom.code)
        found.append(f"{item.words if item else symptom.code}, {severity_words(symptom.severity)}")
    found += [f"{row['what']} {row['text']}".strip() for row in shown.intervention_rows(chart)]
    return tuple(found) or (str(NOTHING_LOGGED),)


SHEETS: dict[str, tuple[Promise, Callable[[SessionChart, datetime], Sheet]]] = {
    "home": (gettext_lazy("For the patient to take home"), _home),
    "escort": (gettext_lazy("For the escort"), _escort),
    "ambulance": (gettext_lazy("For an ambulance crew"), _ambulance),
}


def papers(request: SignedInRequest, pk: int) -> HttpResponse:
    """The papers of this session, each with what the record cannot answer yet."""
    record = get_session_for(request.user, pk)
    now = timezone.now()
    with timezone.override(record.patient.site.zone):
        chart = chart_of(record, now)
        rows = [(name, title, make(chart, now).missing) for name, (title, make) in SHEETS.items()]
        context = {"session": record, "patient": record.patient, "rows": rows}
        return page(request, "care/sessions/papers.html", context)


def sheet(request: SignedInRequest, pk: int, name: str) -> HttpResponse | FileResponse:
    """One paper as a tagged PDF; making it is a print in the patient's access history."""
    if name not in SHEETS:
        raise Http404
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_session_for(request.user, pk)
    now = timezone.now()
    with timezone.override(record.patient.site.zone):
        made = SHEETS[name][1](chart_of(record, now), now)
        filename = f"{slugify(made.title)}-{record.patient.record_number}.pdf"
        return sheet_file(request, made, filename, back=reverse("session-papers", args=[record.pk]))
