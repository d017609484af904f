"""The words for what stands against a plan, or against any order under a protocol."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "plan.doses_outside": _("{value} doses are outside the protocol: {least} to {most}."),
    "plan.dose_outside": _("{value} {unit} is outside the protocol: {least} to {most} {unit}."),
    "plan.duration_outside": _("{value} min is outside the protocol: {least} to {most} min."),
    "plan.stay_within": _("Stay within the protocol, or choose another one."),
    "protocol.reference_only": _("It is kept for reading and comparison: {why}"),
    "protocol.read_only": _("Choose another protocol."),
    "protocol.no_shape": _("It does not say how a dose is given ({route})."),
    "protocol.no_duration": _("It does not say over how many minutes it is given."),
    "protocol.no_pump": _("The pack names no pump."),
    "protocol.no_product": _("The pack holds no product that is given {route}."),
    "protocol.no_monitoring": _("It has no monitoring plan for its product, {route}."),
    "protocol.no_discharge": _("Its monitoring plan has no discharge criteria."),
    "protocol.no_consent": _("There is no consent text for its product and setting, {route}."),
    "protocol.no_ceiling": _(
        "It has no ceiling in milligrams for one session: none of its sources prints one."
    ),
    "protocol.director_signs_ceiling": _("The medical director signs the site's ceiling, under Ceilings."),
    "protocol.site_writes_duration": _(
        "A site writes its own version with the duration; its medical director signs the pack."
    ),
    "protocol.site_writes_consent": _("A site writes the text; its medical director signs the pack."),
    "protocol.site_writes_item": _(
        "A site writes its own version with what is missing; its medical director signs the pack."
    ),
}
