"""Wrong passwords: counted one by one, each further one costs time, and a stranger shuts nobody out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mooring.audit.models import Event
from mooring.identity.actions import confirm_signature, forget_tries
from mooring.identity.models import Person
from mooring.identity.tries import FREE, LONGEST, claim_try, forget, forget_old, wait_after
from mooring.rules.verdict import Refused
from tests.people import NOW, PASSWORD, Cast, make_cast


@pytest.mark.pure
def test_the_wait_grows_and_never_becomes_a_wall() -> None:
    waits = [wait_after(count) for count in range(30)]
    assert waits[:FREE] == [timedelta(0)] * FREE
    assert waits[FREE : FREE + 3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert max(waits) == LONGEST


@pytest.mark.django_db
def test_five_are_judged_and_the_sixth_waits() -> None:
    assert [claim_try("k", at=NOW) for _ in range(FREE)] == [None] * FREE
    assert claim_try("k", at=NOW + timedelta(seconds=10)) == timedelta(seconds=50)
    assert claim_try("k", at=NOW + timedelta(minutes=1)) is None
    assert claim_try("k", at=NOW + timedelta(minutes=2)) == timedelta(minutes=1)
    forget("k")
    assert claim_try("k", at=NOW + timedelta(minutes=2)) is None


@pytest.mark.django_db
def test_a_clock_that_steps_back_makes_nobody_wait_longer() -> None:
    for _ in range(FREE):
        claim_try("k", at=NOW)
    wait = claim_try("k", at=NOW - timedelta(hours=5))
    assert wait == timedelta(minutes=1)


@pytest.mark.django_db
def test_what_was_long_ago_is_forgotten() -> None:
    for _ in range(FREE):
        claim_try("k", at=NOW)
    assert claim_try("k", at=NOW + timedelta(hours=13)) is None
    assert forget_old(at=NOW + timedelta(days=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_24_wrong_signatures_at_once_five_are_judged() -> None:
    cast = make_cast()

    def wrong(_: int) -> str:
        try:
            confirm_signature(Person.objects.get(pk=cast.prescriber.pk), "not this one")
        except Refused as refused:
            return " ".join(map(str, refused.reasons))
        finally:
            connection.close()
        return "signed"

    with ThreadPoolExecutor(max_workers=8) as pool:
        said = list(pool.map(wrong, range(24)))
    assert sum("not your password" in each for each in said) == FREE
    assert sum("Too many wrong tries" in each for each in said) == 24 - FREE
    assert Event.objects.filter(name="identity.signature.refused").count() == FREE


@pytest.mark.django_db
def test_a_colleague_lifts_the_wait_and_it_is_recorded(cast: Cast) -> None:
    for _ in range(FREE):
        with pytest.raises(Refused):
            confirm_signature(cast.prescriber, "not this one")
    with pytest.raises(Refused, match="in 1 minute"):
        confirm_signature(cast.prescriber, PASSWORD)
    forget_tries(person=cast.prescriber, by=cast.administrator, at=timezone.now())
    confirm_signature(cast.prescriber, PASSWORD)
    event = Event.objects.get(name="identity.tries.forgotten")
    assert event.target == cast.prescriber.actor_ref
