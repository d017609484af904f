"""How long a record is kept: years after the last entry, longer for minors, for ever without a rule."""

from datetime import date

import pytest

from mooring.content.schema.privacy import Retention
from mooring.rules.retention import Keeping, judge, years_after

pytestmark = pytest.mark.pure
TODAY, ADULT = date(2026, 11, 12), date(1981, 4, 9)
SIX = Retention(records="clinical", years=6)
MINORS = Retention(records="clinical", years=6, minor_until_age=25)


@pytest.mark.parametrize(
    ("rule", "last_on", "born", "keeping", "from_day"),
    [
        (SIX, date(2020, 11, 12), ADULT, Keeping.MAY_GO, date(2026, 11, 12)),
        (SIX, date(2020, 11, 13), ADULT, Keeping.STAYS_UNTIL, date(2026, 11, 13)),
        (MINORS, date(2018, 1, 1), date(2002, 6, 1), Keeping.STAYS_UNTIL, date(2027, 6, 1)),
        (MINORS, date(2018, 1, 1), date(2001, 6, 1), Keeping.MAY_GO, date(2026, 6, 1)),
        (MINORS, date(2024, 1, 1), ADULT, Keeping.STAYS_UNTIL, date(2030, 1, 1)),
        (Retention(records="clinical"), date(1990, 1, 1), ADULT, Keeping.STAYS, None),
        (None, date(1990, 1, 1), ADULT, Keeping.STAYS, None),
    ],
)
def test_each_kind_goes_by_its_rule(
    rule: Retention | None, last_on: date, born: date, keeping: Keeping, from_day: date | None
) -> None:
    found = judge(rule, last_on=last_on, birth_date=born, today=TODAY)
    assert (found.keeping, found.from_day) == (keeping, from_day)


def test_a_leap_day_has_its_day_after() -> None:
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
