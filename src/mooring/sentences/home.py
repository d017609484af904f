"""The words for doses at home."""

from django.utils.translation import gettext_lazy as _

FAULTS = {
    "home.too_many": _(
        "At most six doses are in the house at once. Dispense fewer, or record what came back."
    ),
    "home.too_soon": _("The last refill was less than seven days ago."),
}
