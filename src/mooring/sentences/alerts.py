"""The words of an alert: what the content says of the band or symptom, and why it is given now."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mooring.rules.monitoring import Alert, AlertCode

WORDS = {
    AlertCode.BAND: gettext_lazy("{says}"),
    AlertCode.CONFIRM: gettext_lazy("{says}: to be confirmed"),
    AlertCode.NOT_CONFIRMED: gettext_lazy("{says}: the second reading was not taken in time"),
    AlertCode.LASTING: gettext_lazy("{says}, lasting"),
    AlertCode.SYMPTOM: gettext_lazy("{says}"),
    AlertCode.BEFORE_DOSE: gettext_lazy("Before the dose: {says}"),
}


def alert_says(alert: Alert) -> str:
    """`Systolic pressure is above 180: to be confirmed`."""
    words = str(WORDS[alert.code]).format(says=alert.says)
    if alert.code == AlertCode.LASTING:
        lasted = ngettext("{n} min", "{n} min", alert.within_min).format(n=alert.within_min)
        return _("{alert} for {span}").format(alert=words, span=lasted)
    return words


def alert_asks(alert: Alert) -> str:
    """What to do now; a first reading asks for the second one."""
    if alert.code == AlertCode.CONFIRM:
        return ngettext(
            "Measure again within {n} minute.", "Measure again within {n} minutes.", alert.within_min
        ).format(n=alert.within_min)
    return alert.asks
