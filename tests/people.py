"""One cast of people for every test: who works where, and who is a stranger."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from mooring.care.patients.models import Patient, search_keys_of
from mooring.identity.models import (
    CareTeam,
    CareTeamMember,
    Organisation,
    Person,
    RoleAssignment,
    Site,
    SitePolicy,
)
from mooring.identity.roles import Role
from tests.told import told

NOW = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)
ZONE = "America/Los_Angeles"
PASSWORD = "a long password for tests"
CAST = {
    "Amara Nwosu": Role.MEDICAL_DIRECTOR,
    "Miriam Feld": Role.THERAPIST,
    "Tomas Reyes": Role.FACILITATOR,
    "Ines Duarte": Role.COORDINATOR,
    "Kofi Mensah": Role.PRESCRIBER,
    "Jonas Lind": Role.MONITOR,
    "Leila Haddad": Role.MONITOR,
    "Hana Sato": Role.PRIVACY_OFFICER,
    "Priya Raman": Role.ADMINISTRATOR,
    "Sofia Lindqvist": Role.EDUCATOR,
    "Walter Brandt": Role.LEARNER,
}
"""Who holds which role at the site, in the order of `make_cast`."""


@dataclass(frozen=True)
class Cast:
    """Everyone, at two sites of one organisation. The stranger holds every clinical role at the other site."""

    site: Site
    other_site: Site
    coordinator: Person
    prescriber: Person
    monitor: Person
    second_monitor: Person
    therapist: Person
    facilitator: Person
    director: Person
    privacy_officer: Person
    administrator: Person
    educator: Person
    learner: Person
    stranger: Person
    patient: Patient


def zone_at_noon(now: datetime) -> str:
    """A zone where it is between 12 and 13 o'clock."""
    return f"Etc/GMT{now.astimezone(UTC).hour - 12:+d}"


def make_site(organisation: Organisation, name: str, time_zone: str = ZONE) -> Site:
    return Site.objects.create(
        organisation=organisation,
        name=name,
        time_zone=time_zone,
        jurisdiction="US-OR",
        programme="infusion-clinic",
        phone="+1 503 555 0100",
        emergency_number="911",
        opens_at=time(8),
        closes_at=time(18),
        crisis_lines=[
            {
                "name": "988 Suicide and Crisis Lifeline",
                "number": "988",
                "what": "call or text, day and night",
            }
        ],
    )


def make_person(name: str, *held: tuple[str, Site], at: datetime = NOW) -> Person:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    person = Person.objects.create_user(email=email, password=PASSWORD, legal_name=name)
    for role, site in held:
        RoleAssignment.objects.create(person=person, role=role, site=site, held_from=at - timedelta(days=400))
    return person


def make_patient(site: Site, name: str = "Ruth Calloway", *team: tuple[Person, str]) -> Patient:
    person = Person.objects.create(
        legal_name=name, phone="+1 503 555 0142", email=f"{name.split()[0].lower()}@example.com"
    )
    care_team = CareTeam.objects.create(site=site)
    for member, role in team:
        CareTeamMember.objects.create(
            team=care_team, person=member, role=role, since=NOW - timedelta(days=30)
        )
    return Patient.objects.create(
        **search_keys_of(person, site),
        person=person,
        site=site,
        care_team=care_team,
        record_number=f"R-{1000 + person.pk}",
        birth_date=date(1981, 4, 9),
        sex_at_birth="female",
        since=NOW - timedelta(days=30),
    )


def make_people(held: dict[str, tuple[tuple[str, Site], ...]]) -> list[Person]:
    """Many at once, by name; `make_person` asks the database for every one and every role of theirs."""
    password = make_password(PASSWORD)
    people = Person.objects.bulk_create(
        Person(email=f"{name.lower().replace(' ', '.')}@example.org", password=password, legal_name=name)
        for name in held
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(person=person, role=role, site=site, held_from=NOW - timedelta(days=400))
        for person in people
        for role, site in held[person.legal_name]
    )
    return people


@told
def make_cast(now: datetime | None = None) -> Cast:
    """The cast; with `now` at sites where it is noon then.

    What lives by the real clock is tested so: a dose is ordered and given on one day of its site, and a suite
    may run at any hour.
    """
    organisation = Organisation.objects.create(name="Elm Quay")
    zone = zone_at_noon(now) if now else ZONE
    site, other = (make_site(organisation, name, zone) for name in ("Elm Quay Clinic", "Harbour Row"))
    clinical = (Role.COORDINATOR, Role.PRESCRIBER, Role.MONITOR, Role.THERAPIST, Role.FACILITATOR)
    held = {name: ((role, site),) for name, role in CAST.items()}
    director, therapist, facilitator, *others, stranger = make_people(
        {**held, "Elena Marchetti": tuple((role, other) for role in clinical)}
    )
    for each in (site, other):
        SitePolicy.objects.create(
            site=each,
            number=1,
            in_force_from=NOW - timedelta(days=365),
            weight_fresh_days=7,
            answer_interest_hours=24,
            contact_from_hours=24,
            contact_until_hours=72,
            page_answer_minutes=15,
            signed_by=director,
            signed_at=NOW - timedelta(days=365),
        )
    coordinator, prescriber, monitor, second_monitor, privacy_officer, administrator, educator, learner = (
        others
    )
    return Cast(
        site=site,
        other_site=other,
        coordinator=coordinator,
        prescriber=prescriber,
        monitor=monitor,
        second_monitor=second_monitor,
        therapist=therapist,
        facilitator=facilitator,
        director=director,
        privacy_officer=privacy_officer,
        administrator=administrator,
        educator=educator,
        learner=learner,
        stranger=stranger,
        patient=make_patient(
            site, "Ruth Calloway", (therapist, Role.THERAPIST), (facilitator, Role.FACILITATOR)
        ),
    )
