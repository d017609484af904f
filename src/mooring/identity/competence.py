"""Whether somebody is competent for an act today: credentials against the signed requirements."""

from datetime import datetime

from mooring.identity.models import Credential, Person, Site
from mooring.identity.packs import pack_in_force
from mooring.rules import requirements
from mooring.rules.verdict import Verdict


def may_act(person: Person, act: str, *, at: datetime, site: Site) -> Verdict:
    """Whether `person`'s credentials allow `act` at `site` at this moment, with the next step.

    Permissions say who may open and press; credentials say who is competent today. A verdict that is not
    `allowed` names what is missing or expired.
    """
    held = [
        requirements.Held(kind=each.kind, valid_from=each.valid_from, valid_until=each.valid_until)
        for each in Credential.objects.filter(person=person, revoked_at__isnull=True)
    ]
    roles = {each.role for each in person.standing if each.site_id == site.pk}
    return requirements.check(roles, act, held, pack_in_force(site), site.today(at))
