"""The register as it is read: with its newest assessments, its terms, what it still asks for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.care.patients.access import may_on, own_patients_for
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import TimelineEntry, newest
from mooring.care.safety.models import AdverseEvent, EventSort, SentReport
from mooring.care.treatments.models import Cycle
from mooring.content.pack import Pack
from mooring.content.schema.safety import AdverseTerm
from mooring.identity.models import Person, Site
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.adverse_events import ReportTo, still_to_report
from mooring.rules.verdict import Refused

ASSESS, REPORT = "assess-adverse-event", "report-adverse-event"


@dataclass(frozen=True)
class Filter:
    """What of the register is shown."""

    since: date | None = None
    until: date | None = None
    sort: str = ""
    least_grade: int | None = None
    serious: bool = False
    still_open: bool = False


def whole(events: "QuerySet[AdverseEvent]") -> "QuerySet[AdverseEvent]":
    return events.select_related(
        "patient__person", "patient__site", "cycle", "by", "withdrawn_by"
    ).prefetch_related("assessments__by", "reports__by")


def register_for(person: Person, shown: Filter) -> list[AdverseEvent]:
    """The events that this person may read and the filter lets through, the newest onset first."""
    events = AdverseEvent.objects.filter(patient__in=own_patients_for(person, Permission.SAFETY_READ))
    if shown.since:
        events = events.filter(onset_at__date__gte=shown.since)
    if shown.until:
        events = events.filter(onset_at__date__lte=shown.until)
    if shown.sort:
        events = events.filter(sort=shown.sort)
    return [event for event in whole(events).order_by("-onset_at", "-pk") if _passes(event, shown)]


def _passes(event: AdverseEvent, shown: Filter) -> bool:
    now = event.assessed
    if shown.least_grade and (now.grade or 0) < shown.least_grade:
        return False
    if shown.serious and not now.serious:
        return False
    return not shown.still_open or bool(open_points(event))


def open_points(event: AdverseEvent) -> list[str]:
    """What the event still asks of somebody; nothing for one that was withdrawn."""
    if event.withdrawn_at is not None:
        return []
    now, found = event.assessed, []
    if event.sort == EventSort.EFFECT and now.grade is None:
        found.append(_("grade"))
    if event.sort == EventSort.EFFECT and not now.relation_drug:
        found.append(_("relation"))
    if now.outcome in ("unknown", "recovering"):
        found.append(_("outcome"))
    if unreported(event):
        found.append(_("report"))
    return found


def unreported(event: AdverseEvent) -> tuple[ReportTo, ...]:
    """Whom the event, as it is assessed now, must still be reported to."""
    if event.withdrawn_at is not None:
        return ()
    done = [report.to for report in event.reports.all()]
    return still_to_report(event.assessed.serious, event.product, done)


def terms_of(site: Site, at: datetime) -> tuple[AdverseTerm, ...]:
    """The terms of the signed pack, by group; none where no pack is signed."""
    try:
        pack = pack_in_force(site)
    except Refused:
        return ()
    return tuple(
        sorted(pack.adverse_events.in_force(site.today(at)), key=lambda term: (term.group, term.title))
    )


def term_named(pack: Pack, key: str) -> AdverseTerm | None:
    """The term stored as `id@version`, or None where it is empty or of a pack that had none."""
    return pack.adverse_events.get(key)


def events_of(cycle: Cycle) -> list[AdverseEvent]:
    """What the register holds of one dose, the first onset first; what was withdrawn is none."""
    events = AdverseEvent.objects.filter(cycle=cycle, withdrawn_at__isnull=True)
    return list(whole(events).select_related("site").order_by("onset_at", "pk"))


def dose_before(patient: Patient, at: datetime) -> Cycle | None:
    """The cycle whose dose came last before the moment, within the thirty days that a dose is asked about."""
    return (
        Cycle.objects.filter(
            treatment__patient__in=patient.records, dosed_at__lte=at, dosed_at__gt=at - timedelta(days=30)
        )
        .select_related("treatment")
        .order_by("-dosed_at")
        .first()
    )


def reports_of(event: AdverseEvent) -> "QuerySet[SentReport]":
    return event.reports.select_related("by").order_by("sent_at", "pk")


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """The adverse events and incidents of a patient, by when they began."""
    if not may_on(person, patient, Permission.SAFETY_READ):
        return []
    events = AdverseEvent.objects.filter(patient__in=patient.records, withdrawn_at__isnull=True)
    rows = events.prefetch_related("assessments").order_by("-onset_at")[:most]
    return newest(
        (
            TimelineEntry(
                event.onset_at,
                event.words,
                f"{event.get_sort_display()}, {event.assessed.grade_words}",
                url=reverse("adverse-event", args=[event.pk]),
            )
            for event in rows
        ),
        most,
    )
