"""The site's own ceiling in mg, where a protocol prints none: set and signed by the medical director."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.models import Ceiling
from mooring.content.orderable import needs_ceiling
from mooring.identity.models import Person, Site
from mooring.identity.packs import pack_in_force
from mooring.rules.verdict import Refused


@recorded("care.treatments.ceiling-signed")
def sign_ceiling(
    *, site: Site, protocol: str, most_mg: Decimal, reason: str, by: Person, at: datetime
) -> Ceiling:
    """Sign the most mg of one session under a protocol (its id); a newer signature replaces it from then on.

    Treatments that were signed before keep the limit that was signed with them.
    """
    known = {each.id: each for each in pack_in_force(site).protocols.in_force(site.today(at))}
    if protocol not in known:
        raise Refused(_("This protocol is not in the signed pack in force. Choose one that is."))
    if not needs_ceiling(known[protocol]):
        raise Refused(_("This protocol prints its own ceiling. A site changes it in a version of its own."))
    if most_mg <= 0 or not most_mg.is_finite():
        raise Refused(_("A ceiling is above 0 mg."))
    if not reason.strip():
        raise Refused(_("Say what the ceiling rests on."))
    ceiling = Ceiling.objects.create(
        site=site, protocol=protocol, most_mg=most_mg, reason=reason.strip(), signed_by=by, signed_at=at
    )
    note(target=ceiling, protocol=protocol, most_mg=str(most_mg))
    return ceiling
