"""Which time zones a site or a person may name."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


@cache
def time_zones() -> frozenset[str]:
    """Every zone that this machine knows; to find them it opens six hundred files."""
    return frozenset(available_timezones())


def known_time_zone(value: str) -> None:
    if value not in time_zones():
        raise ValidationError(_("“{zone}” is not a time zone such as Europe/Lisbon.").format(zone=value))
