"""Whether somebody is competent for an act today: credentials against the signed requirements."""

from datetime import datetime

from mooring.audit.prepared import Prepared
from mooring.identity.models import Credential, Person, Site
from mooring.identity.packs import pack_in_force
from mooring.rules import requirements
from mooring.rules.screening import Setting
from mooring.rules.verdict import Verdict
from mooring.sentences.findings import spoken

CREDENTIALS = Prepared(
    lambda keys, moments: Credential.objects.filter(person__in=keys, revoked_at__isnull=True).values_list(
        "kind", "valid_from", "valid_until"
    )
)


def may_act(person: Person, act: str, *, at: datetime, site: Site, where: Setting | None = None) -> Verdict:
    """Whether `person`'s credentials allow `act` at `site` at this moment, with the next step.

    Permissions say who may open and press; credentials say who is competent today. Somebody with several
    roles is competent in any one of them that the act asks something of; a role without a line of its own is
    asked what another role would be, so that no title goes around a requirement. `where` names the product, the route
    and the setting of what is to be done, since a requirement may hold for one product only. A verdict that is not
    `allowed` names what is missing or expired.
    """
    pack, on = pack_in_force(site), site.today(at)
    held = [
        requirements.Held(credential=kind, valid_from=valid_from, valid_until=valid_until)
        for kind, valid_from, valid_until in CREDENTIALS.rows((person.pk,))
    ]
    asked = {each.role for each in pack.requirements.in_force(on) if act in each.acts}
    roles = sorted(asked & {each.role for each in person.standing if each.site_id == site.pk} or asked)
    where = where or Setting(jurisdiction=site.jurisdiction)
    answers = [requirements.check(act, role, held, pack, on, where) for role in roles]
    return spoken(next((each for each in answers if each.allowed), sum(answers, Verdict())))
