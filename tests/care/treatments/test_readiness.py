"""The gate before a dose: what is unknown, wrong, stale or weighed, and who may open it."""

from datetime import datetime, timedelta

import pytest

from mooring.audit.models import Event
from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.models import Consent
from mooring.care.treatments.actions import (
    close_finding,
    make_ready,
    record_readiness,
    take_back_to_preparation,
    write_preparation,
)
from mooring.care.treatments.gate import read_gate
from mooring.care.treatments.models import Cycle, Phase, Preparation, ReadinessFact
from mooring.content.loader import load
from mooring.rules.verdict import ClosureKind, Refused
from mooring.work.models import Task
from tests.care.consents.signing import TEXT_KEY
from tests.care.treatments.before_dosing import THERAPY, asked, good_answers, planned, prepared, ready
from tests.care.treatments.rows import weight_of
from tests.packs import changed, grant, sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
SYSTOLIC = "THRESHOLDS-ADULT@2/systolic_mmhg"


def open_rules(cycle: Cycle, at: datetime = NOW) -> set[str]:
    return {finding.rule for finding in read_gate(cycle, at).still_open}


def test_all_known_and_well_opens_the_gate(cast: Cast) -> None:
    cycle = ready(cast)
    assert cycle.phase == Phase.READY
    owed = Task.objects.get(kind="order", state="open")
    assert owed.subject == cast.patient.subject_ref
    assert not Task.objects.filter(kind="readiness", state="open").exists()
    assert Event.objects.filter(name="care.treatments.made-ready").exists()


def test_nothing_known_keeps_it_closed(cast: Cast) -> None:
    cycle = planned(cast)
    prepared(cast, cycle)
    with pytest.raises(Refused) as refused:
        make_ready(cycle=cycle, by=cast.monitor, at=NOW)
    unknown = {finding.rule for finding in refused.value.verdict.findings if finding.missing}
    assert unknown == open_rules(cycle) - {"READY-ESCORT@1"}
    assert len(unknown) == 17
    assert Cycle.objects.get(pk=cycle.pk).phase == Phase.PREPARE


@pytest.mark.parametrize("key", sorted(good_answers()))
def test_one_unknown_keeps_it_closed(cast: Cast, key: str) -> None:
    cycle = planned(cast)
    prepared(cast, cycle)
    asked(cast, cycle, **{key: None})
    assert len(open_rules(cycle)) == (2 if key == "pregnancy_possible_today" else 1)
    with pytest.raises(Refused):
        make_ready(cycle=cycle, by=cast.monitor, at=NOW)


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("last_food", (NOW - timedelta(hours=2)).isoformat(), "READY-FOOD@2"),
        ("last_drink", (NOW - timedelta(minutes=50)).isoformat(), "READY-DRINK@1"),
        ("escort_confirmed", "no", "READY-ESCORT@1"),
        ("escort_confirmed", "not sure", "READY-ESCORT@1"),
        ("medicines_held", "no", "READY-MEDICINES@1"),
        ("systolic_mmhg", 165, SYSTOLIC),
        ("spo2_percent", 88, "THRESHOLDS-ADULT@2/spo2_percent"),
    ],
)
def test_one_wrong_keeps_it_closed(cast: Cast, key: str, value: object, rule: str) -> None:
    cycle = planned(cast)
    asked(cast, cycle, **{key: value})
    assert open_rules(cycle) == {rule}


def test_a_prescriber_weighs_and_a_newer_reading_asks_again(cast: Cast) -> None:
    cycle = planned(cast)
    prepared(cast, cycle)
    asked(cast, cycle, systolic_mmhg=165)
    close_finding(
        cycle=cycle,
        rule=SYSTOLIC,
        kind=ClosureKind.OVERRIDDEN,
        reason="Known white coat; 138 at home this morning.",
        by=cast.prescriber,
        at=NOW - timedelta(minutes=15),
    )
    assert open_rules(cycle) == set()
    record_readiness(cycle=cycle, values={"systolic_mmhg": 172}, by=cast.monitor, at=NOW)
    assert open_rules(cycle) == {SYSTOLIC}
    assert open_rules(cycle, at=NOW - timedelta(minutes=1)) == set()  # as it stood before the new reading


@pytest.mark.parametrize(
    ("values", "rule", "kind", "says"),
    [
        ({"systolic_mmhg": 185}, SYSTOLIC, ClosureKind.OVERRIDDEN, "No one can override this"),
        ({"escort_confirmed": "no"}, "READY-ESCORT@1", ClosureKind.OVERRIDDEN, "No one can override this"),
        ({"systolic_mmhg": None}, SYSTOLIC, ClosureKind.OVERRIDDEN, "not known yet"),
        ({"systolic_mmhg": 165}, SYSTOLIC, ClosureKind.WEIGHED, "must override this"),
        ({}, SYSTOLIC, ClosureKind.OVERRIDDEN, "no longer open"),
    ],
)
def test_what_nobody_goes_past(
    cast: Cast, values: dict[str, object], rule: str, kind: ClosureKind, says: str
) -> None:
    cycle = planned(cast)
    asked(cast, cycle, **values)
    with pytest.raises(Refused, match=says):
        close_finding(cycle=cycle, rule=rule, kind=kind, reason="because", by=cast.prescriber, at=NOW)


