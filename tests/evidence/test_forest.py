"""Forest plots: well-formed, every number as text, a description, hostile labels inert."""

from xml.etree import ElementTree

import pytest

from mooring.evidence.forest import ForestLabels, forest
from mooring.evidence.meta import Effect, Measure, pool, reported_difference, risk_ratio

TRIALS = [
    risk_ratio("One", 4, 123, 11, 139),
    risk_ratio("Two", 6, 306, 29, 303),
    risk_ratio("Three", 3, 231, 11, 220),
]
LABELS = ForestLabels("<control>", "ketamine", "ratio & interval", "<pooled>", "new trial", "<described>")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(effects: list[Effect], pooled: bool = True) -> ElementTree.Element:
    meta = pool(effects) if pooled else None
    text = forest(effects, meta, title="Response", labels=LABELS, name="plot")
    return ElementTree.fromstring(text)


def test_it_names_and_describes_itself():
    picture = drawn(TRIALS)
    assert picture.get("role") == "img"
    named = set(picture.get("aria-labelledby", "").split())
    assert named == {element.get("id") for element in picture if element.get("id")}
    assert picture.find(f"{SVG}desc").text == LABELS.description


def test_every_number_is_text():
    words = " ".join(element.text or "" for element in drawn(TRIALS).iter(f"{SVG}text"))
    for effect in TRIALS:
        assert f"{effect.shown:.2f}" in words
    assert f"{pool(TRIALS).random.shown:.2f}" in words


def test_every_label_is_drawn():
    words = [element.text or "" for element in drawn(TRIALS).iter(f"{SVG}text")]
    for label in ("← <control>", "ketamine →", LABELS.measure, LABELS.pooled, LABELS.prediction):
        assert label in words


def test_marks_stay_inside_the_plot():
    for line in drawn(TRIALS).iter(f"{SVG}line"):
        assert 230 <= float(line.get("x1")) <= 550
        assert 230 <= float(line.get("x2")) <= 550


def test_single_trials_are_not_pooled():
    picture = drawn(TRIALS[:2], pooled=False)
    assert picture.find(f"{SVG}g[@class='forest-pooled']") is None


def test_mean_differences_are_drawn_on_a_plain_scale():
    picture = drawn([reported_difference("KARMA", -3.16, -8.54, 2.22, 65)], pooled=False)
    axis = picture.find(f"{SVG}g[@class='forest-axis']")
    assert "0" in [mark.text for mark in axis.iter(f"{SVG}text")]


def test_a_hostile_label_stays_text():
    nasty = Effect("<script>alert(1)</script>", Measure.MEAN_DIFFERENCE, 1.0, 1.0, 10)
    assert "<script" not in forest([nasty], None, title='"><script>', labels=LABELS, name="plot")


def test_nothing_cannot_be_drawn():
    with pytest.raises(ValueError, match="at least one"):
        forest([], None, title="", labels=LABELS, name="plot")
