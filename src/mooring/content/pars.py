"""What PARS and JA-PARS take: fields named by their path in the published document, and the document itself. Pure.

Sources: ACCME's drafts (github elliottACCME/tempSchema, commit a9eaa6f, May 2025): activity schema 0.1.2, which covers
JA-PARS too, and learner reports 0.5; "What activity data does ACCME ask for" (accme.org, FAQ) for what a closed
activity must say. Three places of the drafts are read here in the way that ACCME's own pages speak: the learner's
birth date holds month and day only (the draft's pattern has a year; ACCME asks for none), `ParticipationMetrics` is
spelled as it is described (the list of required parts has a small p), and `isInterprofessional` has no blank after it.
Nothing here was tried against ACCME's server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mooring.content.reporting import DAY, QUARTERS, Field, Holds, faults, general

AMA, ENDURING = "AMA PRA Category 1", "Enduring Material"
JOINT_CREDITS = (
    *("IPCE", AMA, "Nursing", "Pharmacy", "AAPA Category 1", "Psychologist", "Optometrist", "Social Worker"),
    *("Dentist", "Dietetic CPEU", "Athletic Training CEU"),
)
"""Kinds of credit of a jointly accredited activity, as the draft schema names them."""
CATEGORIES: Mapping[str, str] = {
    "physician": "physician",
    "nurse": "nurse",
    "physician assistant": "physician assistant",
    "pharmacist": "pharmacist",
    "pharmacy technician": "pharmacy technician",
    "psychologist": "psychologist",
    "social worker": "social worker",
    "dentist": "dentist",
    "dietitian": "registered dietitians",
}
"""Professions of a credit profile beside JA-PARS's categories of learners; every other one is `other`."""
OTHER = "other"
AUDIENCE: Mapping[str, str] = {
    "physician": "Physician",
    "nurse": "Nurse",
    "physician assistant": "Physician Assistant",
    "pharmacist": "Pharmacist",
    "pharmacy technician": "Pharmacy Technician",
    "psychologist": "Psychologist",
    "social worker": "Social Worker",
    "dentist": "Dentist",
    "dietitian": "Registered Dietitian",
}
"""The same professions as the draft writes them where an activity says for whom it is."""
MIDNIGHT = "T00:00:00"
FREE, CHARGED, VARIES = "No, it’s free", "Yes", "Variable"
"""Whether learners pay, in the draft's words."""

