"""`mooring setup`: the first run of an installation, by options or by questions."""

import argparse
import getpass
import sys
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mooring.audit.recording import COMMAND_LINE
from mooring.identity.actions import add_person, found_organisation, give_role, open_site, set_password
from mooring.identity.models import Person, Programme, Site
from mooring.identity.roles import Role
from mooring.words.phones import is_jurisdiction
from mooring.work.installation import make_installation
from mooring.work.invitations import invite
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from mooring.work.schema import migrate, migrations_missing

STAFF = [role for role in Role.values if role not in {Role.PATIENT, Role.SUPPORT_PERSON}]


@dataclass(frozen=True)
class Invited:
    role: str
    name: str
    email: str


def run(given: argparse.Namespace) -> int:
    """Ask for what was not given, then write everything or nothing."""
    if not migrations_missing() and Installation.objects.exists():
        raise Mistake("This installation is set up already. People are invited on its pages, under People.")
    invited = [_invited(each) for each in given.invite or []]
    organisation = _ask(given.organisation, "organisation", "Who runs the site (the organisation)")
    site = _site(given)
    person = Person(
        legal_name=_ask(given.administrator, "administrator", "Your name (the first administrator)"),
        email=_ask(given.email, "email", "Your e-mail address, for signing in").lower(),
        time_zone=site.time_zone,
    )
    password = _password(given, person)
    print(migrate())
    at = timezone.now()
    try:
        with transaction.atomic():
            make_installation(demonstration_day=None, by=COMMAND_LINE, at=at)
            site.organisation = found_organisation(name=organisation, by=COMMAND_LINE, at=at)
            open_site(site=site, by=COMMAND_LINE, at=at)
            add_person(person=person, by=COMMAND_LINE, at=at)
            set_password(person=person, password=password, by=COMMAND_LINE, at=at)
            give_role(person=person, role=Role.ADMINISTRATOR, site=site, by=COMMAND_LINE, at=at)
            _invite(invited, site, person, at)
    except ValidationError as error:
        raise Mistake(f"Nothing was set up. {_said(error)}") from error
    _say_next(site, person, invited)
    return 0


def _site(given: argparse.Namespace) -> Site:
    programmes = ", ".join(Programme.values)
    first, last = given.opens or "08:00", given.closes or "18:00"
    opens, closes = _hour(first, "opens"), _hour(last, "closes")
    if closes <= opens:
        raise Mistake(f"--closes {last}: the site closes before it opens, at {first}.")
    return Site(
        name=_ask(given.site, "site", "The place that treats (the site)"),
        time_zone=_ask(given.time_zone, "time-zone", "Its time zone, for example Europe/Lisbon"),
        jurisdiction=_jurisdiction(
            _ask(given.jurisdiction, "jurisdiction", "Its law, for example US-OR or PT")
        ),
        programme=_ask(given.programme, "programme", f"Its programme ({programmes})"),
        phone=_ask(given.phone, "phone", "The number that patients call"),
        emergency_number=_emergency_number(given.emergency_number),
        opens_at=opens,
        closes_at=closes,
        crisis_lines=[_crisis_line(each) for each in given.crisis_line or _asked_crisis_line()],
    )


def _ask(value: str | None, option: str, question: str) -> str:
    if value is None and not sys.stdin.isatty():
        raise Mistake(f"--{option} is missing. `mooring setup --help` lists what can be given.")
    while value is None or not value.strip():
        value = input(f"{question}: ")
    return value.strip()


def _emergency_number(value: str | None) -> str:
    """Asked at a terminal; without one it may be entered later, on the site's page."""
    if value is None and not sys.stdin.isatty():
        return ""
    return _ask(value, "emergency-number", "What people dial there for an ambulance, for example 911 or 112")


def _jurisdiction(value: str) -> str:
    """It cannot be changed later, and decides which rules, reports and periods apply."""
    if not is_jurisdiction(value.upper()):
        raise Mistake(
            f"--jurisdiction {value}: expected country, or country and region, such as PT or US-OR."
        )
    return value.upper()


def _hour(value: str, option: str) -> time:
    try:
        return time.fromisoformat(value)
    except ValueError as error:
        raise Mistake(f"--{option} {value}: expected a time such as 08:00.") from error


def _asked_crisis_line() -> list[str]:
    return [_ask(None, "crisis-line", "Whom patients call in danger, as NAME=NUMBER")]


def _crisis_line(value: str) -> dict[str, str]:
    name, equals, number = value.partition("=")
    if not equals or not name.strip() or not number.strip():
        raise Mistake(f"--crisis-line {value}: expected NAME=NUMBER, for example 'Crisis line'=112.")
    return {"name": name.strip(), "number": number.strip(), "what": ""}


def _invited(value: str) -> Invited:
    parts = [part.strip() for part in value.split("=")]
    if len(parts) != 3 or not all(parts) or "@" not in parts[2]:
        raise Mistake(f"--invite {value}: expected ROLE=NAME=ADDRESS.")
    if parts[0] not in STAFF:
        raise Mistake(f"--invite {value}: no role is called {parts[0]}. Roles: {', '.join(STAFF)}.")
    return Invited(*parts)


def _password(given: argparse.Namespace, person: Person) -> str:
    if given.password_file is not None:
        if not given.password_file.is_file():
            raise Mistake(f"--password-file: there is no file {given.password_file}.")
        password = Path(given.password_file).read_text(encoding="utf-8").strip()
    elif sys.stdin.isatty():
        password = getpass.getpass("A password of twelve characters or more: ")
        if getpass.getpass("The same again: ") != password:
            raise Mistake("The two passwords differ. Nothing was set up.")
    else:
        raise Mistake("--password-file is missing: no one is at the terminal to type a password.")
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Mistake(" ".join(error.messages)) from error
    return password


def _invite(invited: list[Invited], site: Site, by: Person, at: datetime) -> None:
    for each in invited:
        person = Person(legal_name=each.name, email=each.email, time_zone=site.time_zone)
        invite(person=person, role=each.role, site=site, by=by, at=at)


def _said(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name.replace('_', ' ')}: {' '.join(said)}" for name, said in error.message_dict.items()
    )


def _say_next(site: Site, person: Person, invited: list[Invited]) -> None:
    print(f"\n{site} is set up, and {person} is its administrator.")
    if invited:
        print(f"{len(invited)} invitations wait for the clock; they go out by e-mail once it runs.")
    print(
        "Next: `mooring serve`, sign in, and under People invite the team. A medical director signs the\n"
        "site's policy and the knowledge pack; without them nothing is dosed."
    )
