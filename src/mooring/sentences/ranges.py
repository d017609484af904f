"""A range of figures in a sentence: `90 to 140 mmHg`, `up to 89`, `181 and above`."""

from django.utils.translation import gettext as _

from mooring.words.numbers import plain_number, with_unit


def range_words(least: float | None, most: float | None, unit: str = "") -> str:
    """Both ends; one value once; what an open end leaves open."""
    if least is None and most is None:
        return _("any value")
    if least is None:
        return _("up to {most}").format(most=with_unit(most, unit))
    if most is None:
        return _("{least} and above").format(least=with_unit(least, unit))
    low, high = plain_number(least), plain_number(most)
    if low == high:
        return with_unit(high, unit)
    return _("{least} to {most}").format(least=low, most=with_unit(high, unit))
