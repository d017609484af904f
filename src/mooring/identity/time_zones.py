"""Which time zones a site or a person may name."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def known_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“{zone}” is not a time zone such as Europe/Lisbon.").format(zone=value))
