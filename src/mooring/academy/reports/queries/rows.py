"""The rows of every report, as the body names its fields."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from mooring.academy.checks.models import Answer, PostTestAttempt, Where
from mooring.academy.checks.queries.evaluation import aggregate_of
from mooring.academy.checks.queries.study_time import minutes_studied
from mooring.academy.courses.models import Course
from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.credits.models import Certificate, CertificateState
from mooring.academy.credits.queries.profiles import OpenedProfile, profile_of
from mooring.academy.learning.models import Enrolment
from mooring.academy.reports.models import BodyNumbers, Report, ReportKind
from mooring.content.course.schema import CreditType
from mooring.content.reporting import AMA, CE_BROKER, CE_BROKER_PROFESSIONS, CPE, ENDURING, OUTCOMES, Field
from mooring.identity.models import Person

PHYSICIAN = "physician"
WINDOWS = {"30": (15, 59), "90": (60, 134), "180": (135, 270)}
"""Days after the post-test whose answers stand for 30, 90 and 180 days. Design default."""


@dataclass(frozen=True)
class ReportScope:
    """What a report is about: a course, the days of completion, and the learners whom the maker may see."""

    kind: ReportKind
    course: Course
    since: date
    through: date
    learners: "QuerySet[Person]"


@dataclass(frozen=True)
class ReportRows:
    """The rows of a report, each with the certificate that it reports, if it reports one."""

    rows: tuple[dict[str, str], ...]
    certificates: tuple[Certificate | None, ...]


def rows_of(scope: ReportScope) -> ReportRows:
    """The rows of a report, by its kind."""
    if scope.kind == ReportKind.PARS_ACTIVITY:
        return _without([_activity(scope)])
    if scope.kind == ReportKind.PROGRESS:
        return _without(_progress(scope))
    if scope.kind == ReportKind.EVALUATION:
        return _without(_evaluation(scope))
    if scope.kind == ReportKind.RETENTION:
        return _without(_retention(scope))
    found = [each for each in _certificates(scope) if _belongs(scope.kind, each)]
    numbers = BodyNumbers.objects.filter(course=scope.course).first() or BodyNumbers(course=scope.course)
    makers = {
        ReportKind.PARS_LEARNERS: _pars_learner,
        ReportKind.CE_BROKER: _ce_broker,
        ReportKind.CPE: _cpe,
        ReportKind.CERTIFICATES: _certificate,
    }
    rows = []
    for certificate in found:
        profile = profile_of(certificate.learner) or OpenedProfile("")
        rows.append(makers[scope.kind](certificate, profile, numbers))
    return ReportRows(tuple(rows), tuple(found))


def _without(rows: Iterable[dict[str, str]]) -> ReportRows:
    found = tuple(rows)
    return ReportRows(found, (None,) * len(found))


def _certificates(scope: ReportScope) -> list[Certificate]:
    """Valid certificates completed in these days; a body is told of each of them once."""
    found = Certificate.objects.filter(
        course=scope.course, state=CertificateState.VALID, learner__in=scope.learners.values("pk")
    )
    if scope.kind != ReportKind.CERTIFICATES:
        told = Report.objects.filter(kind=scope.kind, accepted=True).values("credits__certificate")
        found = found.exclude(pk__in=told.filter(credits__certificate__isnull=False))
    chosen = found.select_related("learner", "claim__version", "snapshot", "course").order_by("pk")
    days = (scope.since.isoformat(), scope.through.isoformat())
    return [each for each in chosen if days[0] <= each.says["completed"] <= days[1]]


def _belongs(kind: ReportKind, certificate: Certificate) -> bool:
    """Whether a body wants this certificate: physicians' credit, pharmacists' credit, any credit."""
    said = certificate.says
    if kind == ReportKind.CERTIFICATES:
        return True
    if kind == ReportKind.PARS_LEARNERS:
        return bool(said["type"] == CreditType.CME.value and said["profession"] == PHYSICIAN)
    if kind == ReportKind.CPE:
        return str(said["profession"]).startswith("pharmac")
    return bool(said["type"] == CreditType.CE.value)


def _names(certificate: Certificate) -> tuple[str, str]:
    given, _space, family = str(certificate.says["learner"]).rpartition(" ")
    return given, family


def _pars_learner(certificate: Certificate, profile: OpenedProfile, numbers: BodyNumbers) -> dict[str, str]:
    said, (given, family) = certificate.says, _names(certificate)
    return {
        "ReportingOrganization": said["provider"]["name"],
        "GivenName": given,
        "FamilyName": family,
        "BirthMonthDay": profile.birthday,
        "ProviderOrganization": numbers.accme_provider,
        "ModuleID": numbers.accme_activity,
        "ModuleName": said["course"],
        "Status": "Completed",
        "CompletedDateTime": certificate.claim.completed_at.isoformat(),
        "UniqueID": profile.npi or said["licence_number"],
        "UniqueIDDomain": "NPI" if profile.npi else said["state"],
        "ActivityCertification": AMA,
        "CreditUnit": "Point",
        "NumberOfCredits": said["amount"],
        "CreditID": f"ccid:mooring:{certificate.code}",
        "LearnerRecordAction": "add",
    }


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


def _activity(scope: ReportScope) -> dict[str, str]:
    version = newest_version(scope.course)
    content = parsed(version)
    cme = next((each for each in content.accreditation.offerings if each.credit_type is CreditType.CME), None)
    numbers = BodyNumbers.objects.filter(course=scope.course).first()
    counts: dict[bool, int] = {True: 0, False: 0}
    for certificate in _certificates(scope):
        if certificate.says["type"] != CreditType.COMPLETION.value:
            counts[certificate.says["profession"] == PHYSICIAN] += 1
    return {
        "ReportingStartDate": scope.since.isoformat(),
        "ReportingEndDate": scope.through.isoformat(),
        "Title": content.about.title,
        "Description": content.about.description,
        "ProviderActivityID": content.about.id,
        "ACCMEActivityID": numbers.accme_activity if numbers else "",
        "ActivityFormat": ENDURING,
        "ActivitySponsorship": "joint" if content.accreditation.joint_provider else "direct",
        "ActivityCertification": AMA if cme else "",
        "NumberOfCredits": str(cme.max_amount) if cme else "",
        "StartDateTime": cme.valid_from.isoformat() if cme else "",
        "EndDateTime": cme.valid_through.isoformat() if cme else "",
        "CommercialSupport": "false",
        "PhysicianLearners": str(counts[True]),
        "OtherLearners": str(counts[False]),
        "MeasuredOutcomes": OUTCOMES,
    }


def _progress(scope: ReportScope) -> list[dict[str, str]]:
    enrolments = (
        Enrolment.objects.filter(
            course=scope.course,
            learner__in=scope.learners.values("pk"),
            enrolled_at__date__gte=scope.since,
            enrolled_at__date__lte=scope.through,
        )
        .select_related("learner", "version")
        .annotate(done=Count("lessons_done"))
        .order_by("pk")
    )
    passed = set(
        PostTestAttempt.objects.filter(passed_at__isnull=False).values_list("enrolment_id", flat=True)
    )
    return [
        {
            "learner": each.learner.legal_name,
            "version": each.version.number,
            "enrolled": each.enrolled_at.date().isoformat(),
            "access_until": each.access_until.date().isoformat(),
            "lessons_done": str(each.done),
            "lessons": str(each.version.lessons),
            "post-test": "passed" if each.pk in passed else "",
            "minutes_recorded": str(minutes_studied(each)),
        }
        for each in enrolments
    ]


def _evaluation(scope: ReportScope) -> list[dict[str, str]]:
    """Counts by question and by what it was put for; no free text, and nothing while too few have answered."""
    aggregate = aggregate_of(newest_version(scope.course))
    return [
        {
            "question": counted.put.text,
            "answer": label,
            "people": str(number),
            "of": str(counted.n),
        }
        for counted in aggregate.counted
        for label, number, _share in counted.options
    ]


def _retention(scope: ReportScope) -> list[dict[str, str]]:
    """How much was right in the review, by objective and by how long after the post-test."""
    course = parsed(newest_version(scope.course))
    objective_of = {item.id: item.objective for item in course.check_items()}
    objective_of |= {item.id: item.objective for item in course.post_test.items}
    passed = {
        enrolment: at
        for enrolment, at in PostTestAttempt.objects.filter(
            passed_at__isnull=False,
            enrolment__course=scope.course,
            enrolment__learner__in=scope.learners.values("pk"),
        ).values_list("enrolment_id", "passed_at")
        if at is not None
    }
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    answers = Answer.objects.filter(where=Where.REVIEW, enrolment_id__in=passed)
    for enrolment, item, was_right, at in answers.values_list("enrolment_id", "item", "right", "at"):
        for window, (first, last) in WINDOWS.items():
            if timedelta(days=first) <= at - passed[enrolment] < timedelta(days=last + 1):
                right[objective_of.get(item, ""), window].append(was_right)
    return [
        {
            "objective": objective.text,
            "days": window,
            "answers": str(len(found := right.get((name, window), []))),
            "right": str(sum(found)),
        }
        for name, objective in course.objectives.items()
        for window in WINDOWS
    ]
