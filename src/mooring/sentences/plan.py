"""The words for what stands against a plan, or against any order under a protocol."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "plan.doses_outside": _("{value} doses are outside the protocol: {least} to {most}."),
    "plan.dose_outside": _("{value} mg/kg is outside the protocol: {least} to {most} mg/kg."),
    "plan.duration_outside": _("{value} min is outside the protocol: {least} to {most} min."),
    "plan.stay_within": _("Stay within the protocol, or choose another one."),
    "protocol.other_route": _("It is not given into a vein ({route})."),
    "protocol.not_per_kilogram": _("Its dose is counted per {per}, not per kilogram."),
    "protocol.no_such_orders_yet": _(
        "This program writes no such orders yet. Nothing that a site signs changes that."
    ),
    "protocol.no_ceiling": _(
        "It has no ceiling in milligrams for one session: none of its sources prints one."
    ),
    "protocol.site_writes_ceiling": _(
        "A site writes its own version with the ceiling (most_mg) and the reason for it; its medical director signs the pack."
    ),
    "protocol.no_duration": _("It does not say over how many minutes it is given."),
    "protocol.site_writes_duration": _(
        "A site writes its own version with the duration; its medical director signs the pack."
    ),
}
