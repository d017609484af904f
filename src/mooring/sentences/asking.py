"""When a questionnaire is asked for, relative to doses: `24 h before each dose`."""

from datetime import timedelta

from django.utils.translation import gettext as _

from mooring.sentences.times import span_words

BEFORE = "before"


def asked_when_words(when: str, hours: int, every_doses: int) -> str:
    """`24 h before each dose`, `7 days after a dose`, `24 h before the first dose, then every 6 doses`"""
    span = span_words(timedelta(hours=hours))
    if every_doses == 1:
        words = _("{span} before each dose") if when == BEFORE else _("{span} after a dose")
        return words.format(span=span)
    words = (
        _("{span} before the first dose, then every {n} doses")
        if when == BEFORE
        else _("{span} after the first dose, then every {n} doses")
    )
    return words.format(span=span, n=every_doses)
