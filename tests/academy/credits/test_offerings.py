"""Offerings by date and pause; disclosures, mitigation before the role, statements switched off by date."""

from datetime import date, timedelta

import pytest

from mooring.academy.courses.models import CourseVersion
from mooring.academy.credits.actions.offerings import (
    end_maker_role,
    give_maker_role,
    pause_offering,
    record_disclosure,
    record_mitigation,
    resume_offering,
)
from mooring.academy.credits.models import Disclosure, MakerRole
from mooring.academy.credits.queries.offerings import disclosures_for, offered_on, offerings_on
from mooring.rules.verdict import Refused
from tests.academy.credits.crediting import TODAY, credit_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
COMPANY = ("Example Pharma", "speaker")


@pytest.fixture
def version(cast: Cast) -> CourseVersion:
    return credit_course(cast.educator, disclosed=False)


def disclose(version: CourseVersion, cast: Cast, *companies: tuple[str, str], on: date = TODAY) -> Disclosure:
    return record_disclosure(
        course=version.course,
        maker="ada",
        name="Ada Example",
        signed_on=on,
        relationships=companies,
        by=cast.administrator,
        at=NOW,
    )


def give(version: CourseVersion, cast: Cast, since: date = TODAY) -> MakerRole:
    return give_maker_role(
        version=version, maker="ada", role="author", since=since, by=cast.administrator, at=NOW
    )


def test_a_statement_is_shown_while_its_dates_hold_and_not_a_day_longer(
    cast: Cast, version: CourseVersion
) -> None:
    disclose(version, cast, on=date(2026, 1, 2))
    give(version, cast, since=date(2026, 1, 2))
    shown = {
        day: offered_on(version, "tiny-completion", day).statement
        for day in (date(2025, 12, 31), date(2026, 1, 2), date(2026, 12, 31))
    }
    assert [bool(words) for words in shown.values()] == [False, True, True]
    disclose(version, cast, on=TODAY)
    ended = offered_on(version, "tiny-completion", date(2028, 1, 1))
    assert ended.statement == ""
    assert "Credit ended on 31 Dec 2027." in ended.why_closed


def test_a_maker_without_disclosure_closes_every_offering(cast: Cast, version: CourseVersion) -> None:
    assert not any(each.is_open or each.statement for each in offerings_on(version, TODAY))
    disclose(version, cast)
    assert offered_on(version, "tiny-ce", TODAY).why_closed == (
        "Ada Example was not given the role of author.",
    )
    give(version, cast)
    assert all(each.is_open for each in offerings_on(version, TODAY))


def test_no_role_before_disclosure_and_mitigation(cast: Cast, version: CourseVersion) -> None:
    with pytest.raises(Refused, match="has not disclosed the last 24 months"):
        give(version, cast)
    disclosure = disclose(version, cast, COMPANY)
    with pytest.raises(Refused, match="with Example Pharma is not mitigated"):
        give(version, cast)
    record_mitigation(
        disclosure=disclosure, place=0, steps="Peer review.", done_on=TODAY, by=cast.administrator, at=NOW
    )
    with pytest.raises(Refused, match="on 2026-11-12 or later"):
        give(version, cast, since=TODAY - timedelta(days=1))
    assert give(version, cast).since == TODAY
    with pytest.raises(Refused, match="already"):
        give(version, cast)


def test_a_newer_relationship_closes_the_offering_until_it_is_mitigated(
    cast: Cast, version: CourseVersion
) -> None:
    disclose(version, cast, on=TODAY - timedelta(days=30))
    give(version, cast)
    newer = disclose(version, cast, COMPANY)
    assert offered_on(version, "tiny-ce", TODAY).why_closed
    (ada,) = disclosures_for(version, TODAY)
    assert ada.needs_mitigation == (0,)
    record_mitigation(disclosure=newer, place=0, steps="Left.", done_on=TODAY, by=cast.administrator, at=NOW)
    assert offered_on(version, "tiny-ce", TODAY).is_open


def test_a_disclosure_is_asked_every_year(cast: Cast, version: CourseVersion) -> None:
    disclose(version, cast)
    give(version, cast)
    assert offered_on(version, "tiny-ce", TODAY + timedelta(days=366)).is_open
    assert not offered_on(version, "tiny-ce", TODAY + timedelta(days=367)).is_open


def test_a_role_that_ended_closes_the_offering(cast: Cast, version: CourseVersion) -> None:
    disclose(version, cast)
    held = give(version, cast)
    end_maker_role(held=held, by=cast.administrator, at=NOW)
    assert not offered_on(version, "tiny-ce", TODAY).is_open
    with pytest.raises(Refused, match="already ended"):
        end_maker_role(held=held, by=cast.administrator, at=NOW)


def test_a_pause_closes_one_offering_and_is_resumed_once(cast: Cast, version: CourseVersion) -> None:
    disclose(version, cast)
    give(version, cast)
    pause = pause_offering(
        course=version.course, offering="tiny-ce", reason="A question.", by=cast.administrator, at=NOW
    )
    assert offered_on(version, "tiny-ce", TODAY).why_closed == ("Paused: A question.",)
    assert offered_on(version, "tiny-cme", TODAY).is_open
    with pytest.raises(Refused, match="already paused"):
        pause_offering(
            course=version.course, offering="tiny-ce", reason="Twice.", by=cast.administrator, at=NOW
        )
    resume_offering(pause=pause, by=cast.administrator, at=NOW)
    assert offered_on(version, "tiny-ce", TODAY).is_open
    with pytest.raises(Refused, match="a moment ago"):
        resume_offering(pause=pause, by=cast.administrator, at=NOW)


def test_what_makes_no_sense_is_refused(cast: Cast, version: CourseVersion) -> None:
    with pytest.raises(Refused, match="not before"):
        disclose(version, cast, on=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="names the company"):
        disclose(version, cast, ("Example Pharma", "  "))
    with pytest.raises(Refused, match="the most"):
        disclose(version, cast, *[COMPANY] * 21)
    disclosure = disclose(version, cast, COMPANY)
    for place, steps, done_on in ((1, "Left.", TODAY), (0, " ", TODAY), (0, "Left.", date(2027, 1, 1))):
        with pytest.raises(Refused):
            record_mitigation(
                disclosure=disclosure,
                place=place,
                steps=steps,
                done_on=done_on,
                by=cast.administrator,
                at=NOW,
            )
