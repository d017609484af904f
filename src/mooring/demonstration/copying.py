"""The bulk path: a story that the acts told once is written again for other people, row by row.

`tell` runs a story and takes its rows out of the database again; `Copier` writes them as often as wanted,
with new names, keys, references and, where a story happens earlier, other times. A test tells a story a second
time through the acts and compares every row.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid5

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from mooring.audit.digests import event_digest
from mooring.audit.kept import row_digest
from mooring.audit.models import Event
from mooring.audit.recording import reference
from mooring.care.measures.models import Asked, Concern
from mooring.care.patients.models import Patient, search_keys_of
from mooring.care.referrals.models import Lead
from mooring.care.screening.models import Screening
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.treatments.models import Cycle, DoseOrder, Treatment
from mooring.demonstration.stories import Story
from mooring.demonstration.telling import Character, Teller, device_key
from mooring.identity.models import CareTeam, CareTeamMember, Person
from mooring.words.phones import phone_key, region_of
from mooring.work.actions import hash_of, token_of
from mooring.work.models import Channel, DemonstrationDelivery, Message, Task, TaskLink

Row = models.Model
Kind = type[models.Model]
Edit = Callable[["_Copy", Any], Any]
Planned = tuple[list[Any], list[tuple[int, Edit]]]
PLAIN = (int, str, type(None))

UUID_LIKE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
REFERENCE = re.compile(r"\b([a-z_]+\.[a-z]+):(\d+)\b")
ADDRESSES: tuple[tuple[str, Kind], ...] = (
    ("/care/screening/send/", Patient),
    ("/care/screening/answer/", TaskLink),
    ("/care/screening/", Screening),
    ("/care/referrals/", Lead),
    ("/care/patients/log/", TaskLink),
    ("/care/patients/", Patient),
    ("/care/sessions/cycles/", Cycle),
    ("/care/sessions/", Session),
    ("/care/integration/cycles/", Cycle),
    ("/care/integration/mine/", TaskLink),
    ("/care/treatments/cycles/", Cycle),
    ("/care/treatments/", Treatment),
    ("/care/outcomes/", Treatment),
    ("/care/measures/concerns/", Concern),
    ("/care/measures/answer/", TaskLink),
    ("/care/measures/", Asked),
)
NOTED: dict[str, Kind] = {"session": Session, "order": DoseOrder, "other": Lead}
"""Keys of an event's detail under which an act notes the bare number of a row."""


def kinds() -> list[Kind]:
    """Every table that a story may write."""
    care = [
        model
        for config in apps.get_app_configs()
        if config.label.startswith("care_")
        for model in config.get_models()
    ]
    return [Person, CareTeam, CareTeamMember, *care, Task, TaskLink, Message, Event]


@dataclass(frozen=True)
class Template:
    """A story as rows: what one person's story left in each table, oldest first."""

    story: Story
    who: Character
    rows: dict[Kind, list[Row]]
    plan: "dict[Kind, list[Planned]]"
    keys: dict[UUID, int]


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written within is taken out of the database again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tell(story: Story, teller: Teller) -> Template:
    """Tell a story through the acts and return its rows; within `taken_back` nothing of it stays."""
    before = {kind: _last(kind) for kind in kinds()}
    story.tell(teller)
    rows = {
        kind: list(kind._default_manager.filter(pk__gt=last).order_by("pk")) for kind, last in before.items()
    }
    keys = {device_key(teller.who, number): number for number in range(1, teller.keys_used + 1)}
    left = {kind: found for kind, found in rows.items() if found}
    return Template(story, teller.who, left, _planned(left, teller.who), keys)


def _last(kind: Kind) -> int:
    return kind._default_manager.aggregate(last=Max("pk"))["last"] or 0


