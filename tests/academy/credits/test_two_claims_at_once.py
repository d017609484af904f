"""The same credit claimed at the same moment on two connections: one certificate, and the other is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections

from mooring.academy.credits.actions.certificates import reissue_certificate, revoke_certificate
from mooring.academy.credits.actions.keys import make_keys
from mooring.academy.credits.models import Certificate, Claim, SigningKeys
from mooring.academy.learning.models import Enrolment
from mooring.identity.models import Credential
from mooring.rules.verdict import Refused
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
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


def copies(enrolment: Enrolment, number: int) -> list[Enrolment]:
    return [
        Enrolment.objects.select_related("learner", "course", "version__course", "first_version").get(
            pk=enrolment.pk
        )
        for _ in range(number)
    ]


def test_one_certificate_is_issued(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    make_keys(by=cast.administrator, at=NOW)
    ended = at_once(*(lambda one=one: claim(one, "tiny-cme") for one in copies(enrolment, 4)))
    assert ended == ["done", "told", "told", "told"]
    assert Certificate.objects.count() == Claim.objects.count() == 1


def test_the_first_keys_of_all_are_one_pair(cast: Cast) -> None:
    version = credit_course(cast.educator)
    people = [cast.learner, cast.monitor]
    enrolments = [copies(finished(person, version), 1)[0] for person in people]
    ended = at_once(*(lambda one=one: claim(one) for one in enrolments))
    assert ended == ["done", "done"]
    assert SigningKeys.objects.filter(retired_at__isnull=True).count() == 1


def test_a_certificate_is_revoked_or_replaced_never_both(cast: Cast) -> None:
    certificate = claim(finished(cast.learner, credit_course(cast.educator)))
    one, other = (Certificate.objects.get(pk=certificate.pk) for _ in range(2))
    ended = at_once(
        lambda: revoke_certificate(certificate=one, reason="Wrong.", by=cast.administrator, at=NOW),
        lambda: reissue_certificate(certificate=other, reason="Lost.", by=cast.administrator, at=NOW),
    )
    assert ended == ["done", "told"]
    assert not Credential.objects.exists()
