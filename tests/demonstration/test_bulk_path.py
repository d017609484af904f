"""The bulk path writes what the acts would have written: a story told twice, once by each, row by row."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import models
from django.utils import timezone

from mooring.audit import seals
from mooring.audit.models import Event
from mooring.care.patients.models import Patient
from mooring.care.sessions.models import Session, SessionGroup
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import Cycle
from mooring.demonstration.copying import ADDRESSES, Copier, Kind, kinds, taken_back, tell
from mooring.demonstration.crowd import Crowd, lives_in_order
from mooring.demonstration.group_room import open_group_room
from mooring.demonstration.names import character
from mooring.demonstration.staff import PEOPLE, Staff, awake_zone, make_staff
from mooring.demonstration.stories import STORIES, Story
from mooring.demonstration.telling import Character, Teller
from mooring.identity.models import RoleAssignment
from mooring.identity.roles import Role
from mooring.work.models import DemonstrationDelivery, Message, Task

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
BY_CHANCE = {
    "password",
    "key",
    "token_hash",
    "digest",
    "rows",
    "stored_at",
    "delivered_at",
    "read_at",
    "attempts",
}
"""Random keys, what follows from them (digests of rows, too), when the server stored it, and whether the clock came by."""
SAMPLE = ("call", "not eligible", "session in progress", "an urgent response")


@pytest.fixture
def staff(db: None) -> Staff:
    return make_staff(NOW)


def teller(staff: Staff, story: Story, who: Character, now: datetime = NOW) -> Teller:
    return Teller(staff, staff.sites[story.site], now, who)


def last_numbers() -> dict[Kind, int]:
    return {kind: kind._default_manager.aggregate(n=models.Max("pk"))["n"] or 0 for kind in kinds()}


def rows_since(before: dict[Kind, int]) -> dict[str, list[dict[str, Any]]]:
    """Every row since then, with row numbers counted from there, as plain values."""
    return {
        kind._meta.label: [
            _plain(kind, row, before) for row in kind._default_manager.filter(pk__gt=last).order_by("pk")
        ]
        for kind, last in before.items()
    }


def _plain(kind: Kind, row: models.Model, before: dict[Kind, int]) -> dict[str, Any]:
    found = {}
    for field in kind._meta.concrete_fields:
        if field.name in BY_CHANCE:
            continue
        value = getattr(row, field.attname)
        target = kind if field.primary_key else getattr(field, "related_model", None)
        if target in before and isinstance(value, int) and value > before[target]:
            value = f"own {value - before[target]}"
        found[field.name] = value
    if kind is Event:
        found["detail"] = {name: each for name, each in row.detail.items() if name != "key"}  # type: ignore[attr-defined]
    return {name: _counted(value, before) for name, value in found.items()}


def _counted(value: Any, before: dict[Kind, int]) -> Any:
    """References, addresses and bare numbers of own rows, counted from the beginning of the story."""
    if isinstance(value, dict):
        named: dict[str, Kind] = {"session": Session, "order": _kind("care_treatments.doseorder")}
        return {
            key: each - before[named[key]]
            if key in named and isinstance(each, int)
            else _counted(each, before)
            for key, each in value.items()
        }
    if not isinstance(value, str):
        return value
    for kind, last in before.items():
        prefix = f"{kind._meta.label_lower}:"
        number = value.removeprefix(prefix)
        if value.startswith(prefix) and number.isdecimal() and int(number) > last:
            return f"{prefix}own {int(number) - last}"
    for prefix, kind in ADDRESSES:
        number, _slash, rest = value.removeprefix(prefix).partition("/")
        if value.startswith(prefix) and number.isdecimal():
            return f"{prefix}own {int(number) - before[kind]}/{rest}"
    if value.startswith("R-") and value[2:].isdecimal():
        return "R-own"
    return value


def _kind(label: str) -> Kind:
    return next(kind for kind in kinds() if kind._meta.label_lower == label)


@pytest.mark.parametrize(
    "story", [s for s in STORIES if any(part in s.name for part in SAMPLE)], ids=lambda s: s.name
)
def test_a_copy_is_what_the_acts_would_have_written(staff: Staff, story: Story) -> None:
    other, who = character(901, story, NOW.date()), character(17, story, NOW.date())
    with taken_back():
        template = tell(story, teller(staff, story, other))
    before = last_numbers()
    Copier(NOW).finish()  # what was taken back used up numbers on PostgreSQL
    with taken_back():
        story.tell(teller(staff, story, who))
        told = rows_since(before)
    copier = Copier(NOW)
    copier.add(template, who)
    copier.write()
    copied = rows_since(before)
    assert {label: len(rows) for label, rows in told.items()} == {
        label: len(r) for label, r in copied.items()
    }
    for label, rows in told.items():
        assert copied[label] == rows, label


def test_a_copy_of_a_story_that_lies_behind_is_the_same_story_weeks_earlier(staff: Staff) -> None:
    story = next(each for each in STORIES if each.name == "not eligible")
    who = character(3, story, NOW.date())
    with taken_back():
        template = tell(story, teller(staff, story, who))
    before = last_numbers()
    copier = Copier(NOW)
    copier.add(template, who)
    copier.write()
    usual = rows_since(before)
    between = last_numbers()
    copier.add(template, character(4, story, NOW.date()), earlier=timedelta(weeks=5))
    copier.write()
    earlier = rows_since(between)
    for label, rows in usual.items():
        for one, other in zip(rows, earlier[label], strict=True):
            for name, value in one.items():
                if isinstance(value, datetime | date) and name != "birth_date":
                    assert value - other[name] == timedelta(weeks=5), (label, name)


def test_everybody_has_a_name_of_their_own_and_every_stage_somebody() -> None:
    lives = list(islice(lives_in_order(), 3000))
    assert set(lives[:40]) == set(STORIES)
    assert lives == list(islice(lives_in_order(), 3000))
    assert sum(story.name == "session in progress" for story in lives) == 1
    people = [character(number, story, NOW.date()) for number, story in enumerate(lives)]
    assert people[:40] == [character(number, story, NOW.date()) for number, story in enumerate(lives[:40])]
    assert len({who.email for who in people}) == 3000
    assert len({who.legal_name for who in people[:40]}) == 40


def test_the_stories_of_today_lie_on_one_day_whenever_the_clinic_is_made() -> None:
    for month in (1, 7):
        for quarter in range(24 * 4):
            now = datetime(2027, month, 5, tzinfo=UTC) + timedelta(minutes=15 * quarter)
            here = now.astimezone(ZoneInfo(awake_zone(now)))
            assert (here - timedelta(minutes=220)).date() == here.date(), now


@pytest.mark.once
def test_the_demonstration_is_a_whole_clinic(staff: Staff) -> None:
    copier = Copier(NOW)
    for template, who, earlier in Crowd(staff, NOW).people(40):
        copier.add(template, who, earlier=earlier)
    copier.write()
    copier.finish()
    open_group_room(staff, NOW)
    assert len(PEOPLE) == 17
    assert len(staff.sites) == 3
    held = set(RoleAssignment.objects.values_list("role", flat=True))
    assert held == {role.value for role in Role} - {Role.PATIENT, Role.SUPPORT_PERSON, Role.EXTERNAL}
    phases = sorted(Session.objects.filter(state="open").values_list("cycle__phase", flat=True))
    assert phases == ["discharged", *["dosing"] * 6], (
        "three go on, three in a group, one waits for the signature"
    )
    group = SessionGroup.objects.get(closed_at=None)
    starts = [chart_of(place.session, NOW).state.started_at for place in group.places.order_by("number")]
    assert [NOW - start for start in starts if start] == [timedelta(minutes=each) for each in (32, 27, 22)]
    assert set(Cycle.objects.values_list("phase", flat=True)) >= {"prepare", "ready", "dosing", "closed"}
    assert Patient.objects.count() == 40
    assert seals.verify() is None
    assert not Message.objects.filter(delivered_at=None, made_at__lt=NOW - timedelta(hours=1)).exists()
    assert DemonstrationDelivery.objects.exists()


def test_after_a_copy_what_is_written_has_numbers_of_its_own(staff: Staff) -> None:
    story = next(each for each in STORIES if each.name == "not eligible")
    with taken_back():
        template = tell(story, teller(staff, story, character(3, story, NOW.date())))
    copier = Copier(NOW)
    copier.add(template, character(4, story, NOW.date()))
    copier.write()
    copier.finish()
    task = Task.objects.create(
        kind="new",
        site=staff.sites["Elm Quay Clinic"],
        about="x",
        title="x",
        address="/",
        act="x",
        opens_at=NOW,
        due_at=datetime(2030, 1, 1, tzinfo=UTC),
        role=Role.MONITOR,
        made_at=NOW,
    )
    assert task.pk == Task.objects.latest("pk").pk
