"""What keeps a safe's day open and what of a stock needs a person, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.rules.ledger import OpenPoint, PointCode, ShownWarning, WarningCode
from mooring.sentences.ledger import amount_words
from mooring.sentences.times import full_day_words
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


PRESSING = (WarningCode.RECALLED, WarningCode.RECALLED_ELSEWHERE, WarningCode.EXPIRED)
"""What must not be drawn while somebody looks into it."""


def warning_words(shown: ShownWarning) -> str:
    """`Lot 4417B expired 3 Mar 2026: 2 containers, 1 not in quarantine`"""
    day = full_day_words(shown.on) if shown.on else ""
    sentence = {
        WarningCode.RECALLED: _("{what}: recalled {day}, {held}"),
        WarningCode.RECALLED_ELSEWHERE: _("{what}: recalled {day} at another site, {held}"),
        WarningCode.EXPIRED: _("{what}: expired {day}, {held}"),
        WarningCode.EXPIRES: _("{what}: expires {day}, {held}"),
        WarningCode.REGISTRATION: _("Registration {what} ended {day}")
        if shown.over
        else _("Registration {what} ends {day}"),
        WarningCode.LOW: _("{what}: {n} unopened, at least {least} are kept"),
    }[shown.code]
    held = ngettext("{n} container held", "{n} containers held", shown.held).format(n=shown.held)
    if shown.code in PRESSING and shown.in_use:
        held = _("{held}, {n} of them not in quarantine").format(held=held, n=shown.in_use)
    return sentence.format(what=shown.what, day=day, held=held, n=shown.held, least=shown.least)


def warning_advice(code: WarningCode) -> str:
    """What is done about it."""
    return {
        WarningCode.RECALLED: _("Open the lot to see who received it. Return or destroy what is held."),
        WarningCode.RECALLED_ELSEWHERE: _(
            "Nothing of it can be drawn. Recall it here too: its containers go into quarantine."
        ),
        WarningCode.EXPIRED: _("Put it in quarantine, then return or destroy it before a second person."),
        WarningCode.EXPIRES: _("Use it first, or order again in time."),
        WarningCode.REGISTRATION: _("Renew it, and save the new one with the safes, keys and policy."),
        WarningCode.LOW: _("Order again."),
    }[code]
