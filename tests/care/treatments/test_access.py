"""Who may hold a treatment, a cycle, an order; and that holding one leaves a row."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from mooring.audit.models import AccessSubject
from mooring.care.treatments.access import get_cycle_for, get_order_for, get_treatment_for
from mooring.care.treatments.models import Phase
from mooring.identity.roles import Permission
from tests.care.treatments.rows import cycle_in, live_order, signed_treatment
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_those_who_treat_hold_it_and_it_is_seen(cast: Cast) -> None:
    cycle = cycle_in(Phase.READY, signed_treatment(cast))
    order = live_order(cast, cycle)
    for person in (cast.prescriber, cast.monitor, cast.therapist, cast.facilitator, cast.coordinator):
        assert get_treatment_for(person, cycle.treatment_id).patient == cast.patient
        assert get_cycle_for(person, cycle.pk) == cycle
        assert get_order_for(person, order.pk) == order
    seen = AccessSubject.objects.filter(subject=cast.patient.subject_ref)
    assert {row.access.viewer for row in seen.select_related("access")} >= {cast.monitor.actor_ref}


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    cycle = cycle_in(Phase.READY, signed_treatment(cast))
    order = live_order(cast, cycle)
    for person in (cast.stranger, cast.learner, cast.administrator):
        for look, pk in (
            (get_treatment_for, cycle.treatment_id),
            (get_cycle_for, cycle.pk),
            (get_order_for, order.pk),
        ):
            with pytest.raises(Http404):
                look(person, pk)


def test_a_reader_may_not_sign(cast: Cast) -> None:
    cycle = cycle_in(Phase.READY, signed_treatment(cast))
    with pytest.raises(PermissionDenied):
        get_treatment_for(cast.therapist, cycle.treatment_id, to=Permission.TREATMENTS_SIGN)
    with pytest.raises(PermissionDenied):
        get_cycle_for(cast.monitor, cycle.pk, to=Permission.ORDERS_SIGN)


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    for look in (get_treatment_for, get_cycle_for, get_order_for):
        with pytest.raises(Http404):
            look(cast.prescriber, 987654)
