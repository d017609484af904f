"""The words for the signs that are measured before a dose."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "before.in_band": _("{says} ({value} {unit})."),
    "before.not_measured": _("Not measured before this dose: {title}."),
    "before.measure_at_rest": _("Measure it at rest."),
}
