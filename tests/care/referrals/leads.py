"""A lead as a form leaves it, for the tests of this room."""

from datetime import date, datetime

from mooring.audit.recording import VISITOR
from mooring.care.referrals.actions import receive_interest
from mooring.care.referrals.models import Lead
from mooring.identity.models import Site
from tests.people import NOW
from tests.told import told


def unsaved(site: Site, **changed: object) -> Lead:
    given: dict[str, object] = {
        "site": site,
        "legal_name": "Sara Lindqvist",
        "birth_date": date(1987, 3, 25),
        "phone": "503 555 0142",
        "email": "sara@example.net",
        "prefers": "phone",
        "about": "I would like to get up in the morning.",
    }
    return Lead(**{**given, **changed})


@told
def received(site: Site, *, at: datetime = NOW, **changed: object) -> Lead:
    return receive_interest(lead=unsaved(site, **changed), by=VISITOR, at=at)