CERTIFICATE = "Activity.Module.CreditCertificate.0"
LEARNER: Sequence[Field] = (
    Field("ReportingOrganization"),
    Field("Member.Name.GivenName"),
    Field("Member.Name.FamilyName"),
    Field("Member.PersonalInfo.BirthDate", required=False, form=r"\d{2}-\d{2}"),
    Field("Activity.ProviderOrganization", form=r"\d{7}"),
    Field("Activity.Module.ModuleName.value"),
    Field("Activity.Module.ModuleName.moduleID", form=r"\d{9}"),
    Field("Activity.Module.Status", form="Completed"),
    Field("Activity.Module.CompletedDateTime", form=DAY + r"T.+"),
    Field("Activity.Module.CreditCertificate.*.UniqueID.value"),
    Field("Activity.Module.CreditCertificate.*.UniqueID.domain", form=r"NPI|[A-Z]{2}"),
    Field("Activity.Module.CreditCertificate.*.CreditReceived.activityCertification"),
    Field("Activity.Module.CreditCertificate.*.CreditReceived.creditUnit", form="Point"),
    Field(
        "Activity.Module.CreditCertificate.*.CreditReceived.numberOfCredits",
        form=QUARTERS,
        holds=Holds.NUMBER,
    ),
    Field("Activity.Module.CreditCertificate.*.CreditID", form=r"ccid:[^:]+:[^:]{1,290}"),
    Field("XtensibleInfo.LearnerRecordAction", form="add|delete"),
)
EDUCATION = "healthcareMetadata.healthcareEducation"
COUNTED = "ParticipationMetrics.participantsByCategory"
ACTIVITY: Sequence[Field] = (
    Field("ReportDescription.ReportingStartDate", form=DAY),
    Field("ReportDescription.ReportingEndDate", form=DAY),
    Field("ActivityDescription.commercialSupportAmount.*.currency", form=r"[A-Z]{3}"),
    Field("ActivityDescription.commercialSupportAmount.*.supportSource"),
    Field("ActivityDescription.commercialSupportAmount.*.value", form=r"\d+", holds=Holds.COUNT),
    Field("Lom.general.identifier.*.catalog", form="Provider Activity ID|ACCME Activity ID|URL"),
    Field("Lom.general.identifier.*.entry"),
    Field("Lom.general.title"),
    Field("Lom.general.description", form=r"(?s).{1,2500}"),
    Field(f"{EDUCATION}.credits.activityCertification", form="|".join(JOINT_CREDITS)),
    Field(f"{EDUCATION}.credits.numberOfCredits", form=QUARTERS, holds=Holds.NUMBER),
    Field(f"{EDUCATION}.credits.nonAccreditedProvider.*"),
    Field(f"{EDUCATION}.startDateTime", form=DAY + MIDNIGHT),
    Field(f"{EDUCATION}.endDateTime", form=DAY + MIDNIGHT),
    Field(f"{EDUCATION}.activitySponsorship", form="direct|joint"),
    Field(f"{EDUCATION}.activityFormat"),
    Field(f"{EDUCATION}.commercialSupport", form="false|true", holds=Holds.TRUTH),
    Field(f"{EDUCATION}.targetAudience.profession.*", form="|".join(AUDIENCE.values())),
    Field(f"{COUNTED}.*.category", form="|".join((*CATEGORIES.values(), OTHER))),
    Field(f"{COUNTED}.*.numberOfParticipants", form=r"\d+", holds=Holds.COUNT),
    Field("XtensibleInfo.InKindSupports.InKindSupport.*.source"),
    Field(
        "XtensibleInfo.DeliveryMethods.DeliveryMethod.*", form="In-Person|Live-Streamed|Online|Print/Other"
    ),
    Field("XtensibleInfo.MeasuredOutcomes.*.MeasuredOutcome", form="Learner Knowledge"),
    Field("XtensibleInfo.MeasuredOutcomes.*.MeasurementType.*", form="Objective"),
    Field("XtensibleInfo.FeeForParticipation", form="|".join((FREE, CHARGED, VARIES))),
    Field("XtensibleInfo.isInterprofessional", form="false|true", holds=Holds.TRUTH),
    Field("XtensibleInfo.activityRecordAction", form="Add|Update"),
)


def faults_of_activity(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is missing or malformed; a jointly provided activity names its provider, a supported one its support."""
    found = faults(ACTIVITY, row)
    if row.get(f"{EDUCATION}.activitySponsorship") == "joint":
        found += faults((Field(f"{EDUCATION}.credits.nonAccreditedProvider.0"),), row)
    return found


def nested(row: Mapping[str, str], fields: Sequence[Field]) -> dict[str, Any]:
    """A row whose names are paths, as the document that they describe; a number in a path is a place in a list.

    >>> nested({"a.b": "1", "c.0": "x"}, [Field("a.b", holds=Holds.NUMBER), Field("c.*")])
    {'a': {'b': 1.0}, 'c': ['x']}
    """
    holds = {field.name: field.holds for field in fields}
    tree: dict[str, Any] = {}
    for name, value in row.items():
        if not value:
            continue
        *folders, last = name.split(".")
        into = tree
        for folder in folders:
            into = into.setdefault(folder, {})
        into[last] = holds[general(name)].read(value)
    found = _lists(tree)
    assert isinstance(found, dict)
    return found


def _lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isdigit() for key in tree):
        return [_lists(each) for each in tree.values()]
    return {key: _lists(each) for key, each in tree.items()}


def learners_document(rows: Sequence[Mapping[str, str]], *, created: str) -> dict[str, Any]:
    """The file of learners' credit; `created` is when it was made, as ISO 8601."""
    reports = [nested(row, LEARNER) for row in rows]
    return {
        "ACCMELearnerReports": {"ActivityReports": {"DateTimeCreated": created, "ActivityReport": reports}}
    }


def activities_document(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The file of activities; the part that names support is there also when there is none."""
    found = [{"ActivityDescription": {}, **nested(row, ACTIVITY)} for row in rows]
    return {"ACCMEActivities": {"MedicalEducationMetrics": found}}
