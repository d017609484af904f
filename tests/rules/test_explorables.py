"""Explorables: the numbers of every kind hold to what they mean, and nothing outside a range is computed."""

import math
import time
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from mooring.content.course.items import ExplorableItem
from mooring.content.course.loader import CourseContent, load_course
from mooring.content.course.practice import CONTRACTS, ExplorableFile, ExplorableKind
from mooring.rules.explorables import BY_KIND, OutsideRange, _followed, compute, explore

pytestmark = pytest.mark.pure
FOLDER = Path(__file__).parents[2] / "src" / "mooring" / "content" / "courses" / "ketamine-foundations"


@pytest.fixture(scope="module")
def course() -> CourseContent:
    return load_course(FOLDER)


def of_kind(course: CourseContent, kind: ExplorableKind) -> ExplorableFile:
    return next(one for one in course.explorables.values() if one.kind is kind)


def test_every_kind_gives_exactly_what_its_contract_names(course: CourseContent) -> None:
    assert {*BY_KIND, ExplorableKind.OCCUPANCY_BAND} == set(ExplorableKind)
    for explorable in course.explorables.values():
        for row in explorable.table:
            found = explore(explorable, row)
            assert set(found.outputs) == CONTRACTS[explorable.kind].outputs
            assert all(math.isfinite(value) and value >= 0 for value in found.outputs.values())
            assert all(len(curve.values) == len(found.x) for curve in found.curves)
            assert list(compute(explorable, row)) == list(explorable.outputs)


def test_nothing_outside_the_fixed_ranges_is_computed(course: CourseContent) -> None:
    explorable = of_kind(course, ExplorableKind.DOSE_ROUTE_TIME)
    good = dict(explorable.table[0])
    for bad in ({"dose_mg": 10_000}, {"route": "spinal"}, {"dose_mg": math.nan}, {"extra": 1}):
        with pytest.raises(OutsideRange):
            compute(explorable, good | bad)


def test_the_dose_scales_the_curve_and_not_its_time(course: CourseContent) -> None:
    """The composed model is linear: twice the dose is twice the curve, at the same times."""
    explorable = of_kind(course, ExplorableKind.DOSE_ROUTE_TIME)
    for route in ("intravenous", "intramuscular", "sublingual", "oral"):
        once = compute(explorable, {"dose_mg": 20, "weight_kg": 70, "route": route})
        twice = compute(explorable, {"dose_mg": 40, "weight_kg": 70, "route": route})
        assert twice["peak_ng_per_ml"] == pytest.approx(2 * once["peak_ng_per_ml"], rel=1e-9)
        assert twice["time_to_peak_min"] == once["time_to_peak_min"]
        assert twice["minutes_above_half_peak"] == pytest.approx(once["minutes_above_half_peak"])


def test_bioavailability_is_what_the_studies_found(course: CourseContent) -> None:
    """All of an infusion; 0.29 of a wafer (Rolan 2014); 0.54 of 56 mg of spray (Perez-Ruixo 2021)."""
    explorable = of_kind(course, ExplorableKind.BIOAVAILABILITY)

    def percent(route: str, dose_mg: float = 50) -> float:
        return compute(explorable, {"dose_mg": dose_mg, "route": route})["bioavailability_percent"]

    assert percent("intravenous") == pytest.approx(100, abs=1e-6)
    assert percent("sublingual") == pytest.approx(29, abs=0.5)
    assert percent("nasal", 56) == pytest.approx(54, abs=1)
    assert 8 <= percent("oral") <= 24
    assert percent("intramuscular") > 90
    swallowed = compute(explorable, {"dose_mg": 50, "route": "oral"})
    assert swallowed["reaching_blood_mg"] == pytest.approx(0.5 * swallowed["bioavailability_percent"])
    assert swallowed["norketamine_auc_ratio"] > 4


