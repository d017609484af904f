"""The rubric of observed practice, by code. Items and marks are a design default; a site may word its own training."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ITEMS: Mapping[str, "str | Promise"] = {
    "frame": _("Says what the visit is for, how long it takes and what stays private"),
    "consent": _("Asks before every step, and takes no as an answer"),
    "touch": _("Agrees on touch beforehand, in words, with a way to stop"),
    "listening": _("Listens without leading, and leaves silences"),
    "safety": _("Names what will be watched and whom the person can call"),
    "ending": _("Ends on time, with the next step said"),
}
MARK_WORDS: Mapping[int, "str | Promise"] = {
    1: _("Not yet"),
    2: _("With prompting"),
    3: _("Independently"),
    4: _("Could teach it"),
}
