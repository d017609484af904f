"""The words for a number that could not be read: what is wrong, then the way out."""

from django.utils.translation import gettext as _

from mooring.words.parsing import Misread


def misread_words(misread: Misread) -> str:
    """The sentence for a code of `words.parsing.CODES`."""
    sentences = {
        "not-a-number": _("“{typed}” is not a number. Enter digits, such as 36.5."),
        "two-readings": _("“{typed}” can be {point} or {thousands}. Enter it as {point} or as {thousands}."),
        "unfinished": _("“{typed}” ends with a separator. Enter the whole number."),
        "other-unit": _("“{typed}” is not a unit of this field. Enter the value in {unit}."),
        "feet-and-inches": _("“{typed}” is not clear. Enter feet and inches as 5 ft 11."),
        "too-long": _("This is too long for a number. Enter the digits only."),
    }
    return sentences[misread.code].format(**misread.values)
