"""When a weekly slot happens: the same time on the wall every week, whatever the clocks do. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def weekly_moments(first: datetime, *, zone: str, weeks: int) -> tuple[datetime, ...]:
    """The moments, in UTC, of a slot that is held weekly at the wall time of `first` (naive) in `zone`.

    18:00 in London stays 18:00 on both sides of the change of clocks, so the distance in UTC is 168 hours, once 169.
    A time that the clocks leave out in spring lies an hour later; one that comes twice in autumn is the first.

    >>> [each.hour for each in weekly_moments(datetime(2026, 10, 22, 18), zone="Europe/London", weeks=2)]
    [17, 18]
    """
    if first.tzinfo is not None:
        raise ValueError("the first moment is a time on the wall, without a time zone")
    place = ZoneInfo(zone)
    walls = (first + timedelta(weeks=week) for week in range(weeks))
    return tuple(wall.replace(tzinfo=place).astimezone(UTC) for wall in walls)
