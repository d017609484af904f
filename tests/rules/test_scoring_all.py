"""Every instrument: each boundary of each band, the least and the most, published examples of its scoring."""

import pytest

from mooring.content.schema.instruments import Instrument
from mooring.rules.scoring import BadAnswer, score
from tests.rules.knowledge import pack

INSTRUMENTS = sorted(pack().instruments.values(), key=lambda each: each.id)
BANDED = [each for each in INSTRUMENTS if each.bands]


def raw(instrument: Instrument, code: str, scored: float) -> float:
    """The answer that counts as `scored`."""
    allowed = instrument.allowed[code]
    return allowed.least + allowed.most - scored if allowed.reversed else scored


def answers_for(instrument: Instrument, total: float) -> dict[str, float]:
    """Answers that come to this total: each part filled to the brim before the next is begun."""
    found = {code: raw(instrument, code, each.least) for code, each in instrument.allowed.items()}
    left = (total - instrument.total.least) / instrument.total.times
    for part in instrument.total.parts:
        for code in part.items if part.take == "sum" else part.items[:1]:
            allowed = instrument.allowed[code]
            steps = sorted(allowed.values) or [
                allowed.least + n for n in range(int(allowed.most - allowed.least) + 1)
            ]
            most = max(step for step in steps if step - allowed.least <= left)
            left -= most - allowed.least
            found[code] = raw(instrument, code, most)
    return found


@pytest.mark.parametrize("instrument", BANDED, ids=lambda each: each.id)
def test_every_boundary_of_every_band(instrument: Instrument):
    step = instrument.total.times
    reachable = [
        instrument.total.least + n * step
        for n in range(int((instrument.total.most - instrument.total.least) / step) + 1)
    ]
    if instrument.id == "AUDIT":
        reachable = [total for total in reachable if total != 39]  # 0/2/4 on the last items
    for band in instrument.bands:
        inside = [total for total in reachable if band.least <= total <= band.most]
        for total in (min(inside), max(inside)):
            found = score(instrument, answers_for(instrument, total), of=band.of)
            assert (found.total, found.band) == (total, band.label)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda each: each.id)
def test_least_and_most(instrument: Instrument):
    for scale in instrument.scales:
        low = {code: raw(instrument, code, each.least) for code, each in instrument.allowed.items()}
        high = {code: raw(instrument, code, each.most) for code, each in instrument.allowed.items()}
        assert score(instrument, low).scales[scale.code] == pytest.approx(scale.least)
        assert score(instrument, high).scales[scale.code] == pytest.approx(scale.most)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda each: each.id)
def test_nothing_answered_gives_no_total_and_nonsense_is_refused(instrument: Instrument):
    empty = score(instrument, {})
    assert empty.total is None
    assert not empty.complete
    first = instrument.items[0].code
    with pytest.raises(BadAnswer):
        score(instrument, {first: 1000})


def named(name: str) -> Instrument:
    return next(each for each in INSTRUMENTS if each.id == name)


def test_pcl5_needs_the_whole_pattern():
    met = {f"q{n}": 0.0 for n in range(1, 21)} | {
        "q1": 2.0,
        "q6": 2.0,
        "q8": 2.0,
        "q9": 2.0,
        "q15": 2.0,
        "q16": 2.0,
    }
    assert "provisional" in score(named("PCL-5"), met).flags[0]
    assert score(named("PCL-5"), met | {"q9": 1.0}).flags == ()
    found = score(named("PCL-5"), met)
    assert (found.total, found.scales["b"], found.scales["d"], found.scales["d-met"]) == (12, 2, 4, 2)


def test_qids_counts_the_worst_of_sleep_appetite_and_restlessness():
    answers = {f"q{n}": 0.0 for n in range(1, 17)} | {
        "q1": 1.0,
        "q4": 3.0,
        "q7": 2.0,
        "q15": 1.0,
        "q16": 2.0,
        "q5": 1.0,
    }
    assert score(named("QIDS-SR16"), answers).total == 3 + 1 + 2 + 2


def test_dast_turns_its_third_item_round():
    answers = {f"q{n}": 0.0 for n in range(1, 11)}
    assert score(named("DAST-10"), answers).total == 1
    assert score(named("DAST-10"), answers | {"q3": 1.0}).total == 0


def test_meq30_is_complete_at_sixty_percent_of_each_part():
    at_sixty = {f"q{n}": 3.0 for n in range(1, 31)}
    assert score(named("MEQ30"), at_sixty).flags
    assert not score(named("MEQ30"), at_sixty | {"q3": 2.0}).flags


@pytest.mark.parametrize(
    ("yes", "level"),
    [
        ({"q1"}, "Low"),
        ({"q1", "q2"}, "Low"),
        ({"q2", "q3"}, "Moderate"),
        ({"q6-lifetime"}, "Moderate"),
        ({"q2", "q4"}, "High"),
        ({"q5"}, "High"),
        ({"q6-lifetime", "q6-3-months"}, "High"),
    ],
)
def test_cssrs_levels(yes: set[str], level: str):
    instrument = named("C-SSRS")
    answers = {code: float(code in yes) for code in instrument.allowed}
    flags = score(instrument, answers).flags
    assert [flag.partition(":")[0] for flag in flags] == [level]


def test_audit_c_has_other_bands_for_women():
    three = {"q1": 1.0, "q2": 1.0, "q3": 1.0}
    assert score(named("AUDIT-C"), three, of="women").band == "positive"
    assert score(named("AUDIT-C"), three, of="men").band == "below the cut"


def test_only_texts_that_may_be_shipped_are():
    with_text = {each.id for each in INSTRUMENTS if any(item.text for item in each.items)}
    assert with_text == {
        "PHQ-2", "PHQ-9", "GAD-7", "PCL-5", "MOAA-S", "BLADDER-8", "CRAVING", "LIKING", "PAIN-NRS", "MISUSE-SIGNS",
        "CHECK-AFTER-DOSE",
    }  # fmt: skip
    for each in INSTRUMENTS:
        assert each.licence.may_ship_text == (each.id in with_text)
