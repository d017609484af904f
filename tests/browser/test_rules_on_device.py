"""The rules that run on the device answer as those of the server, over a grid of every table and every plan."""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from mooring.care.sessions.views.alone import plan_table, sign_table
from mooring.rules import monitoring
from mooring.rules.bands import tables
from mooring.rules.monitoring import TimedObservation
from tests.rules.knowledge import pack

pytestmark = [pytest.mark.browser]
RULES = Path(__file__).resolve().parents[2] / "src/mooring/web/static/mooring/js/rules.js"
START = datetime(2026, 11, 12, 14, tzinfo=UTC)
BASELINE = {"systolic_mmhg": 124.0, "diastolic_mmhg": 78.0}
PLACES = [("US-OR", 45.0), ("US-OR", 70.0), ("GB", 45.0)]


@pytest.fixture
def on_device(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    text = re.sub(r"^export ", "", RULES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    page.add_script_tag(
        content=text + "\nwindow.rules = { bandOf, evaluate, schedule, symptomAlarms };", type="module"
    )
    page.wait_for_function("window.rules")
    yield page
    page.close()


def ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def values_around(table: Any) -> list[float]:
    """Both sides of every cut, and between the steps."""
    cuts = {cut for band in table.bands for cut in (band.least, band.most) if cut is not None}
    return sorted({cut + shift for cut in cuts for shift in (-1, -0.5, 0, 0.5, 1)})


def test_every_band_of_every_table(on_device: Page) -> None:
    thresholds = pack().thresholds["THRESHOLDS-ADULT@2"]
    questions, answers = [], []
    for (place, age), phase in itertools.product(PLACES, ("before", "during")):
        for table in tables(thresholds, phase, age, place):
            for value, earlier, minutes in itertools.product(values_around(table), (None, 0, 1), (4, 35)):
                seen = TimedObservation(START, {table.sign: value})
                around = values_around(table)
                before = (
                    []
                    if earlier is None
                    else [
                        TimedObservation(START - timedelta(minutes=minutes), {table.sign: around[-earlier]})
                    ]
                )
                found = monitoring.evaluate(
                    thresholds, seen, BASELINE, before, phase=phase, age=age, jurisdiction=place
                )
                answers.append(sorted([alert.sign, alert.level, alert.asks] for alert in found))
                questions.append(
                    [
                        f"{place}-{age}-{phase}",
                        {"at": ms(seen.at), "values": dict(seen.values)},
                        [{"at": ms(each.at), "values": dict(each.values)} for each in before],
                    ]
                )
    given = {
        f"{place}-{age}-{phase}": [sign_table(table) for table in tables(thresholds, phase, age, place)]
        for (place, age), phase in itertools.product(PLACES, ("before", "during"))
    }
    told = on_device.evaluate(
        """([given, baseline, questions]) => questions.map(([which, seen, before]) =>
          rules.evaluate(given[which], seen, baseline, before).map((each) => [each.sign, each.level, each.asks]).sort())""",
        [given, BASELINE, questions],
    )
    wrong = [
        (question, mine, theirs)
        for question, mine, theirs in zip(questions, answers, told, strict=True)
        if mine != theirs
    ]
    assert len(answers) > 1000
    assert not wrong[:3]


def test_every_symptom_at_every_severity(on_device: Page) -> None:
    thresholds = pack().thresholds["THRESHOLDS-ADULT@2"]
    names = ("symptom", "least_severity", "level", "says", "asks")
    alarms = [{name: getattr(alarm, name) for name in names} for alarm in thresholds.symptoms]
    for code, severity in itertools.product({alarm.symptom for alarm in thresholds.symptoms}, (1, 2, 3)):
        mine = monitoring.evaluate(thresholds, TimedObservation(START, symptoms={code: severity}))
        told = on_device.evaluate(
            "([alarms, seen]) => rules.symptomAlarms(alarms, seen).map((each) => [each.sign, each.level])",
            [alarms, {code: severity}],
        )
        assert told == [[alert.sign, alert.level] for alert in mine]


def test_every_plan_at_every_minute(on_device: Page) -> None:
    questions, answers = [], []
    plans = list(pack().monitoring.values())
    for place, plan in enumerate(plans):
        signs = {sign: 1.0 for part in (*plan.points, *plan.repeats) for sign in part.signs}
        one = dict(itertools.islice(signs.items(), 1))
        for ended in (None, START + timedelta(minutes=40, seconds=30)):
            for at in range(-20, 130, 7):
                now = START + timedelta(minutes=at, seconds=11)
                for taken in ([], [(1, signs)], [(1, signs), (12, one), (19, signs), (44, signs)]):
                    seen = [
                        TimedObservation(START + timedelta(minutes=when), what)
                        for when, what in taken
                        if when <= at
                    ]
                    found = monitoring.due(plan, START, seen, now, ended)
                    answers.append(
                        [
                            [ms(each.due_at), each.minute, each.state.value, sorted(each.missing)]
                            for each in found
                        ]
                    )
                    told = [{"at": ms(each.at), "values": dict(each.values)} for each in seen]
                    questions.append([place, told, ms(now), ms(ended)])
    told = on_device.evaluate(
        """([plans, start, questions]) => questions.map(([place, seen, now, ended]) =>
          rules.schedule(plans[place], start, seen, now, ended)
            .map((each) => [each.at, each.minute, each.state, [...each.missing].sort()]))""",
        [[plan_table(plan) for plan in plans], ms(START), questions],
    )
    wrong = [
        (question, mine, theirs)
        for question, mine, theirs in zip(questions, answers, told, strict=True)
        if mine != theirs
    ]
    assert len(answers) > 300
    assert not wrong[:2]
