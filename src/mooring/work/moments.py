"""Moments as people type them, on the clock of the site that is active.

On the night when the clocks go back an hour comes twice: the page asks which of the two was meant. The hour that
the clocks leave out in spring is refused in words. A moment may lie a little ahead, since two clocks never agree:
up to `CLOCK_SKEW` it counts as now.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.sentences.times import clock_words, day_words
from mooring.words.times import clock

TYPED = "%Y-%m-%dT%H:%M"
CLOCK_SKEW = timedelta(minutes=5)


def start_of(day: date, zone: tzinfo) -> datetime:
    """Midnight on the clock of a place."""
    return datetime.combine(day, time.min, tzinfo=zone)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last minute of a day on the clock of a place: until then something is due that day."""
    return datetime.combine(day, time(23, 59), tzinfo=zone)


def settled(at: datetime, now: datetime) -> datetime:
    """The moment itself; now, where it lies ahead by no more than two clocks may differ."""
    return now if now < at <= now + CLOCK_SKEW else at


def readings(local: datetime) -> tuple[datetime, ...]:
    """The moments at which the active clock shows `local`: one, two on the night of autumn, none in spring."""
    zone = timezone.get_current_timezone()
    found = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(
        sorted(each for each in found if each.astimezone(zone).replace(tzinfo=None, fold=0) == local)
    )


class MomentInput(forms.DateTimeInput):
    """Day and time in one control; where the clock shows that time twice, which of the two."""

    template_name = "components/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "datetime-local", **(attrs or {})}, format=TYPED)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name) or "", data.get(f"{name}_which") or ""

    def moments(self, text: str) -> tuple[datetime, ...]:
        """What the text that is shown may mean."""
        return _readings_of(text)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        text, which = value if isinstance(value, tuple) else (value, "")
        context = super().get_context(name, text, attrs)
        twice: list[tuple[str, str, bool]] = []
        shown = context["widget"]["value"]
        if shown:
            both = self.moments(str(shown))
            meant = which or (text.astimezone(UTC).isoformat() if isinstance(text, datetime) else "")
            twice = [_choice(at, meant) for at in both] if len(both) > 1 else []
        context["widget"] |= {"which_name": f"{name}_which", "twice": twice}
        return context

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = timezone.localtime(value)
        return super().format_value(value)


def _readings_of(text: str) -> tuple[datetime, ...]:
    try:
        return readings(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return ()


def _choice(at: datetime, meant: str) -> tuple[str, str, bool]:
    """One of the two moments: its value, its words, and whether it was chosen."""
    local = timezone.localtime(at)
    words = (
        _("{time}, first time") if not local.fold else _("{time}, second time, after the clocks went back")
    )
    return at.isoformat(), words.format(time=f"{clock(local)} {local.tzname()}"), at.isoformat() == meant


EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""A year outside is a slip of a digit, and days counted from it lie beyond what a calendar can hold."""


class DayField(forms.DateField):
    """A day; a year that no calendar of a clinic holds is asked for again."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        check_year(value)


def check_year(value: date | None) -> None:
    """Refuse a year that is a slip of a digit, in words."""
    if value is not None and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValidationError(_("Check the year."), code="year")


class MomentField(forms.Field):
    """A moment on the active clock, aware, in UTC; `born` and `now` bound it where they are set.

    `now`: nothing may lie after it (beyond the clocks' difference). Leave it out for what is still to come.
    """

    widget = MomentInput
    default_error_messages = {
        "invalid": gettext_lazy("Enter the day and the time, such as 29 Nov 2026, 14:06.")
    }

    def __init__(self, *, born: date | None = None, now: datetime | None = None, **named: Any) -> None:
        self.born, self.now = born, now
        super().__init__(**named)

    def to_python(self, value: Any) -> datetime | None:
        text, which = value if isinstance(value, tuple) else (value, "")
        if isinstance(text, datetime):
            return text
        if not text:
            return None
        try:
            local = datetime.fromisoformat(str(text).strip())
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if local.tzinfo is not None:
            return local
        try:
            return _meant(local, which, readings(local))
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.born is not None and timezone.localtime(value).date() < self.born:
            raise ValidationError(
                _("This is before the date of birth, {day}. Check the year.").format(
                    day=day_words(self.born)
                ),
                code="before-birth",
            )
        if self.now is not None and value > self.now + CLOCK_SKEW:
            raise ValidationError(
                _("This lies in the future; it is {time} now. Check the day and the time.").format(
                    time=clock_words(self.now)
                ),
                code="future",
            )
        check_year(value)

    def clean(self, value: Any) -> datetime | None:
        at = super().clean(value)
        return at if at is None or self.now is None else settled(at, self.now)


class LastTimeInput(MomentInput):
    """A time without its day; where the clock showed it twice, which of the two."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "time", "data-short": True, **(attrs or {})})

    def moments(self, text: str) -> tuple[datetime, ...]:
        try:
            return last_times(time.fromisoformat(text), timezone.now())[1]
        except ValueError:
            return ()


class LastTimeField(MomentField):
    """A time of day: the last moment up to now at which the active clock showed it, in UTC.

    A clock that runs ahead by no more than two clocks may differ means now, not this time yesterday.
    """

    widget = LastTimeInput

    def to_python(self, value: Any) -> datetime | None:
        text, which = value if isinstance(value, tuple) else (value, "")
        if not text:
            return None
        try:
            typed = time.fromisoformat(str(text).strip())
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        now = timezone.now()
        local, both = last_times(typed, now)
        return settled(_meant(local, which, both), now)


def last_times(typed: time, now: datetime) -> tuple[datetime, tuple[datetime, ...]]:
    """The local moment that a time without its day means, and the moments up to now at which the clock showed it."""
    latest = timezone.localtime(now + CLOCK_SKEW).replace(tzinfo=None, fold=0)
    today = datetime.combine(latest.date(), typed.replace(tzinfo=None))
    past = tuple(at for at in readings(today) if at <= now + CLOCK_SKEW)
    if past or (today <= latest and not readings(today)):
        return today, past
    yesterday = today - timedelta(days=1)
    return yesterday, readings(yesterday)


def _meant(local: datetime, which: str, both: tuple[datetime, ...]) -> datetime:
    """The one moment that was meant; a question where there are two, a refusal where there is none."""
    if not both:
        raise ValidationError(
            _(
                "The clocks went forward that night and never showed {time}. Enter the time before or after."
            ).format(time=clock(local.time())),
            code="skipped",
        )
    if len(both) == 1:
        return both[0]
    chosen = next((at for at in both if at.isoformat() == which), None)
    if chosen is None:
        raise ValidationError(
            _("The clock showed {time} twice that night. Choose which of the two.").format(
                time=clock(local.time())
            ),
            code="twice",
        )
    return chosen