class Copier:
    """Collects copies of templates and writes them table by table."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        every: list[Kind] = [*kinds(), DemonstrationDelivery]
        self._next: dict[Kind, int] = {kind: _last(kind) + 1 for kind in every}
        self._waiting: dict[Kind, list[Row]] = {}

    def add(self, template: Template, who: Character, *, earlier: timedelta = timedelta(0)) -> None:
        """Copy a story for somebody else; written by `write`."""
        copy = _Copy(template, who, earlier, self._numbers(template.rows))
        for kind in template.rows:
            made = copy.rows(kind)
            self._waiting.setdefault(kind, []).extend(made)
            if kind is Message:
                self._deliver([each for each in made if isinstance(each, Message)], copy)

    def _numbers(self, rows: dict[Kind, list[Row]]) -> dict[Kind, dict[int, int]]:
        """The new number of each row of a story."""
        numbers: dict[Kind, dict[int, int]] = {}
        for kind, found in rows.items():
            first = self._next[kind]
            numbers[kind] = {row.pk: first + place for place, row in enumerate(found)}
            self._next[kind] = first + len(found)
        return numbers

    def _deliver(self, messages: list[Message], copy: "_Copy") -> None:
        """What would have left long ago has left: nothing old goes out when the clock starts."""
        for message in messages:
            if message.made_at > self.now - timedelta(minutes=30):
                continue
            message.delivered_at, message.attempts = message.made_at + timedelta(seconds=5), 1
            if message.channel == Channel.SCREEN:
                message.read_at = message.made_at + timedelta(minutes=20)
                continue
            link = copy.links.get(message.link_id or 0, "")
            shown = DemonstrationDelivery(
                pk=self._next[DemonstrationDelivery],
                message_id=message.pk,
                text=message.body.replace("{link}", link),
                link=link,
            )
            self._next[DemonstrationDelivery] += 1
            self._waiting.setdefault(DemonstrationDelivery, []).append(shown)

    def write(self) -> int:
        """Write what was collected; returns how many rows."""
        written = 0
        self._order_events()
        with transaction.atomic():
            for kind, rows in self._waiting.items():
                _insert(kind, rows)
                written += len(rows)
        self._waiting = {}
        return written

    def _order_events(self) -> None:
        """Events follow each other as they happened, whoever's story they belong to."""
        events: list[Any] = self._waiting.get(Event, [])
        numbers = [event.pk for event in events]
        events.sort(key=lambda event: event.at)
        for number, event in zip(numbers, events, strict=True):
            event.pk = number

    def finish(self) -> None:
        """Numbers that the database gives from now on follow those that were given here."""
        statements = connection.ops.sequence_reset_sql(no_style(), list(self._next))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _insert(kind: Kind, rows: list[Row]) -> None:
    """Every column of every row in one prepared statement: `bulk_create` spends four times as long on it."""
    fields = kind._meta.concrete_fields
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    statement = (
        f"INSERT INTO {quoted(kind._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608 (the names are those of our own models)
    )
    prepared = [
        [_as_stored(field, value) for field, value in zip(fields, values, strict=True)]
        for values in ([getattr(row, field.attname) for field in fields] for row in rows)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, prepared)


