"""Which questionnaires are due when: before doses to come, after the newest given, never for what lies behind."""

from datetime import UTC, datetime, timedelta

from mooring.rules.asking import AskingLine, DoseMoment, due_moments

DAY = timedelta(days=1)
START = datetime(2026, 11, 12, 8, 0, tzinfo=UTC)
BEFORE = AskingLine(key=1, before=True, hours=24, every_doses=1, since=START - 9 * DAY)
AFTER = AskingLine(key=2, before=False, hours=168, every_doses=1, since=START - 9 * DAY)


def doses(*given: bool) -> list[DoseMoment]:
    """A dose every third day; those that are given began at ten."""
    return [
        DoseMoment(
            cycle=10 + number,
            number=number,
            planned_at=START + 3 * number * DAY,
            given_at=START + 3 * number * DAY + timedelta(hours=2) if was else None,
        )
        for number, was in enumerate(given, start=1)
    ]


def test_before_every_dose_to_come_and_after_the_newest_alone() -> None:
    found = due_moments([BEFORE, AFTER], doses(True, True, False, False))
    assert found == {
        (1, 13): START + 8 * DAY,
        (1, 14): START + 11 * DAY,
        (2, 12): START + 13 * DAY + timedelta(hours=2),
    }


def test_a_line_of_every_so_many_begins_with_the_first() -> None:
    third = AskingLine(key=3, before=True, hours=24, every_doses=3, since=START)
    assert [cycle for _line, cycle in due_moments([third], doses(False, False, False, False))] == [11, 14]
    after = AskingLine(key=4, before=False, hours=1, every_doses=3, since=START)
    assert not due_moments([after], doses(True, True))
    assert due_moments([after], doses(True))


def test_what_lay_before_the_line_is_asked_at_once_or_not_at_all() -> None:
    late = START + 30 * DAY
    before = AskingLine(key=5, before=True, hours=24, every_doses=1, since=late)
    after = AskingLine(key=6, before=False, hours=24, every_doses=1, since=late)
    assert due_moments([before, after], doses(True, False)) == {(5, 12): late}
