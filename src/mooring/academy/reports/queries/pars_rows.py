"""Rows for PARS and JA-PARS, each value under its path in the published document."""

from collections.abc import Sequence
from itertools import chain

from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.credits.models import Certificate
from mooring.academy.credits.queries.profiles import OpenedProfile
from mooring.academy.learning.queries import open_offer
from mooring.academy.registers.models import CommercialSupport, SupportKind
from mooring.academy.registers.queries.activity import newest_support
from mooring.academy.reports.models import BodyNumbers, Report
from mooring.academy.reports.queries.scope import PHYSICIAN, ReportScope
from mooring.content.course.schema import CreditType, Offering
from mooring.content.pars import (
    AMA,
    AUDIENCE,
    CATEGORIES,
    CERTIFICATE,
    CHARGED,
    COUNTED,
    EDUCATION,
    ENDURING,
    FREE,
    MIDNIGHT,
    OTHER,
)


def learner_row(certificate: Certificate, profile: OpenedProfile, numbers: BodyNumbers) -> dict[str, str]:
    """A physician's credit as PARS takes it. The month and day of birth are there where the learner gave them."""
    said = certificate.says
    given, _space, family = str(said["learner"]).rpartition(" ")
    received = f"{CERTIFICATE}.CreditReceived"
    return {
        "ReportingOrganization": said["provider"]["name"],
        "Member.Name.GivenName": given,
        "Member.Name.FamilyName": family,
        "Member.PersonalInfo.BirthDate": profile.birthday,
        "Activity.ProviderOrganization": numbers.accme_provider,
        "Activity.Module.ModuleName.value": said["course"],
        "Activity.Module.ModuleName.moduleID": numbers.accme_activity,
        "Activity.Module.Status": "Completed",
        "Activity.Module.CompletedDateTime": certificate.claim.completed_at.isoformat(),
        f"{CERTIFICATE}.UniqueID.value": profile.npi or said["licence_number"],
        f"{CERTIFICATE}.UniqueID.domain": "NPI" if profile.npi else said["state"],
        f"{received}.activityCertification": AMA,
        f"{received}.creditUnit": "Point",
        f"{received}.numberOfCredits": said["amount"],
        f"{CERTIFICATE}.CreditID": f"ccid:mooring:{certificate.code}",
        "XtensibleInfo.LearnerRecordAction": "add",
    }


def activity_row(scope: ReportScope, certificates: Sequence[Certificate]) -> dict[str, str]:
    """The activity for PARS: physicians and all others who have credit. Support that nobody stated is a fault."""
    offerings = _credit_of(scope)
    cme = [each for each in offerings if each.credit_type is CreditType.CME]
    people = _people(certificates)
    physicians = len(people.get(PHYSICIAN, ()))
    counts = {PHYSICIAN: physicians, OTHER: len(set().union(*people.values())) - physicians}
    return _row(scope, cme, credit=AMA if cme else "", counts=counts, joint=False)


def joint_activity_row(scope: ReportScope, certificates: Sequence[Certificate]) -> dict[str, str]:
    """The activity for JA-PARS: its learners by profession, and the kind of credit that the administrator named."""
    numbers = BodyNumbers.objects.filter(course=scope.course).first()
    people = _people(certificates)
    counts = dict.fromkeys((*CATEGORIES.values(), OTHER), 0)
    for profession, learners in people.items():
        counts[CATEGORIES.get(profession, OTHER)] += len(learners)
    credit = numbers.joint_credit if numbers else ""
    return _row(scope, _credit_of(scope), credit=credit, counts=counts, joint=True)


def _credit_of(scope: ReportScope) -> list[Offering]:
    offerings = parsed(newest_version(scope.course)).accreditation.offerings
    return [each for each in offerings if each.credit_type is not CreditType.COMPLETION]


def _people(certificates: Sequence[Certificate]) -> dict[str, set[int]]:
    """Who has credit, by profession; somebody with two certificates is one learner."""
    found: dict[str, set[int]] = {}
    for certificate in certificates:
        if certificate.says["type"] != CreditType.COMPLETION.value:
            found.setdefault(str(certificate.says["profession"]), set()).add(certificate.learner_id)
    return found