def _as_stored(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A value as the database takes it; texts, whole numbers and nothing are taken as they are."""
    if type(value) in PLAIN and not isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_save(value, connection)


class _Copy:
    """One copy of one template: the numbers, names and weeks of somebody else."""

    def __init__(
        self, template: Template, who: Character, earlier: timedelta, numbers: dict[Kind, dict[int, int]]
    ) -> None:
        self.template, self.who, self.earlier, self.numbers = template, who, earlier, numbers
        self.labels = {kind._meta.label_lower: found for kind, found in numbers.items()}
        self.links: dict[int, str] = {}
        self.made: dict[str, Row] = {}
        self.words = tuple(zip(_words_of(template.who), _words_of(who), strict=True))

    def rows(self, kind: Kind) -> list[Row]:
        names = [field.attname for field in kind._meta.concrete_fields]
        finish = FINISH.get(kind)
        made = []
        for values, edits in self.template.plan[kind]:
            mine = list(values)
            for place, edit in edits:
                mine[place] = edit(self, mine[place])
            row = kind.from_db(None, names, mine)
            if finish:
                finish(self, row)
            made.append(row)
        self.made.update({reference(row): row for row in made})
        return made

    def text(self, value: str) -> str:
        """A text with the other person's name, references and addresses."""
        for before, after in self.words:
            value = value.replace(before, after)
        if ":" in value:
            value = REFERENCE.sub(self._reference, value)
        return self._address(value) if value.startswith("/care/") else value

    def _reference(self, found: re.Match[str]) -> str:
        numbers = self.labels.get(found[1])
        number = int(found[2])
        return f"{found[1]}:{numbers.get(number, number) if numbers else number}"

    def _address(self, value: str) -> str:
        for prefix, kind in ADDRESSES:
            number, slash, rest = value.removeprefix(prefix).partition("/")
            if value.startswith(prefix) and number.isdecimal():
                return f"{prefix}{self.numbers.get(kind, {}).get(int(number), int(number))}{slash}{rest}"
        if any(part.isdecimal() for part in value.split("/")):
            raise LookupError(
                f"{value}: list in ADDRESSES whose number this is, or the copy opens another's page"
            )
        return value

    def noted(self, detail: dict[str, Any]) -> dict[str, Any]:
        """A JSON object of a row, value by value."""
        return {key: self._noted(key, value) for key, value in detail.items()}

    def _noted(self, key: str, value: Any) -> Any:
        if isinstance(value, int) and key in NOTED and not isinstance(value, bool):
            return self.numbers.get(NOTED[key], {}).get(value, value)
        if not isinstance(value, str):
            return value
        if UUID_LIKE.fullmatch(value):
            return str(self.key(UUID(value)))
        if MOMENT.match(value):
            return (datetime.fromisoformat(value) - self.earlier).isoformat()
        return self.text(value)

    def key(self, old: UUID) -> UUID:
        """The key of a device that this story would have had if it had been told for this person."""
        number = self.template.keys.get(old)
        return device_key(self.who, number) if number else uuid5(old, self.who.legal_name)


def _words_of(who: Character) -> tuple[str, str, str]:
    return who.legal_name, who.email, who.phone


def _planned(rows: dict[Kind, list[Row]], who: Character) -> dict[Kind, list[Planned]]:
    """For each row its values, and only those that a copy has to change, each with how."""
    own = {kind: {row.pk for row in found} for kind, found in rows.items()}
    return {
        kind: [
            _plan(kind, [getattr(row, field.attname) for field in kind._meta.concrete_fields], own, who)
            for row in found
        ]
        for kind, found in rows.items()
    }


def _plan(kind: Kind, values: list[Any], own: dict[Kind, set[int]], who: Character) -> Planned:
    edits = []
    for place, (field, value) in enumerate(zip(kind._meta.concrete_fields, values, strict=True)):
        edit = _edit(kind, field, value, own, who)
        if edit is not None:
            edits.append((place, edit))
    return values, edits


def _edit(
    kind: Kind, field: "models.Field[Any, Any]", value: Any, own: dict[Kind, set[int]], who: Character
) -> Edit | None:
    """How a copy changes this value; None when it is the same for everybody."""
    if value is None:
        return None
    if field.primary_key:
        return lambda copy, old: copy.numbers[kind][old]
    if isinstance(field, models.ForeignKey):
        target: Any = field.related_model
        return (lambda copy, old: copy.numbers[target][old]) if value in own.get(target, ()) else None
    if field.name == "birth_date":
        return lambda copy, _: copy.who.birth_date
    if field.name == "pronouns":
        return lambda copy, _: copy.who.pronouns
    if isinstance(value, datetime | date):
        return lambda copy, old: old - copy.earlier
    if isinstance(value, dict):
        return (lambda copy, old: copy.noted(old)) if _speaks(json.dumps(value), who) else None
    if isinstance(value, str):
        return (lambda copy, old: copy.text(old)) if _speaks(value, who) else None
    return None


def _speaks(value: str, who: Character) -> bool:
    """Whether a text names this person, a row of the story, a key or a moment."""
    return (
        any(word in value for word in _words_of(who))
        or bool(REFERENCE.search(value) or UUID_LIKE.search(value) or MOMENT.search(value))
        or value.startswith("/care/")
        or any(f'"{name}"' in value for name in NOTED)
    )


def _finish_patient(copy: _Copy, made: Any) -> None:
    made.record_number = f"R-{1000 + made.person_id}"
    for field, value in search_keys_of(
        cast(Person, copy.made[f"identity.person:{made.person_id}"]), made.site
    ).items():
        setattr(made, field, value)


def _finish_lead(_: _Copy, made: Any) -> None:
    made.phone_key = phone_key(made.phone, region_of(made.site.jurisdiction))


def _finish_entry(copy: _Copy, made: Any) -> None:
    made.key, made.stored_at = copy.key(made.key), made.at


def _finish_link(copy: _Copy, made: Any) -> None:
    token = token_of(made)
    made.token_hash = hash_of(token)
    copy.links[made.pk] = f"{settings.PUBLIC_ADDRESS}/t/{token}/"


def _finish_message(copy: _Copy, made: Any) -> None:
    made.key = uuid5(made.key, copy.who.legal_name)


def _finish_event(copy: _Copy, made: Any) -> None:
    made.stored_at = made.at
    refs = [REFERENCE.sub(copy._reference, ref) for ref in made.rows]
    made.rows = {ref: row_digest(copy.made[ref]) for ref in refs}
    made.digest = event_digest(made)


FINISH: dict[Kind, Callable[[_Copy, Any], None]] = {
    Patient: _finish_patient,
    Lead: _finish_lead,
    LogEntry: _finish_entry,
    TaskLink: _finish_link,
    Message: _finish_message,
    Event: _finish_event,
}
