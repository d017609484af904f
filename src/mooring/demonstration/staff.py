"""The demonstration's organisation, its three sites and its seventeen people. All of it is made up."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from mooring.content.loader import load
from mooring.identity.actions import grant_credential, sign_pack, sign_policy
from mooring.identity.models import (
    CredentialSource,
    Duty,
    Organisation,
    Person,
    RoleAssignment,
    Site,
    SitePolicy,
)
from mooring.identity.roles import Role

PASSWORD = "demonstration"  # noqa: S105 - printed on purpose: everybody's, in a database of made-up people
CLINICAL = {Role.PRESCRIBER, Role.MONITOR, Role.THERAPIST, Role.FACILITATOR, Role.MEDICAL_DIRECTOR}
ON_DUTY = {Role.COORDINATOR, Role.PRESCRIBER, Role.MONITOR, Role.MEDICAL_DIRECTOR}
QUAY, ROW, HOME = "Elm Quay Clinic", "Harbour Row", "Elm Quay at Home"
GROUP_ROOM = "Long room"
LAPSED, CERTIFIED = "Dario Conti", "Yuki Tan"
"""A monitor whose life-support course has run out; somebody whose course is proved by our certificate alone."""

# Name, pronouns, and the roles by site. Between them they hold every role of staff.
PEOPLE: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Ines Duarte", "she/her", ((Role.COORDINATOR, QUAY),)),
    ("Kofi Mensah", "he/him", ((Role.PRESCRIBER, QUAY),)),
    ("Jonas Lind", "he/him", ((Role.MONITOR, QUAY),)),
    ("Leila Haddad", "she/her", ((Role.MONITOR, QUAY), (Role.MONITOR, ROW))),
    (
        "Miriam Feld",
        "she/her",
        ((Role.THERAPIST, QUAY), (Role.THERAPIST, ROW), (Role.EDUCATOR, QUAY), (Role.THERAPIST, HOME)),
    ),
    ("Tomas Reyes", "he/him", ((Role.FACILITATOR, QUAY), (Role.FACILITATOR, ROW), (Role.FACILITATOR, HOME))),
    (
        "Amara Nwosu",
        "she/her",
        (
            (Role.MEDICAL_DIRECTOR, QUAY),
            (Role.MEDICAL_DIRECTOR, ROW),
            (Role.AUTHORISED_REPRESENTATIVE, QUAY),
            (Role.MEDICAL_DIRECTOR, HOME),
        ),
    ),
    ("Hana Sato", "she/her", ((Role.PRIVACY_OFFICER, QUAY), (Role.PRIVACY_OFFICER, ROW))),
    ("Priya Raman", "she/her", ((Role.ADMINISTRATOR, QUAY), (Role.ADMINISTRATOR, ROW))),
    ("Elena Marchetti", "she/her", ((Role.PRESCRIBER, ROW),)),
    ("Walter Brandt", "he/him", ((Role.COORDINATOR, ROW), (Role.LEARNER, QUAY))),
    ("Dario Conti", "he/him", ((Role.MONITOR, QUAY), (Role.LEARNER, QUAY))),
    ("Yuki Tan", "she/her", ((Role.FACILITATOR, QUAY), (Role.LEARNER, QUAY))),
    ("Rosa Quispe", "they/them", ((Role.INSPECTOR, QUAY), (Role.INSPECTOR, ROW))),
    ("Noor Aziz", "she/her", ((Role.PRESCRIBER, HOME),)),
    ("Sam Ortega", "he/him", ((Role.MONITOR, HOME),)),
    ("Finn Okafor", "he/him", ((Role.COORDINATOR, HOME),)),
)


@dataclass(frozen=True)
class Staff:
    """The sites and people by name."""

    sites: dict[str, Site]
    people: dict[str, Person]

    def holder(self, role: str, site: Site) -> Person:
        """The first of `PEOPLE` who holds the role at the site."""
        for name, _, held in PEOPLE:
            if (role, site.name) in held:
                return self.people[name]
        raise LookupError(f"no one is {role} at {site}")


def make_staff(now: datetime) -> Staff:
    """Write organisation, sites, people, roles, credentials, duties and the first policy of each site."""
    organisation = Organisation.objects.create(name="Elm Quay")
    sites = {
        site.name: site for site in (_quay(organisation, now), _row(organisation), _home(organisation, now))
    }
    since = now - timedelta(days=500)
    hashed = make_password(PASSWORD)
    people: dict[str, Person] = {}
    for name, pronouns, held in PEOPLE:
        person = Person.objects.create(
            legal_name=name,
            pronouns=pronouns,
            email=f"{name.lower().replace(' ', '.')}@elmquay.example",
            password=hashed,
            time_zone=sites[held[0][1]].time_zone,
            joined_at=since,
        )
        people[name] = person
        for role, site_name in held:
            RoleAssignment.objects.create(person=person, role=role, site=sites[site_name], held_from=since)
            if role not in ON_DUTY or name == LAPSED:
                continue
            Duty.objects.create(
                person=person,
                role=role,
                site=sites[site_name],
                starts_at=since,
                ends_at=now + timedelta(days=30),
            )
    _make_policies(sites, people["Amara Nwosu"], since)
    _make_knowledge(sites, people, since)
    return Staff(sites=sites, people=people)


def awake_zone(now: datetime) -> str:
    """The west coast's zone, or the Atlantic one, four hours ahead, while the west has night.

    A session is going on whenever somebody looks, and a dose is prepared and given on one day of its site: the longest
    story of today began 3 h 40 min ago.
    """
    west = now.astimezone(ZoneInfo("America/Los_Angeles"))
    return "America/Halifax" if west.hour < 4 else "America/Los_Angeles"


def _quay(organisation: Organisation, now: datetime) -> Site:
    return Site.objects.create(
        organisation=organisation,
        name=QUAY,
        time_zone=awake_zone(now),
        jurisdiction="US-OR",
        programme="infusion-clinic",
        phone="+1 503 555 0100",
        emergency_number="911",
        opens_at=time(8),
        closes_at=time(18),
        open_days="1234567",
        crisis_lines=[
            {
                "name": "988 Suicide and Crisis Lifeline",
                "number": "988",
                "what": "call or text, day and night",
            }
        ],
    )


def _row(organisation: Organisation) -> Site:
    return Site.objects.create(
        organisation=organisation,
        name=ROW,
        time_zone="Europe/Lisbon",
        jurisdiction="PT",
        programme="therapy-clinic",
        phone="+351 21 555 0100",
        emergency_number="112",
        opens_at=time(9),
        closes_at=time(19),
        open_days="1234567",
        crisis_lines=[{"name": "SNS 24", "number": "808 24 24 24", "what": "day and night"}],
    )


def _home(organisation: Organisation, now: datetime) -> Site:
    return Site.objects.create(
        organisation=organisation,
        name=HOME,
        time_zone=awake_zone(now),
        jurisdiction="US-OR",
        programme="supervised-at-home",
        phone="+1 503 555 0140",
        opens_at=time(8),
        closes_at=time(20),
        open_days="1234567",
        crisis_lines=[
            {
                "name": "988 Suicide and Crisis Lifeline",
                "number": "988",
                "what": "call or text, day and night",
            }
        ],
    )


def _make_policies(sites: dict[str, Site], director: Person, at: datetime) -> None:
    """Design defaults of the demonstration, not advice: every site decides these for itself and signs them."""
    for site in sites.values():
        policy = SitePolicy(
            site=site,
            in_force_from=at,
            weight_fresh_days=7,
            answer_interest_hours=24,
            contact_from_hours=24,
            contact_until_hours=72,
            page_answer_minutes=15,
        )
        sign_policy(policy=policy, by=director, at=at)


def _make_knowledge(sites: dict[str, Site], people: dict[str, Person], at: datetime) -> None:
    """Sign the package's own content at every site, and record every credential that it asks for."""
    pack = load()
    for site in sites.values():
        sign_pack(site=site, digest=pack.digest, body=pack.dump(), by=people["Amara Nwosu"], at=at)
    asked = {need.credential for each in pack.requirements.values() for need in each.needs}
    for person in people.values():
        if not {role for role, _ in _held(person.legal_name)} & CLINICAL:
            continue
        for kind in sorted(asked):
            if (person.legal_name, kind) != (CERTIFIED, "ketamine-course"):
                grant_credential(
                    person=person,
                    kind=kind,
                    issuer="Made-up register",
                    number=f"{kind[:2].upper()}-{100 + person.pk}",
                    valid_from=at.date(),
                    valid_until=(at + timedelta(days=_lasts(person.legal_name, kind))).date(),
                    source=CredentialSource.RECORDED,
                    by=people["Priya Raman" if person.legal_name != "Priya Raman" else "Amara Nwosu"],
                    at=at,
                )


def _lasts(name: str, kind: str) -> int:
    """One life-support course ends in two weeks, so that somebody sees it coming; one ended twelve days ago."""
    if (name, kind) == (LAPSED, "acls"):
        return 488
    return 514 if (name, kind) == ("Jonas Lind", "acls") else 500 + 300


def _held(name: str) -> tuple[tuple[str, str], ...]:
    return next(held for known, _, held in PEOPLE if known == name)
