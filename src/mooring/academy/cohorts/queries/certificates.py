"""What the certificate of a cohort says, and what it asked for."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.academy.cohorts.models import Cohort, CohortPlace
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.models import Claim
from mooring.academy.credits.queries.offerings import day_of
from mooring.content.course.schema import CreditType

FORMAT = "Cohort with live meetings, online"


def rule_words(cohort: Cohort) -> str:
    """The certificate's rule in one sentence."""
    slots = cohort.slots.count()
    parts = [
        _("{needed} of {slots} live meetings").format(needed=cohort.needed, slots=slots),
    ]
    if cohort.most_made_up:
        parts.append(_("of which {n} may be made up").format(n=cohort.most_made_up))
    if cohort.sheets_needed:
        parts.append(
            ngettext(
                "{n} practice signed off by two raters",
                "{n} practices signed off by two raters",
                cohort.sheets_needed,
            ).format(n=cohort.sheets_needed)
        )
    if cohort.pre_work_required:
        parts.append(_("all pre-work"))
    return ", ".join(parts) + "."


def cohort_words(place: CohortPlace, claim: Claim, at: datetime) -> dict[str, Any]:
    """The frozen words of a cohort's certificate: participation, never credit, and that it is no licence."""
    cohort, person = place.cohort, place.person
    content = parsed(claim.version)
    first, last = cohort.slots.order_by("place").first(), cohort.slots.order_by("-place").first()
    period = [day_of(person, each.starts_at).isoformat() for each in (first, last) if each is not None]
    return {
        "type": CreditType.COMPLETION.value,
        "offering": claim.offering,
        "title": _("Certificate of participation"),
        "learner": person.legal_name,
        **dict.fromkeys(("profession", "state", "licence_number", "body", "attestation", "replaces"), ""),
        "course_id": content.about.id,
        "course": f"{content.about.title}: {cohort.title}",
        "version": content.about.version,
        "content_digest": content.digest,
        "format": FORMAT,
        "location": "online",
        "language": content.about.language,
        "started": period[0],
        "completed": day_of(person, at).isoformat(),
        "time_zone": person.time_zone,
        "amount": "0",
        "max_amount": "0",
        "step": "0.25",
        "period": period,
        "provider": content.accreditation.provider.model_dump(exclude={"id"}),
        "joint_provider": None,
        "statement": _("{learner} took part in {cohort}. It asked for: {rule} This is not a licence.").format(
            learner=person.legal_name, cohort=cohort.title, rule=rule_words(cohort)
        ),
        "criteria": rule_words(cohort),
        "clinically_reviewed": content.about.clinical_review.done,
    }
