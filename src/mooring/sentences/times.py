"""Days, moments and spans in words: Thu 12 Nov, 29 Nov 2026, today 14:32, in 28 min.

Times are shown in the time zone that is active, with 24 hours; a naive time is refused.
"""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from mooring.words.numbers import NO_BREAK
from mooring.words.times import clock

MINUTES_SHOWN_BELOW = timedelta(hours=1)
HOURS_SHOWN_BELOW = timedelta(hours=48)
DAYS_KEPT = 1024
"""Days whose words are kept: a page names the same few days many times."""


def moment_words(at: datetime) -> str:
    """`Thu 12 Nov 14:32`; today, yesterday and tomorrow by name."""
    on, today = local_date(at), timezone.localdate()
    if on == today:
        day = _("today")
    elif on == today - timedelta(days=1):
        day = _("yesterday")
    elif on == today + timedelta(days=1):
        day = _("tomorrow")
    else:
        day = day_words(on)
    return f"{day} {clock_words(at)}"


def dated_moment_words(at: datetime, zone: tzinfo | None = None) -> str:
    """`29 Nov 2026 14:06` in `zone` or the active one: as paper and messages name it, right on any later day."""
    local = timezone.localtime(at, zone)
    return f"{full_day_words(local.date())} {clock(local)}"


def clock_words(at: datetime, *, seconds: bool = False) -> str:
    """`14:06` in the active time zone."""
    return clock(timezone.localtime(at), seconds=seconds)


def span_words(span: timedelta) -> str:
    """The length of a time in its one fitting unit: `28 min`, `17 h`, `3 days`."""
    span = abs(span)
    if span < MINUTES_SHOWN_BELOW:
        return f"{int(span.total_seconds() // 60)}{NO_BREAK}{_('min')}"
    if span < HOURS_SHOWN_BELOW:
        return f"{int(span.total_seconds() // 3600)}{NO_BREAK}{_('h')}"
    return ngettext("{n} day", "{n} days", span.days).format(n=span.days).replace(" ", NO_BREAK)


def until_words(due: datetime, now: datetime) -> str:
    """`in 28 min` before, `42 min over` after, `now` within the minute."""
    if abs(due - now) < timedelta(minutes=1):
        return _("now")
    if now <= due:
        return _("in {span}").format(span=span_words(due - now))
    return _("{span} over").format(span=span_words(now - due))


def since_words(at: datetime, now: datetime) -> str:
    """`28 min ago`; `in 28 min` for what is still to come."""
    return until_words(at, now) if at > now else _("{span} ago").format(span=span_words(now - at))


def day_words(on: date | datetime) -> str:
    """`Thu 12 Nov`; with the year when it is not this one."""
    local = local_date(on)
    if local.year != timezone.localdate().year:
        return _written(local, pgettext("date format", "D j M Y"), get_language())
    return _written(local, pgettext("date format", "D j M"), get_language())


def full_day_words(on: date | datetime) -> str:
    """`29 Nov 2026`: for birth dates, documents and all that is read in another year."""
    return _written(local_date(on), pgettext("date format", "j M Y"), get_language())


def birthday_words(on: date) -> str:
    """`29 Nov`: a birthday without its year, for a phone that others may see."""
    return _written(on, pgettext("date format", "j M"), get_language())


def month_words(on: date | datetime) -> str:
    """`Nov 2026`."""
    return _written(local_date(on), pgettext("date format", "M Y"), get_language())


def long_day_words(on: date | datetime) -> str:
    """`Thursday, 12 November`, for titles."""
    return _written(local_date(on), pgettext("date format", "l, j F"), get_language())


@lru_cache(maxsize=DAYS_KEPT)
def _written(on: date, form: str, language: str | None) -> str:
    """`language` is part of the key alone: names of days and months follow the active one."""
    return date_format(on, form)


def local_date(on: date | datetime) -> date:
    """The day of a moment on the active clock; a day stays itself."""
    return timezone.localtime(on).date() if isinstance(on, datetime) else on
