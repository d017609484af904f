"""Figures, units and times as Mooring writes them: 36 mg, 14:32, Thu 12 Nov, in 28 min.

A space before every unit, never breaking; a decimal point; no trailing zeros unless a number of decimals is
asked for (a ledger). Times are shown in the time zone that is active, with 24 hours; a naive time is refused.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mooring.rules.requirements import in_words
from mooring.sentences.times import day_words, local_date, moment_words, span_words, until_words
from mooring.words.numbers import NO_BREAK, plain_number, with_unit

register = template.Library()


@register.simple_tag
def unit(value: object, name: str, decimals: int | None = None) -> str:
    """`{% unit 36 "mg" %}`: the number and its unit, which no line break can part."""
    return with_unit(value, name, decimals)


@register.simple_tag
def percent(share: float | None) -> str:
    """`{% percent 0.375 %}`: a share as a whole number of hundredths, `38 %`."""
    return "–" if share is None else f"{share * 100:.0f}{NO_BREAK}%"


@register.filter
def plain(value: object, decimals: int | None = None) -> str:
    """`{{ dose_mg|plain }}`: the bare number, without trailing zeros."""
    return plain_number(value, decimals)


@register.filter
def credential_title(code: str, kinds: Mapping[str, str]) -> str:
    """A credential by the title that the requirements give it, never by its bare code."""
    return kinds.get(code) or in_words(code)


@register.simple_tag
def clock_time(at: datetime | None, seconds: bool = False) -> str | SafeString:
    """`14:32`, or `14:32:07` with seconds."""
    if at is None:
        return "–"
    shown = f"{timezone.localtime(at):%H:%M:%S}" if seconds else f"{timezone.localtime(at):%H:%M}"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), shown)


@register.simple_tag
def day(on: date | datetime | None) -> str | SafeString:
    """`Thu 12 Nov`; with the year when it is not this one."""
    if on is None:
        return "–"
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), day_words(on))


@register.simple_tag
def long_day(on: date | datetime | None) -> str | SafeString:
    """`Thursday, 12 November`, for titles."""
    if on is None:
        return "–"
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), date_format(local_date(on), "l, j F"))


@register.simple_tag
def moment(at: datetime | None) -> str | SafeString:
    """`Thu 12 Nov, 14:32`; today and yesterday by name, on paper by their date."""
    if at is None:
        return "–"
    near, far = moment_words(at), f"{day_words(at)} {timezone.localtime(at):%H:%M}"
    if near == far:
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), near)
    return format_html(
        '<time datetime="{}"><span class="near">{}</span><span class="far">{}</span></time>',
        at.isoformat(),
        near,
        far,
    )


@register.simple_tag
def minute(minutes: float | None) -> str:
    """Minutes since the start of a session: `+30`, `0`, `−3`."""
    if minutes is None:
        return "–"
    whole = math.floor(minutes)
    return f"+{whole}" if whole > 0 else f"−{-whole}" if whole < 0 else "0"


@register.simple_tag(takes_context=True)
def ago(context: Context, at: datetime | None) -> str | SafeString:
    """`28 min ago`, `3 h ago`, `4 days ago`, `in 28 min`. `now` in the context overrides the clock."""
    if at is None:
        return "–"
    gap = now_of(context) - at
    said = (
        _("{span} ago").format(span=span_words(gap))
        if gap >= timedelta()
        else until_words(at, now_of(context))
    )
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), said)


def now_of(context: Context) -> datetime:
    """The page's own `now` where the view gave one (so that a page is of one moment), else the clock's."""
    given: Any = context.get("now")
    return given if isinstance(given, datetime) else timezone.now()
