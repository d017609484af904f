"""What a bedside device sends: hostile bodies, artefacts that are flagged and kept, a minute as one line, FHIR."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mooring.rules.device_readings import (
    MOST_IN_A_BATCH,
    BatchError,
    DeviceReading,
    ReadingFault,
    SignRange,
    flagged,
    read_batch,
    summarise,
)
from mooring.rules.fhir_vitals import readings_of

pytestmark = pytest.mark.pure
NOW = datetime(2026, 11, 12, 14, 30, tzinfo=UTC)
SIGNS = {"heart_rate_per_min": SignRange(20, 250, 40), "spo2_percent": SignRange(50, 100, 8)}


def one(**changes: Any) -> dict[str, Any]:
    return {"seq": 1, "at": NOW.isoformat(), "values": {"spo2_percent": 97}, **changes}


def faults(*found: object) -> list[str]:
    batch = read_batch({"readings": list(found)}, SIGNS, since=NOW - timedelta(minutes=10), now=NOW)
    return [each.fault.value for each in batch.refused]


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ("text", ReadingFault.NOT_AN_OBJECT),
        (None, ReadingFault.NOT_AN_OBJECT),
        (one(seq="1"), ReadingFault.NO_NUMBER),
        (one(seq=True), ReadingFault.NO_NUMBER),
        (one(seq=-1), ReadingFault.NO_NUMBER),
        (one(seq=2**60), ReadingFault.NO_NUMBER),
        (one(at="2026-11-12T14:30:00"), ReadingFault.NO_TIME),
        (one(at=1763000000), ReadingFault.NO_TIME),
        (one(at="0001-01-01T00:00:00+14:00"), ReadingFault.NO_TIME),
        (one(at="9" * 5000), ReadingFault.NO_TIME),
        (one(at="2026-11-12T15:30:00Z"), ReadingFault.IN_THE_FUTURE),
        (one(at="2026-11-12T13:30:00Z"), ReadingFault.BEFORE_THE_PAIRING),
        (one(values=[]), ReadingFault.NO_VALUES),
        (one(values={}), ReadingFault.NO_VALUES),
        (one(values={"<script>": 1}), ReadingFault.UNKNOWN_SIGN),
        (one(values={"spo2_percent": "97"}), ReadingFault.NOT_A_NUMBER),
        (one(values={"spo2_percent": True}), ReadingFault.NOT_A_NUMBER),
        (one(values={"spo2_percent": float("nan")}), ReadingFault.NOT_A_NUMBER),
        (one(values={"spo2_percent": float("-inf")}), ReadingFault.NOT_A_NUMBER),
        (one(values={"spo2_percent": 10**400}), ReadingFault.NOT_A_NUMBER),
        (one(values={"spo2_percent": [97]}), ReadingFault.NOT_A_NUMBER),
    ],
)
def test_a_hostile_reading_is_refused_and_stops_no_other(found: object, fault: ReadingFault) -> None:
    assert faults(found, one(seq=2)) == [fault.value]


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"readings": {}}, {"readings": []}, {"readings": [one()] * (MOST_IN_A_BATCH + 1)}],
)
def test_what_is_no_batch_is_refused_whole(body: object) -> None:
    with pytest.raises(BatchError):
        read_batch(body, SIGNS, since=NOW, now=NOW)


def series(*values: float, artefact: bool = False) -> list[DeviceReading]:
    return [
        DeviceReading(number, NOW + timedelta(seconds=number), {"spo2_percent": value}, artefact)
        for number, value in enumerate(values)
    ]


def test_an_artefact_is_flagged_and_never_dropped() -> None:
    found = flagged(series(97, 97, 71, 97, 0, 96), SIGNS)
    assert [reading.artefact for reading in found] == [False, False, True, False, True, False]
    assert len(flagged(series(97, artefact=True), SIGNS)) == 1


def test_a_fall_that_stays_is_believed_after_five_readings() -> None:
    """A finger clip that slips is back in a second; a patient who desaturates is not."""
    found = flagged(series(97, 85, 85, 84, 84, 84, 84, 83), SIGNS)
    assert [reading.artefact for reading in found] == [False, *[True] * 5, False, False]


def test_a_slow_fall_is_no_artefact() -> None:
    assert not any(reading.artefact for reading in flagged(series(*range(97, 80, -1)), SIGNS))


def test_a_leap_after_the_last_stored_reading_counts() -> None:
    last = series(97)[0]
    assert flagged(series(80), SIGNS, last)[0].artefact


def test_a_minute_leaves_artefacts_out_and_counts_them() -> None:
    found = summarise(NOW, flagged(series(97, 98, 30, 96), SIGNS))
    spo2 = found.signs["spo2_percent"]
    assert (spo2.middle, spo2.low, spo2.high, spo2.count) == (97, 96, 98, 3)
    assert (found.readings, found.artefacts) == (4, 1)
    assert summarise(NOW + timedelta(minutes=1), series(97)).readings == 0


def observation(loinc: str, value: object, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "effectiveDateTime": NOW.isoformat(),
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
        **more,
    }


def test_fhir_observations_are_read_as_readings() -> None:
    pressure = {
        "resourceType": "Observation",
        "status": "final",
        "effectiveDateTime": NOW.isoformat(),
        "identifier": [{"value": "41"}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "component": [
            observation("8480-6", 124, "mm[Hg]"),
            observation("8462-4", 78, "mm[Hg]"),
        ],
    }
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": pressure},
            {"resource": observation("8867-4", 72, "/min", identifier=[{"value": "42"}])},
            {"resource": observation("59408-5", 97, "%", status="entered-in-error")},
            {"resource": {"resourceType": "Patient"}},
            None,
        ],
    }
    assert [(each["seq"], each["values"], each["artefact"]) for each in readings_of(bundle)["readings"]] == [
        (41, {"systolic_mmhg": 124, "diastolic_mmhg": 78}, False),
        (42, {"heart_rate_per_min": 72}, False),
        (2, {"spo2_percent": 97}, True),
    ]


@pytest.mark.parametrize(
    "found",
    [
        observation("8867-4", 72, "%"),
        observation("1-1", 72, "/min"),
        observation("8867-4", 72, "/min", code=["x"]),
        observation("8867-4", 72, "/min", valueQuantity="72"),
        observation("8867-4", 72, "/min", component="x") | {"code": None},
    ],
)
def test_another_code_or_unit_is_no_value(found: dict[str, Any]) -> None:
    batch = read_batch(readings_of(found), SIGNS, since=NOW, now=NOW)
    assert [each.fault for each in batch.refused] == [ReadingFault.NO_VALUES]


@pytest.mark.parametrize("body", [None, [], 5, {"entry": 5}, {"entry": [[]]}, json.loads("{}")])
def test_no_bundle_is_no_batch(body: object) -> None:
    with pytest.raises(BatchError):
        read_batch(readings_of(body), SIGNS, since=NOW, now=NOW)
