"""The words for an answer that an instrument does not know."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "score.no_item": _("{instrument} has no item {item}."),
    "score.not_allowed": _("{instrument}, item {item}: enter {expected}, not {entered}."),
}
