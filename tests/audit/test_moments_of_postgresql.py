"""PostgreSQL's moments come from the driver's compiled loader, in UTC to the microsecond, as the framework's did."""

from datetime import UTC, datetime

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
WRITTEN = "SELECT '{0}'::timestamptz"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-30 19:49:36.000001+00", datetime(2026, 11, 30, 19, 49, 36, 1, tzinfo=UTC)),
        ("1931-02-03 04:05:06+00", datetime(1931, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2026-07-01 00:30:00+02", datetime(2026, 6, 30, 22, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(written: str, moment: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps moments as text")
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN.format(written))
        (read,) = cursor.fetchone()
        assert read == moment
        assert read.tzinfo is UTC
        cursor.execute("SHOW TIME ZONE")
        assert cursor.fetchone() == ("UTC",)
    with connection.planned_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(WRITTEN.format(written))
        (planned,) = cursor.fetchone()
    assert (planned, planned.tzinfo) == (moment, UTC)
