"""What keeps a safe's day open, in words."""

from django.utils.translation import gettext as _

from mooring.rules.ledger import OpenPoint, PointCode
from mooring.sentences.ledger import amount_words
from mooring.words.numbers import with_unit


def point_words(point: OpenPoint) -> str:
    """`9.0 mg drawn from 4417B-03 is not accounted for.`"""
    amount = amount_words(point.measure, point.parts) if point.measure else with_unit(point.mg, "mg")
    return {
        PointCode.UNSQUARED: _("{amount} drawn from {container} is not accounted for."),
        PointCode.UNWITNESSED: _("{amount} wasted from {container} has no witness."),
        PointCode.OWED: _("{amount} was given and its draw is not recorded."),
        PointCode.DIFFERS: _("The count of {container} differs from its ledger."),
        PointCode.NOT_COUNTED: _("{container} was not counted today since it was last used."),
    }[point.code].format(amount=amount, container=point.container)
