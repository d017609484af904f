"""Two seats left and ten accepted at the same moment: two sit, eight wait, and no seat is counted twice."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from mooring.academy.cohorts.actions.applying import apply_to_cohort, decide_application
from mooring.academy.cohorts.models import CohortApplication, CohortPlace
from tests.academy.cohorts.cohorting import guests, planned
from tests.academy.credits.crediting import credit_course
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_ten_accepted_at_once_two_get_the_two_seats(cast: Cast) -> None:
    cohort = planned(cast, credit_course(cast.educator), seats=2)
    for person in guests(cast, 10):
        apply_to_cohort(cohort=cohort, profession="Nurse", motivation="To learn.", by=person, at=NOW)
    gate, faults = Barrier(10), []

    def accept(pk: int) -> None:
        found = CohortApplication.objects.select_related("cohort__course", "cohort__site", "person").get(
            pk=pk
        )
        gate.wait()
        try:
            decide_application(application=found, accepted=True, by=cast.educator, at=NOW)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [
        Thread(target=accept, args=[pk]) for pk in CohortApplication.objects.values_list("pk", flat=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    cohort.refresh_from_db()
    assert cohort.seats_taken == 2
    assert CohortPlace.objects.filter(waiting=False, enrolment__isnull=False).count() == 2
    assert CohortPlace.objects.filter(waiting=True).count() == 8
