"""One message of a cohort to one person, inside the act that has something to say."""

from datetime import datetime

from django.urls import reverse

from mooring.academy.cohorts.models import Cohort
from mooring.audit.recording import Actor
from mooring.identity.models import Person
from mooring.work.actions import best_channel, write_message
from mooring.work.models import Channel


def tell_participant(
    *, person: Person, cohort: Cohort, title: str, body: str, by: Actor, at: datetime, page: str = "cohort"
) -> None:
    """Write to a person by e-mail where there is an address, else where they are reached best."""
    write_message(
        channel=Channel.EMAIL if person.email else best_channel(person),
        person=person,
        site=cohort.site,
        title=title[:200],
        body=body,
        address=reverse(page, args=[cohort.pk]),
        subject=person.subject_ref,
        by=by,
        at=at,
    )
