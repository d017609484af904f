"""The rows of every report, as the body names its fields."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from mooring.academy.credits.models import Certificate, CertificateState
from mooring.academy.credits.queries.profiles import OpenedProfile, profiles_of
from mooring.academy.reports.models import BodyNumbers, Report, ReportKind
from mooring.academy.reports.queries.course_rows import (
    enrolments_in,
    evaluation_rows,
    progress_rows,
    retention_rows,
)
from mooring.academy.reports.queries.pars_rows import activity_row, joint_activity_row, learner_row
from mooring.academy.reports.queries.scope import PHYSICIAN, ReportScope
from mooring.content.course.schema import CreditType
from mooring.content.reporting import CE_BROKER, CE_BROKER_PROFESSIONS, CPE, STATE_ROSTER, Field

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ReportRows:
    """The rows of a report, each with the certificate that it reports, if it reports one."""

    rows: tuple[dict[str, str], ...]
    certificates: tuple[Certificate | None, ...]


ACTIVITIES = {ReportKind.PARS_ACTIVITY: activity_row, ReportKind.JOINT_ACTIVITY: joint_activity_row}
WHOLE = {*ACTIVITIES, ReportKind.EVALUATION, ReportKind.RETENTION}
"""Reports about the course as a whole: they are made at once, whatever its size."""


def units_of(scope: ReportScope) -> list[int]:
    """What the report goes through, one after the other: enrolments or certificates, by their numbers."""
    if scope.kind in WHOLE:
        return []
    if scope.kind == ReportKind.PROGRESS:
        return enrolments_in(scope)
    return list(_certificates(scope).values_list("pk", flat=True))


def rows_of(scope: ReportScope, units: Sequence[int]) -> ReportRows:
    """The rows for these units, by the report's kind; a report about the whole course needs none."""
    if scope.kind in ACTIVITIES:
        everybody = [each for each in _certificates(scope) if _in_days(scope, each)]
        return _without([ACTIVITIES[scope.kind](scope, everybody)])
    if scope.kind == ReportKind.PROGRESS:
        return _without(progress_rows(list(units)))
    if scope.kind == ReportKind.EVALUATION:
        return _without(evaluation_rows(scope))
    if scope.kind == ReportKind.RETENTION:
        return _without(retention_rows(scope))
    chosen = _certificates(scope).filter(pk__in=units)
    found = [each for each in chosen if _in_days(scope, each) and _belongs(scope, each)]
    numbers = BodyNumbers.objects.filter(course=scope.course).first() or BodyNumbers(course=scope.course)
    profiles = profiles_of([each.learner_id for each in found])
    maker = MAKERS[scope.kind]
    nothing = OpenedProfile("")
    rows = tuple(maker(each, profiles.get(each.learner_id, nothing), numbers) for each in found)
    return ReportRows(rows, tuple(found))


def _without(rows: Iterable[dict[str, str]]) -> ReportRows:
    found = tuple(rows)
    return ReportRows(found, (None,) * len(found))


def _certificates(scope: ReportScope) -> "QuerySet[Certificate]":
    """Valid certificates completed about these days; a body is told of each of them once."""
    found = Certificate.objects.filter(
        course=scope.course,
        state=CertificateState.VALID,
        learner__in=scope.learners.values("pk"),
        claim__completed_at__date__gte=scope.since - ONE_DAY,
        claim__completed_at__date__lte=scope.through + ONE_DAY,
    )
    if scope.kind != ReportKind.CERTIFICATES:
        told = Report.objects.filter(kind=scope.kind, accepted=True).values("credits__certificate")
        found = found.exclude(pk__in=told.filter(credits__certificate__isnull=False))
    return found.select_related("learner", "claim__version", "snapshot", "course").order_by("pk")


def _in_days(scope: ReportScope, certificate: Certificate) -> bool:
    """By the day where the learner lives, which the certificate says; the database knows it to within a day."""
    return bool(scope.since.isoformat() <= certificate.says["completed"] <= scope.through.isoformat())


def _belongs(scope: ReportScope, certificate: Certificate) -> bool:
    """Whether a body wants this certificate: physicians' credit, pharmacists' credit, any credit, that of a state."""
    said, kind = certificate.says, scope.kind
    if kind == ReportKind.CERTIFICATES:
        return True
    if kind == ReportKind.PARS_LEARNERS:
        return bool(said["type"] == CreditType.CME.value and said["profession"] == PHYSICIAN)
    if kind == ReportKind.CPE:
        return str(said["profession"]).startswith("pharmac")
    if kind == ReportKind.STATE:
        return bool(said["type"] != CreditType.COMPLETION.value and said["state"] == scope.state)
    return bool(said["type"] == CreditType.CE.value)


def _filled(fields: Sequence[Field], *values: str) -> dict[str, str]:
    """The values under the names of the fields, in their order."""
    return {field.name: value for field, value in zip(fields, values, strict=True)}


def _american(day: str) -> str:
    year, month, number = day.split("-")
    return f"{month}/{number}/{year}"


def _ce_broker(certificate: Certificate, profile: OpenedProfile, numbers: BodyNumbers) -> dict[str, str]:
    said = certificate.says
    return _filled(
        CE_BROKER,
        numbers.ce_broker_provider,
        numbers.ce_broker_course,
        "" if numbers.ce_broker_course else said["course_id"],
        "",
        profile.licence_number,
        _american(said["completed"]),
        said["state"] or profile.jurisdiction,
        CE_BROKER_PROFESSIONS.get(said["profession"], ""),
    )


def _cpe(certificate: Certificate, profile: OpenedProfile, numbers: BodyNumbers) -> dict[str, str]:
    said = certificate.says
    return _filled(
        CPE,
        profile.licence_number,
        profile.birthday.replace("-", ""),
        numbers.uan,
        _american(said["completed"]),
        said["amount"],
        "technician" if "technician" in said["profession"] else "pharmacist",
    )


def _certificate(certificate: Certificate, _profile: OpenedProfile, _numbers: BodyNumbers) -> dict[str, str]:
    said = certificate.says
    flat = {name: value for name, value in said.items() if isinstance(value, str | bool)}
    return {
        **{name: str(value) for name, value in flat.items()},
        "provider": said["provider"]["name"],
        "provider_number": said["provider"]["number"],
        "minutes_recorded": str(certificate.claim.minutes_recorded or ""),
    }


def _state(certificate: Certificate, profile: OpenedProfile, _numbers: BodyNumbers) -> dict[str, str]:
    said = certificate.says
    return _filled(
        STATE_ROSTER,
        said["provider"]["name"],
        said["provider"]["number"],
        said["course"],
        said["course_id"],
        said["completed"],
        said["amount"],
        said["learner"],
        said["profession"],
        said["state"],
        said["licence_number"] or profile.licence_number,
        certificate.code,
    )


MAKERS: dict[ReportKind, Callable[[Certificate, OpenedProfile, BodyNumbers], dict[str, str]]] = {
    ReportKind.PARS_LEARNERS: learner_row,
    ReportKind.CE_BROKER: _ce_broker,
    ReportKind.CPE: _cpe,
    ReportKind.STATE: _state,
    ReportKind.CERTIFICATES: _certificate,
}
