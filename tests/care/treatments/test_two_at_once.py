"""Two people press at the same moment, each on their own connection: one act happens, the other is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections

from mooring.care.treatments.actions import move_cycle, sign_treatment
from mooring.care.treatments.models import Cycle, DoseOrder, Phase, Treatment
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from tests.care.treatments.before_dosing import CREDENTIALS, drafted, knowing_clinic, order_for, ready
from tests.packs import grant
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db(transaction=True)


def both(*acts: Callable[[], object]) -> list[str]:
    """Run the acts at the same moment; what became of each, sorted: `done` or `told`."""
    gate, found = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            found.append("done")
        except Refused:
            found.append("told")
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def second_prescriber(cast: Cast) -> Person:
    person = make_person("Ada Brandt", ("prescriber", cast.site))
    grant(person, *CREDENTIALS)
    return person


def test_one_order_is_signed(cast: Cast) -> None:
    cycle, second = ready(cast), second_prescriber(cast)
    ended = both(lambda: order_for(cast, cycle), lambda: order_for(cast, cycle, by=second))
    assert ended == ["done", "told"]
    assert DoseOrder.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_one_signature_stands_under_a_treatment(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment, second = drafted(cast), second_prescriber(cast)
    copies = [Treatment.objects.get(pk=treatment.pk) for _ in range(2)]
    ended = both(
        lambda: sign_treatment(treatment=copies[0], by=cast.prescriber, at=NOW),
        lambda: sign_treatment(treatment=copies[1], by=second, at=NOW),
    )
    assert ended == ["done", "told"]


def test_a_cycle_is_started_or_made_void_never_both(cast: Cast) -> None:
    ready(cast)
    copies = [Cycle.objects.select_related("treatment__patient").get(number=1) for _ in range(2)]
    ended = both(
        lambda: move_cycle(cycle=copies[0], to=Phase.DOSING, by=cast.monitor, at=NOW),
        lambda: move_cycle(cycle=copies[1], to=Phase.VOID, by=cast.prescriber, at=NOW, reason="too late"),
    )
    assert ended == ["done", "told"]
    cycle = Cycle.objects.get(number=1)
    assert (cycle.phase, cycle.administered) in {("dosing", True), ("void", False)}
