"""FHIR R4 `Observation` resources of vital signs as a batch of readings: for a gateway that speaks no other format.

The codes are those of the R4 value set of vital sign results (hl7.org/fhir/R4/valueset-observation-vitalsignresult):
LOINC, with units of UCUM. What is not one of them is left out, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LOINC = "http://loinc.org"
SIGNS = {
    "8867-4": ("heart_rate_per_min", {"/min", "{beats}/min"}),
    "9279-1": ("respiratory_rate_per_min", {"/min", "{breaths}/min"}),
    "2708-6": ("spo2_percent", {"%"}),
    "59408-5": ("spo2_percent", {"%"}),
    "8480-6": ("systolic_mmhg", {"mm[Hg]"}),
    "8462-4": ("diastolic_mmhg", {"mm[Hg]"}),
}
"""LOINC code: the sign, and the units in which its number is taken."""
DOUBTFUL = {"entered-in-error", "cancelled", "unknown"}


def readings_of(body: object) -> dict[str, Any]:
    """A Bundle of Observations, or one of them, in the shape that `device_readings.read_batch` reads.

    A resource's `identifier` value, a number, is the reading's own (`seq`); without one its place in the bundle
    counts, which is only safe for one bundle. A status that says that it is wrong makes it an artefact.
    """
    return {"readings": [_reading(place, found) for place, found in enumerate(_observations(body))]}


def _observations(body: object) -> Iterator[Mapping[str, Any]]:
    if not isinstance(body, dict):
        return
    if body.get("resourceType") == "Observation":
        yield body
    entries = body.get("entry")
    for entry in entries if isinstance(entries, list) else []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "Observation":
            yield resource


def _reading(place: int, found: Mapping[str, Any]) -> dict[str, Any]:
    parts = found.get("component")
    measured = (
        [found, *(part for part in parts if isinstance(part, dict))] if isinstance(parts, list) else [found]
    )
    values = {sign: value for part in measured for sign, value in _value(part)}
    return {
        "seq": _seq(place, found.get("identifier")),
        "at": found.get("effectiveDateTime"),
        "values": values,
        "artefact": found.get("status") in DOUBTFUL,
    }


def _seq(place: int, identifiers: object) -> object:
    first = identifiers[0] if isinstance(identifiers, list) and identifiers else None
    value = first.get("value") if isinstance(first, dict) else None
    if value is None:
        return place
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 17 else value


def _value(part: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """The sign and the number of one part; nothing for another code, another unit, or no number."""
    code, quantity = part.get("code"), part.get("valueQuantity")
    codings = code.get("coding") if isinstance(code, dict) else None
    if not isinstance(codings, list) or not isinstance(quantity, dict):
        return
    for coding in codings:
        if isinstance(coding, dict) and coding.get("system") == LOINC and coding.get("code") in SIGNS:
            sign, units = SIGNS[coding["code"]]
            if quantity.get("code", quantity.get("unit")) in units:
                yield sign, quantity.get("value")
            return
