"""Reads used by more than one floor: the policy in force, who is on duty, who holds a role."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.identity.models import Credential, Duty, Person, RoleAssignment, Site, SitePolicy
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused


def policy_in_force(site: Site, at: datetime) -> SitePolicy:
    """The newest signed policy whose day has come; refused when there is none."""
    policy: SitePolicy | None = next(iter(POLICY.records((site.pk,), at)), None)
    if policy is None:
        raise Refused(
            _("{site} has no signed policy. The medical director signs one under Site, Policy.").format(
                site=site
            )
        )
    return policy


POLICY = Prepared(
    lambda keys, moments: SitePolicy.objects.filter(site__in=keys, in_force_from__lte=moments[0]).order_by(
        "-in_force_from", "-number"
    )[:1]
)


def on_duty(site: Site, role: str, at: datetime) -> list[Person]:
    """Who answers for `role` at `site` at this moment, the longest on duty first."""
    wanted = dict.fromkeys(pk for held, pk in ON_DUTY.rows((site.pk,), at) if held == role)
    people = Person.objects.in_bulk(wanted) if wanted else {}
    return [people[pk] for pk in wanted]


ON_DUTY = Prepared(
    lambda keys, moments: (
        Duty.objects.filter(
            site__in=keys, starts_at__lte=moments[0], ends_at__gt=moments[0], person__is_active=True
        )
        .order_by("starts_at", "person_id")
        .values_list("role", "person_id")
    )
)


def holders(site: Site, role: str, at: datetime) -> list[Person]:
    """Everyone who holds `role` at `site` at this moment."""
    return [each.person for each in HELD.records((site.pk, str(role)), at)]


HELD = Prepared(
    lambda keys, moments: (
        RoleAssignment.objects.filter(
            site=keys[0], role=keys[1], held_from__lte=moments[0], person__is_active=True
        )
        .filter(Q(held_until__isnull=True) | Q(held_until__gt=moments[0]))
        .select_related("person")
        .order_by("id")
    )
)


def second_signers(site: Site, at: datetime, *, besides: Person) -> QuerySet[Person]:
    """Who may sign second where a rule asks for two people: prescribers and the director, but for the first."""
    here = [*holders(site, Role.PRESCRIBER, at), *holders(site, Role.MEDICAL_DIRECTOR, at)]
    return Person.objects.filter(pk__in={each.pk for each in here} - {besides.pk}).order_by("legal_name")


def number_of(person: Person, kind: str) -> str:
    """The number of a person's newest credential of a kind (an NPI, a licence); empty where none is recorded."""
    held = Credential.objects.filter(person=person, kind=kind, revoked_at__isnull=True).exclude(number="")
    newest = held.order_by("-valid_from").first()
    return newest.number if newest else ""
