"""What the lessons say in figures about curves is what the numerical library computes.

The lessons quote rounded figures "in the model used here". When a model changes, one of these fails and names
the lesson that has to be read again.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import mooring.pharmacology as pk
from mooring.content.course.loader import load_course
from mooring.content.course.practice import FigureKind
from mooring.pharmacology.occupancy import occupancy
from mooring.rules.explorables import explore

pytestmark = pytest.mark.pure
FOLDER = Path(__file__).parents[3] / "src/mooring/content/courses/ketamine-foundations"
ADULT = pk.Subject(weight_kg=70)
STEP_MIN = 0.5


def curve(regimen: pk.Regimen, output: str, *, until: str = "4 h") -> npt.NDArray[np.float64]:
    """One output of the racemic model every half minute."""
    result = pk.simulate("mooring_racemic", regimen, ADULT, until=until, every="0.5 min", fast=False)
    return np.ravel(result[output])


def infusion(minutes: float) -> pk.Regimen:
    return pk.Regimen().infuse("35 mg", over=f"{minutes} min", salt="base")


def by(route: str) -> pk.Regimen:
    return pk.Regimen().dose("35 mg", route=route, salt="base")


def peak_min(values: npt.NDArray[np.float64]) -> float:
    return float(values.argmax()) * STEP_MIN


def minutes_to_half(values: npt.NDArray[np.float64]) -> float:
    """Minutes from the peak until half of it is left."""
    top = int(values.argmax())
    return float(np.argmax(values[top:] < values[top] / 2)) * STEP_MIN


def test_after_a_push_the_effect_peaks_minutes_later_and_is_not_half_there_at_its_end() -> None:
    """Lesson m1-l8 and the explorable effect-site-delay."""
    effect = curve(infusion(2), "esketamine.effect")
    assert 4 <= peak_min(effect) - 2 <= 5
    assert effect[int(2 / STEP_MIN)] < effect.max() / 2


def test_after_a_slow_infusion_blood_and_effect_peak_together_and_the_effect_outlasts() -> None:
    """Lesson m1-l8: blood halves within about five minutes, the effect takes more than twenty."""
    blood, effect = curve(infusion(40), "esketamine.arterial"), curve(infusion(40), "esketamine.effect")
    assert abs(peak_min(effect) - peak_min(blood)) <= 1
    assert minutes_to_half(blood) <= 5
    assert minutes_to_half(effect) > 20


def test_routes_stand_in_the_order_that_the_picture_describes() -> None:
    """Explorable dose-route-time: muscle first and highest, then infusion, mouth, gut."""
    infused = curve(infusion(40), "ketamine.arterial")
    muscle, mouth, gut = (curve(by(route), "ketamine.arterial") for route in ("im", "sublingual", "oral"))
    assert peak_min(muscle) == pytest.approx(18, abs=1)
    assert muscle.max() > infused.max() > mouth.max() > gut.max()
    assert mouth.max() / infused.max() == pytest.approx(1 / 5, abs=0.05)
    assert gut.max() / infused.max() == pytest.approx(1 / 10, abs=0.03)


def test_the_figure_of_four_routes_prints_what_the_library_computes() -> None:
    """Figure fig-routes-one-dose: every peak, in its height and its minute."""
    picture = (FOLDER / "media/routes-one-dose.svg").read_text(encoding="utf-8")
    printed = [(int(c), int(m)) for c, m in re.findall(r"peak (\d+) ng/mL after (\d+) minutes", picture)]
    drawn = (by("im"), infusion(40), by("sublingual"), by("oral"))
    assert len(printed) == len(drawn)
    for (height, minute), regimen in zip(printed, drawn, strict=True):
        blood = curve(regimen, "ketamine.arterial")
        assert blood.max() == pytest.approx(height, rel=0.01)
        assert peak_min(blood) == pytest.approx(minute, abs=0.5)


def test_nothing_is_left_between_doses_twice_a_week() -> None:
    """Lesson m1-l8: the drug does not pile up in a twice-weekly series; at six hours it begins to."""
    apart = curve(infusion(40), "ketamine.arterial", until="84 h")
    assert apart[-1] < apart.max() / 4000
    close = curve(infusion(40).repeat(every="6 h", n=6), "ketamine.arterial", until="31 h")
    assert close[-61:].max() > 1.03 * close[: int(60 / STEP_MIN)].max()


def test_after_eight_hours_the_metabolites_stand_level_and_above_ketamine() -> None:
    """Explorable enantiomers-and-metabolites."""
    at = int(8 * 60 / STEP_MIN)
    names = ("ketamine.arterial", "norketamine.arterial", "hydroxynorketamine.arterial")
    ketamine, norketamine, hydroxynorketamine = (curve(infusion(40), one, until="9 h")[at] for one in names)
    assert hydroxynorketamine == pytest.approx(norketamine, rel=0.15)
    assert min(norketamine, hydroxynorketamine) > 1.5 * ketamine


@pytest.mark.parametrize(("ng_per_ml", "low", "high"), [(200, 1 / 8, 7 / 10), (2000, 0.59, 0.96)])
def test_the_occupancy_band_is_as_wide_as_the_text_says(ng_per_ml: float, low: float, high: float) -> None:
    """Explorable occupancy-band, for the racemate with one affinity."""

    class Steady:
        outputs = ("ketamine.arterial",)

        def __getitem__(self, output: str, /) -> npt.NDArray[np.float64]:
            return np.array([ng_per_ml])

    band = occupancy(Steady())
    assert float(band.low[0]) == pytest.approx(low, abs=0.03)
    assert float(band.high[0]) == pytest.approx(high, abs=0.03)


def test_case_e7_text_and_picture_of_the_delay_name_the_same_molecule() -> None:
    """Lesson m1-l8 says 300 ng/mL of both forms and 145 of S-ketamine; the picture shows the latter."""
    course = load_course(FOLDER)
    explorable = course.explorables["effect-site-delay"]
    settings = {"dose_mg_per_kg": 0.5, "infusion_min": 40, "ke0_half_life_min": 8}
    shown = {each.name: float(each.values.max()) for each in explore(explorable, settings).curves}
    both = float(curve(infusion(40), "ketamine.arterial").max())
    text = course.lessons["m1-l8"].prose
    assert both == pytest.approx(300, rel=0.03)
    assert shown["s_ketamine_blood"] == pytest.approx(145, rel=0.03)
    assert "about 300 ng/mL in an artery" in text
    assert "about 145 are S-ketamine" in text
    assert explorable.analyte.startswith("S-ketamine")


def test_case_e7_every_explorable_names_its_analyte_site_and_grade() -> None:
    for explorable in load_course(FOLDER).explorables.values():
        assert "ketamine" in explorable.analyte
        assert re.search(r"blood|vein|effect site|receptor", explorable.site)
        assert explorable.grade


FIGURES = Path(__file__).parents[3] / "src/mooring/web/templates/academy/figures"


def test_the_figure_of_the_delay_shows_what_the_library_computes() -> None:
    """36 mg over 40 minutes in 72 kg: blood as simulated, the effect following it with a half-time of 8.3 minutes."""
    regimen = pk.Regimen().infuse("36 mg", over="40 min", salt="base")
    result = pk.simulate(
        "mooring_racemic", regimen, pk.Subject(weight_kg=72), until="3 h", every="0.1 min", fast=False
    )
    blood = np.ravel(result["ketamine.arterial"])
    rate, effect = np.log(2) / 8.3 * 0.1, np.zeros_like(blood)
    for n in range(1, len(blood)):
        effect[n] = effect[n - 1] + rate * (blood[n - 1] - effect[n - 1])
    words = (FIGURES / "delay.html").read_text()
    for minute, in_blood, in_effect in (
        (10, 200, 88),
        (40, 299, 258),
        (45, 147, 236),
        (65, 88, 128),
        (120, 42, 48),
    ):
        assert blood[minute * 10] == pytest.approx(in_blood, rel=0.05), minute
        assert effect[minute * 10] == pytest.approx(in_effect, rel=0.06), minute
        assert f">{in_blood}</text>" in words
        assert f">{in_effect}</text>" in words


def test_the_figure_of_the_pressure_shows_the_person_of_the_lesson() -> None:
    words, text = (FIGURES / "pressure.html").read_text(), load_course(FOLDER).lessons["m1-l12"].prose
    for reading in ("138/84", "156/90", "171/97", "159/92", "142/86"):
        assert reading in words
        assert reading in text


def test_the_figure_of_the_mirror_images_shows_what_library_and_lesson_say() -> None:
    """Both forms an hour after 35 mg of racemate are computed; binding and clearance stand in lesson m1-l3."""
    words, text = (FIGURES / "mirror.html").read_text(), load_course(FOLDER).lessons["m1-l3"].prose
    hour = int(60 / STEP_MIN)
    for output, printed in (("esketamine.arterial", 45), ("arketamine.arterial", 51)):
        assert curve(infusion(40), output)[hour] == pytest.approx(printed, abs=0.5)
        assert f">{printed}</text>" in words
    for figure in ("1,620", "1,530", "380"):
        assert figure in words
        assert figure in text
    lengths = dict(re.findall(r'class="bar-(\w)" d="M30 \d+h([\d.]+)v', words.split('class="at at-5"')[1]))
    assert float(lengths["s"]) / float(lengths["r"]) == pytest.approx(45 / 51, abs=0.01)


def test_the_figure_of_the_bladder_counts_the_people_of_the_lesson() -> None:
    """As many dots as people: what a dashed line draws is counted from its length."""
    words, text = (FIGURES / "bladder.html").read_text(), load_course(FOLDER).lessons["m1-l14"].prose
    for figure in ("26.6", "51", "0 to 24.5", "15"):
        assert re.search(rf"{figure} (of|in) 100", words), figure
        assert f"{figure} %" in text
    for name, people in (("all", 100), ("symptoms", round(26.6)), ("better", 51), ("range", math.ceil(24.5))):
        path = re.search(rf'dots-{name}" d="([^"]+)"', words)
        assert path is not None
        rows = [float(length) for length in re.findall(r"h([\d.]+)", path[1])]
        assert sum(round(length / 13) + 1 for length in rows) == people, name


def test_what_a_swallowed_dose_reaches_is_what_the_library_computes() -> None:
    """Prediction swallowed-level and lesson m2-l10: 300 mg by mouth."""
    swallowed = pk.Regimen().dose("300 mg", route="oral", salt="base")
    found = load_course(FOLDER).predictions["swallowed-level"].answer
    assert curve(swallowed, "ketamine.arterial").max() == pytest.approx(float(found), rel=0.03)


def test_the_wrong_vial_is_worked_out() -> None:
    """Prediction wrong-vial: the volume for 10 mg/mL, drawn from 50 mg/mL."""
    assert load_course(FOLDER).predictions["wrong-vial"].answer == 35 / 10 * 50


def test_what_was_found_stands_in_the_lesson_that_asks_for_it() -> None:
    """A prediction's number or option is said again in the text below it, so that picture and text agree."""
    course = load_course(FOLDER)
    said_otherwise = {
        "how-often-emergence": "one in eight",
        "first-trial-size": "Seven people",
        "grapefruit": "3.0-fold",
    }
    said_otherwise |= {
        "deeper-and-better": "three of eight",
        "practice-series-control": "without a control group",
    }
    said_otherwise |= {"wrong-vial": "five or ten times"}
    for lesson in course.lessons.values():
        for ref in lesson.embedded("predict"):
            prediction = course.predictions[ref]
            if prediction.scale is not None:
                number = said_otherwise.get(ref, f"{prediction.answer:g}")
                assert number in lesson.prose, ref


def test_every_moving_figure_is_shown_once_with_its_sources() -> None:
    course = load_course(FOLDER)
    shown = [ref for lesson in course.lessons.values() for ref in lesson.embedded("figure")]
    assert sorted(shown) == sorted(course.figures)
    assert len(shown) == len(FigureKind)
    assert len(shown) >= 8
    for figure in course.figures.values():
        page = (FIGURES / f"{figure.kind.value}.html").read_text()
        assert page.count('"academy/moving_bar.html"') == 1, "play and pause"
        assert page.count('"academy/moving_step.html"') >= 5, "at least five steps"
        assert figure.cite
