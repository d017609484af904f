"""What was given is added up over all treatments, with the count of 90 days in words."""

from datetime import timedelta

import pytest

from mooring.care.outcomes.queries.exposure import exposure_figure
from mooring.care.treatments.models import Cycle, Phase
from tests.care.treatments.rows import cycle_in, live_order, signed_treatment
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def given(cast: Cast, days_ago: list[int]) -> None:
    sign_pack_for(cast)
    treatment = signed_treatment(cast)
    for number, days in enumerate(days_ago, start=1):
        at = NOW - timedelta(days=days)
        cycle = cycle_in(Phase.CLOSED, treatment, number)
        Cycle.objects.filter(pk=cycle.pk).update(dosed_at=at)
        live_order(cast, cycle, at=at - timedelta(minutes=30))


def test_one_dose_makes_no_graph(cast: Cast) -> None:
    given(cast, [3])
    assert exposure_figure(cast.patient, NOW) is None


def test_mg_and_count_add_up(cast: Cast) -> None:
    given(cast, [120, 20, 10])
    figure = exposure_figure(cast.patient, NOW)
    assert figure is not None
    assert figure["finding"] == "108\u00a0mg in 3 doses. 2 doses in the last 90 days."
    assert [point["value"] for point in figure["chart"]["points"]] == [36, 72, 108]
    assert [int(row[3]) for row in figure["rows"]] == [1, 1, 2]
