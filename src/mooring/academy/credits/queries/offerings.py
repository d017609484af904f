"""Which credit is offered on a day, with which words, and what its makers disclosed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext as _

from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.academy.credits.models import Disclosure, MakerRole, OfferingPause
from mooring.content.course.schema import Contributor, Offering, OfferingsFile
from mooring.identity.models import Person
from mooring.rules.credit import (
    MakerFacts,
    disclosure_problems,
    maker_problems,
    offering_problems,
    statement,
)
from mooring.rules.verdict import RuleMessage
from mooring.sentences.findings import words_of


def day_of(person: Person, at: datetime) -> date:
    """The calendar day of a moment where the person lives: the day that counts for their credit."""
    return at.astimezone(ZoneInfo(person.time_zone)).date()


@dataclass(frozen=True)
class ContributorDisclosure:
    """One person in control of content, and how they stand on a day."""

    maker: Contributor
    facts: MakerFacts
    disclosure: Disclosure | None
    relationships: tuple[dict[str, str], ...]
    problems: tuple[str, ...]

    @property
    def needs_mitigation(self) -> tuple[int, ...]:
        """Places of the relationships that are not mitigated yet."""
        return tuple(n for n in range(len(self.relationships)) if n not in self.facts.mitigated)


@dataclass(frozen=True)
class Offered:
    """An offering on a day: open, or closed with every reason. Closed, it has no statement to show."""

    offering: Offering
    terms: OfferingsFile
    pause: OfferingPause | None
    why_closed: tuple[str, ...]
    statement: str

    @property
    def is_open(self) -> bool:
        return not self.why_closed


def disclosures_for(version: CourseVersion, on: date) -> tuple[ContributorDisclosure, ...]:
    """Everyone who controls the content of a version, with what they disclosed and what is still missing."""
    newest: dict[str, Disclosure] = {}
    rows = Disclosure.objects.filter(course_id=version.course_id).prefetch_related("mitigations")
    for row in rows.order_by("signed_on", "pk"):
        newest[row.maker] = row
    held: dict[str, dict[str, date]] = {}
    for given in MakerRole.objects.filter(course_id=version.course_id, ended_at__isnull=True):
        held.setdefault(given.maker, {})[given.role] = given.since
    return tuple(
        _disclosed(maker, newest.get(maker.id), held.get(maker.id, {}), on)
        for maker in parsed(version).about.people
    )


def _disclosed(
    maker: Contributor, row: Disclosure | None, held: dict[str, date], on: date
) -> ContributorDisclosure:
    relationships = tuple(row.relationships) if row else ()
    facts = MakerFacts(
        name=maker.name,
        roles=tuple(role.value for role in maker.roles),
        held=held,
        disclosed_on=row.signed_on if row else None,
        companies=tuple(each["company"] for each in relationships),
        mitigated=frozenset(each.place for each in row.mitigations.all()) if row else frozenset(),
    )
    return ContributorDisclosure(maker, facts, row, relationships, _words(maker_problems(facts, on)))


def _words(problems: Iterable[RuleMessage]) -> tuple[str, ...]:
    return tuple(words_of(problem) for problem in problems)


def role_problems(version: CourseVersion, maker_id: str, on: date) -> tuple[str, ...]:
    """Why a person may not be given a role on a day; 404 for somebody the course does not name."""
    for each in disclosures_for(version, on):
        if each.maker.id == maker_id:
            return _words(disclosure_problems(each.facts, on))
    raise Http404


def offerings_on(
    version: CourseVersion, on: date, disclosed: Iterable[ContributorDisclosure] | None = None
) -> tuple[Offered, ...]:
    """Every offering of a version on a day, open or closed, in the order of the file."""
    content = parsed(version)
    terms = content.accreditation
    known = disclosures_for(version, on) if disclosed is None else disclosed
    makers = tuple(problem for each in known for problem in each.problems)
    pauses = {
        each.offering: each
        for each in OfferingPause.objects.filter(course_id=version.course_id, resumed_at__isnull=True)
    }
    found = []
    for offering in terms.offerings:
        pause = pauses.get(offering.id)
        paused = (_("Paused: {reason}").format(reason=pause.reason),) if pause else ()
        why = (*_words(offering_problems(offering, on)), *paused, *makers)
        words = statement(
            offering, provider=terms.provider, title=content.about.title, amount=offering.max_amount
        )
        found.append(Offered(offering, terms, pause, why, "" if why else words))
    return tuple(found)


def offered_on(version: CourseVersion, offering_id: str, on: date) -> Offered:
    """One offering on a day. 404 when the version has none of that id."""
    for each in offerings_on(version, on):
        if each.offering.id == offering_id:
            return each
    raise Http404