def test_a_caution_is_weighed(cast: Cast) -> None:
    cycle = planned(cast)
    asked(cast, cycle, systolic_mmhg=150)
    assert open_rules(cycle) == {SYSTOLIC}
    close_finding(
        cycle=cycle,
        rule=SYSTOLIC,
        kind=ClosureKind.WEIGHED,
        reason="Rested twice.",
        by=cast.prescriber,
        at=NOW,
    )
    assert open_rules(cycle) == set()


def test_a_closure_ends_with_the_day(cast: Cast) -> None:
    cycle = planned(cast)
    asked(cast, cycle, systolic_mmhg=165)
    close_finding(
        cycle=cycle, rule=SYSTOLIC, kind=ClosureKind.OVERRIDDEN, reason="x", by=cast.prescriber, at=NOW
    )
    assert SYSTOLIC not in open_rules(cycle)
    assert SYSTOLIC in open_rules(cycle, at=NOW + timedelta(hours=23))


def test_when_somebody_ate_yesterday_says_nothing_today(cast: Cast) -> None:
    cycle = planned(cast)
    asked(cast, cycle)
    later = NOW + timedelta(hours=23)
    assert {"READY-FOOD@2", "READY-DRINK@1"} <= open_rules(cycle, at=later)


def test_a_stale_weight_keeps_it_closed_and_nobody_goes_past_it(cast: Cast) -> None:
    cycle = planned(cast)
    later = NOW + timedelta(days=7)
    asked(cast, cycle, at=later)
    assert open_rules(cycle, at=later) == {"READY-WEIGHT@1"}
    with pytest.raises(Refused, match="Weigh the patient"):
        close_finding(
            cycle=cycle,
            rule="READY-WEIGHT@1",
            kind=ClosureKind.OVERRIDDEN,
            reason="looks the same",
            by=cast.prescriber,
            at=later,
        )
    weight_of(cast, at=later - timedelta(minutes=5))
    assert open_rules(cycle, at=later) == set()


def test_a_consent_taken_back_or_a_changed_text_closes_it(cast: Cast) -> None:
    cycle = planned(cast)
    asked(cast, cycle)
    sign_pack_for(cast, changed(load(), "consents", TEXT_KEY, version=2, title="Revised"), at=NOW)
    assert open_rules(cycle) == {"READY-CONSENT@1"}
    sign_pack_for(cast, at=NOW + timedelta(minutes=1))
    assert open_rules(cycle) == set()
    withdraw_consent(consent=Consent.objects.get(), by=cast.monitor, at=NOW)
    assert open_rules(cycle) == {"READY-CONSENT@1"}


def test_without_preparation_or_without_the_call_shown_it_stays_closed(cast: Cast) -> None:
    cycle = planned(cast)
    asked(cast, cycle)
    with pytest.raises(Refused, match="not recorded yet"):
        make_ready(cycle=cycle, by=cast.monitor, at=NOW)
    prepared(cast, cycle, call_shown=False)
    with pytest.raises(Refused, match="How to call for help"):
        make_ready(cycle=cycle, by=cast.monitor, at=NOW)


def test_one_dose_at_a_time(cast: Cast) -> None:
    first = ready(cast)
    second = Cycle.objects.select_related("treatment__patient__site").get(treatment=first.treatment, number=2)
    prepared(cast, second)
    asked(cast, second)
    with pytest.raises(Refused, match="Dose 1 of this treatment"):
        make_ready(cycle=second, by=cast.monitor, at=NOW)


def test_the_second_writer_of_a_preparation_is_told_and_overwrites_nothing(cast: Cast) -> None:
    cycle = planned(cast)
    first = prepared(cast, cycle)
    grant(cast.facilitator, *THERAPY)
    words = {"calming_plan": "b", "touch": "none", "call_shown": True, "by": cast.facilitator, "at": NOW}
    for was in (None, NOW - timedelta(days=1)):
        with pytest.raises(Refused, match="Miriam Feld saved this preparation"):
            write_preparation(cycle=cycle, intention="a", was=was, **words)
    assert Preparation.objects.get().intention == first.intention
    write_preparation(cycle=cycle, intention="a", was=first.at, **words)
    assert Preparation.objects.get().intention == "a"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "Nothing was entered"),
        ({"unheard_of": 1}, "data dictionary"),
        ({"systolic_mmhg": 900}, "cannot be"),
        ({"systolic_mmhg": "high"}, "a number is needed"),
        ({"last_food": "2026-11-12T08:00:00"}, "time zone"),
        ({"last_food": "breakfast"}, "a day and a time"),
        ({"last_food": (NOW + timedelta(hours=1)).isoformat()}, "not come yet"),
        ({"escort_confirmed": "perhaps"}, "yes, no or not sure"),
    ],
)
def test_what_cannot_be_is_not_stored(cast: Cast, values: dict[str, object], says: str) -> None:
    cycle = planned(cast)
    with pytest.raises(Refused, match=says):
        record_readiness(cycle=cycle, values=values, by=cast.monitor, at=NOW)
    assert not ReadinessFact.objects.exists()


def test_back_to_preparation_asks_for_a_reason_and_owes_readiness_again(cast: Cast) -> None:
    cycle = ready(cast)
    with pytest.raises(Refused, match="Enter why"):
        take_back_to_preparation(cycle=cycle, reason=" ", by=cast.monitor, at=NOW)
    moved = take_back_to_preparation(cycle=cycle, reason="The escort left.", by=cast.monitor, at=NOW)
    assert moved.phase == Phase.PREPARE
    assert Task.objects.filter(kind="readiness", state="open").exists()
    assert not Task.objects.filter(kind="order", state="open").exists()