def _row(
    scope: ReportScope, offerings: Sequence[Offering], *, credit: str, counts: dict[str, int], joint: bool
) -> dict[str, str]:
    content = parsed(newest_version(scope.course))
    numbers = BodyNumbers.objects.filter(course=scope.course).first()
    partner = content.accreditation.joint_provider
    support = newest_support(scope.course)
    told = Report.objects.filter(kind=scope.kind, course=scope.course, accepted=True).exists()
    offer = open_offer(scope.course)
    return {
        "ReportDescription.ReportingStartDate": scope.since.isoformat(),
        "ReportDescription.ReportingEndDate": scope.through.isoformat(),
        **_support(support),
        "Lom.general.identifier.0.catalog": "Provider Activity ID",
        "Lom.general.identifier.0.entry": content.about.id,
        **_accme_number(numbers),
        "Lom.general.title": content.about.title,
        "Lom.general.description": content.about.description,
        f"{EDUCATION}.credits.activityCertification": credit,
        f"{EDUCATION}.credits.numberOfCredits": str(max((each.max_amount for each in offerings), default="")),
        **({f"{EDUCATION}.credits.nonAccreditedProvider.0": partner.name} if partner else {}),
        f"{EDUCATION}.startDateTime": _midnight(min((each.valid_from for each in offerings), default="")),
        f"{EDUCATION}.endDateTime": _midnight(max((each.valid_through for each in offerings), default="")),
        f"{EDUCATION}.activitySponsorship": "joint" if partner else "direct",
        f"{EDUCATION}.activityFormat": ENDURING,
        f"{EDUCATION}.commercialSupport": _supported(support),
        **(_audience(offerings) if joint else {}),
        **_counted(counts),
        "XtensibleInfo.DeliveryMethods.DeliveryMethod.0": "Online",
        "XtensibleInfo.MeasuredOutcomes.0.MeasuredOutcome": "Learner Knowledge",
        "XtensibleInfo.MeasuredOutcomes.0.MeasurementType.0": "Objective",
        "XtensibleInfo.FeeForParticipation": FREE if offer is None or offer.free else CHARGED,
        "XtensibleInfo.isInterprofessional": "true" if joint else "false",
        "XtensibleInfo.activityRecordAction": "Update" if told else "Add",
    }


def _midnight(day: object) -> str:
    return f"{day}{MIDNIGHT}" if day else ""


def _accme_number(numbers: BodyNumbers | None) -> dict[str, str]:
    """The number that PARS gave the activity, once it has one."""
    if numbers is None or not numbers.accme_activity:
        return {}
    place = "Lom.general.identifier.1"
    return {f"{place}.catalog": "ACCME Activity ID", f"{place}.entry": numbers.accme_activity}


def _supported(support: Sequence[CommercialSupport]) -> str:
    """Whether a company supports the activity: `true`, `false`, or empty where nobody has stated it."""
    if not support:
        return ""
    return "false" if support[0].kind == SupportKind.NONE else "true"


def _support(support: Sequence[CommercialSupport]) -> dict[str, str]:
    """Each source: money with its amount in whole units, support in kind by its name."""
    found: dict[str, str] = {}
    money = [each for each in support if each.kind == SupportKind.MONETARY]
    for place, each in enumerate(money):
        amount = f"ActivityDescription.commercialSupportAmount.{place}"
        found[f"{amount}.currency"] = each.currency
        found[f"{amount}.supportSource"] = each.source
        found[f"{amount}.value"] = str(round(each.amount)) if each.amount is not None else ""
    for place, each in enumerate(one for one in support if one.kind == SupportKind.IN_KIND):
        found[f"XtensibleInfo.InKindSupports.InKindSupport.{place}.source"] = each.source
    return found


def _audience(offerings: Sequence[Offering]) -> dict[str, str]:
    """For whom a jointly accredited activity is: the professions of its offerings that the body names."""
    wanted = [each for each in AUDIENCE if any(each in one.professions for one in offerings)]
    folder = f"{EDUCATION}.targetAudience.profession"
    return {f"{folder}.{place}": AUDIENCE[each] for place, each in enumerate(wanted)}


def _counted(counts: dict[str, int]) -> dict[str, str]:
    pairs = (
        ((f"{COUNTED}.{place}.category", name), (f"{COUNTED}.{place}.numberOfParticipants", str(number)))
        for place, (name, number) in enumerate(counts.items())
    )
    return dict(chain.from_iterable(pairs))
