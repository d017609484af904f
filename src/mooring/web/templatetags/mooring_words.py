"""Figures, units and times in templates: tags over `mooring.words` and `mooring.sentences`, which write them.

Every template has these without loading them.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mooring.rules.requirements import in_words
from mooring.sentences import ranges, times
from mooring.words import numbers
from mooring.words import times as clocks

register = template.Library()

register.simple_tag(numbers.with_unit, name="unit")
register.simple_tag(numbers.percentage, name="percent")
register.simple_tag(numbers.number_range)
register.simple_tag(clocks.minute)
register.simple_tag(ranges.range_words)
register.filter("plain", numbers.plain_number)


@register.filter
def credential_title(code: str, kinds: Mapping[str, str]) -> str:
    """A credential by the title that the requirements give it, never by its bare code."""
    return kinds.get(code) or in_words(code)


@register.filter
def full_day(on: date | datetime | None) -> str:
    """`{{ patient.birth_date|full_day }}`: `29 Nov 2026`."""
    return times.full_day_words(on) if on else numbers.NOTHING


@register.filter
def month(on: date | datetime | None) -> str:
    """`{{ course.released|month }}`: `Nov 2026`."""
    return times.month_words(on) if on else numbers.NOTHING


@register.filter
def clock(at: datetime | time | None) -> str:
    """`{{ site.opens_at|clock }}`: `14:06`."""
    if isinstance(at, datetime):
        return times.clock_words(at)
    return clocks.clock(at) if at is not None else numbers.NOTHING


@register.simple_tag
def clock_time(at: datetime | None, seconds: bool = False) -> str | SafeString:
    """`14:32`, or `14:32:07` with seconds."""
    return _time(at, times.clock_words(at, seconds=seconds)) if at else numbers.NOTHING


@register.simple_tag
def day(on: date | datetime | None) -> str | SafeString:
    """`Thu 12 Nov`; with the year when it is not this one."""
    return _time(on, times.day_words(on)) if on else numbers.NOTHING


@register.simple_tag
def long_day(on: date | datetime | None) -> str | SafeString:
    """`Thursday, 12 November`, for titles."""
    return _time(on, times.long_day_words(on)) if on else numbers.NOTHING


@register.simple_tag
def moment(at: datetime | None) -> str | SafeString:
    """`Thu 12 Nov 14:32`; today and yesterday by name, on paper by their date."""
    if at is None:
        return numbers.NOTHING
    near, far = times.moment_words(at), f"{times.day_words(at)} {times.clock_words(at)}"
    if near == far:
        return _time(at, near)
    return _time(at, format_html('<span class="near">{}</span><span class="far">{}</span>', near, far))


@register.simple_tag(takes_context=True)
def ago(context: Context, at: datetime | None) -> str | SafeString:
    """`28 min ago`, `3 h ago`, `4 days ago`, `in 28 min`. `now` in the context overrides the clock."""
    return _time(at, times.since_words(at, now_of(context))) if at else numbers.NOTHING


def _time(on: date | datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


def now_of(context: Context) -> datetime:
    """The page's own `now` where the view gave one (so that a page is of one moment), else the clock's."""
    given: Any = context.get("now")
    return given if isinstance(given, datetime) else timezone.now()