def test_a_pure_enantiomer_brings_none_of_the_other(course: CourseContent) -> None:
    explorable = of_kind(course, ExplorableKind.ENANTIOMERS_METABOLITES)
    pure = compute(explorable, {"dose_mg": 35, "form": "esketamine", "hours": 1})
    both = compute(explorable, {"dose_mg": 35, "form": "racemate", "hours": 1})
    assert pure["r_ketamine_ng_per_ml"] == pytest.approx(0, abs=1e-9)
    assert pure["s_ketamine_ng_per_ml"] == pytest.approx(2 * both["s_ketamine_ng_per_ml"], rel=1e-6)
    assert both["r_ketamine_ng_per_ml"] > both["s_ketamine_ng_per_ml"]


def test_the_follower_is_the_closed_form() -> None:
    """A constant 1 gives 1 - exp(-kt); a ramp t gives t - (1 - exp(-kt)) / k."""
    k, step = 5.0, 0.01
    times = np.arange(301) * step
    constant = _followed(np.concatenate([[1.0], np.ones(300)]), k * step)
    assert constant == pytest.approx(1 - np.exp(-k * times), abs=1e-12)
    assert _followed(times, k * step) == pytest.approx(times - (1 - np.exp(-k * times)) / k, abs=1e-12)


def test_the_effect_follows_the_blood_and_a_longer_half_time_follows_later(course: CourseContent) -> None:
    explorable = of_kind(course, ExplorableKind.EFFECT_SITE_DELAY)
    settings = {"dose_mg_per_kg": 0.5, "infusion_min": 2}
    peaks = [compute(explorable, {**settings, "ke0_half_life_min": each}) for each in (5, 8, 13)]
    assert [one["blood_peak_min"] for one in peaks] == pytest.approx([2, 2, 2])
    assert sorted(one["effect_peak_min"] for one in peaks) == [one["effect_peak_min"] for one in peaks]
    assert peaks[1]["effect_peak_min"] == pytest.approx(6.5, abs=0.5)  # what the question's text says


def test_a_series_apart_leaves_nothing_and_a_close_one_piles_up(course: CourseContent) -> None:
    explorable = of_kind(course, ExplorableKind.ACCUMULATION_SERIES)
    apart = compute(explorable, {"dose_mg": 35, "sessions": 6, "interval_days": 3.5})
    close = compute(explorable, {"dose_mg": 35, "sessions": 6, "interval_days": 0.25})
    assert apart["last_trough_ng_per_ml"] < 0.1
    assert apart["last_to_first_peak_ratio"] == pytest.approx(1, abs=1e-3)
    assert close["last_to_first_peak_ratio"] > 1.03
    assert close["total_dose_mg"] == 210
    alone = compute(explorable, {"dose_mg": 35, "sessions": 1, "interval_days": 7})
    assert alone["last_trough_ng_per_ml"] == 0


def test_every_question_about_an_explorable_has_a_key_that_the_server_computes(course: CourseContent) -> None:
    asked = [item for item in course.check_items() if isinstance(item, ExplorableItem)]
    assert len(asked) >= 3
    for item in asked:
        assert compute(course.explorables[item.explorable], item.settings)[item.output] > 0


def test_the_band_widens_and_never_crosses(course: CourseContent) -> None:
    explorable = of_kind(course, ExplorableKind.OCCUPANCY_BAND)
    found = explore(explorable, MappingProxyType({"concentration_ng_per_ml": 200}))
    (curve,) = found.curves
    assert curve.low is not None
    assert curve.high is not None
    assert (curve.low <= curve.values).all()
    assert (curve.values <= curve.high).all()
    assert found.x[-1] == 2000


def test_the_same_settings_are_computed_once(course: CourseContent) -> None:
    explorable = of_kind(course, ExplorableKind.DOSE_ROUTE_TIME)
    first = explore(explorable, {"dose_mg": 35, "weight_kg": 70, "route": "oral"})
    started = time.perf_counter()
    again = explore(explorable, {"route": "oral", "weight_kg": 70, "dose_mg": 35})
    assert again is first
    assert time.perf_counter() - started < 1
