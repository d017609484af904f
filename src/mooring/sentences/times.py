"""Days, moments and spans in words: Thu 12 Nov, today 14:32, in 28 min.

Times are shown in the time zone that is active, with 24 hours; a naive time is refused.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.words.numbers import NO_BREAK

MINUTES_SHOWN_BELOW = timedelta(hours=1)
HOURS_SHOWN_BELOW = timedelta(hours=48)


def moment_words(at: datetime) -> str:
    """`Thu 12 Nov 14:32`; today, yesterday and tomorrow by name."""
    on, today = local_date(at), timezone.localdate()
    named = {
        today: _("today"),
        today - timedelta(days=1): _("yesterday"),
        today + timedelta(days=1): _("tomorrow"),
    }
    day_said = named.get(on, day_words(on))
    return f"{day_said} {timezone.localtime(at):%H:%M}"


def span_words(span: timedelta) -> str:
    """The length of a time in its one fitting unit: `28 min`, `17 h`, `3 days`."""
    span = abs(span)
    if span < MINUTES_SHOWN_BELOW:
        return f"{int(span.total_seconds() // 60)}{NO_BREAK}{_('min')}"
    if span < HOURS_SHOWN_BELOW:
        return f"{int(span.total_seconds() // 3600)}{NO_BREAK}{_('h')}"
    return ngettext("{n} day", "{n} days", span.days).format(n=span.days).replace(" ", NO_BREAK)


def until_words(due: datetime, now: datetime) -> str:
    """`in 28 min` before, `42 min over` after."""
    if now <= due:
        return _("in {span}").format(span=span_words(due - now))
    return _("{span} over").format(span=span_words(now - due))


def day_words(on: date | datetime) -> str:
    """`Thu 12 Nov`; with the year when it is not this one."""
    local = local_date(on)
    return date_format(local, "D j M" if local.year == timezone.localdate().year else "D j M Y")


def local_date(on: date | datetime) -> date:
    """The day of a moment on the active clock; a day stays itself."""
    return timezone.localtime(on).date() if isinstance(on, datetime) else on
