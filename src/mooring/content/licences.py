"""How a licence number is written, by profession and jurisdiction, and whether a provider identifier holds. Pure.

The National Provider Identifier has ten digits, the last a Luhn check digit over the prefix 80840 and the first nine
(45 CFR 162.406; CMS, "NPI check digit calculation"). Forms of state licences are **unverified**: boards publish none;
those here are what numbers of that board look like, and a number that no form covers needs only a digit and the
signs of a licence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

PROFESSIONS = (
    *("physician", "nurse", "physician assistant", "pharmacist", "pharmacy technician", "psychologist"),
    *("counsellor", "marriage and family therapist", "social worker", "dentist", "dietitian", "other"),
)
"""As accreditors name them (ACCME, draft activity schema 0.1.2), with the professions of state boards beside."""

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "AL": "Alabama",
        "AK": "Alaska",
        "AZ": "Arizona",
        "AR": "Arkansas",
        "CA": "California",
        "CO": "Colorado",
        "CT": "Connecticut",
        "DE": "Delaware",
        "DC": "District of Columbia",
        "FL": "Florida",
        "GA": "Georgia",
        "GU": "Guam",
        "HI": "Hawaii",
        "ID": "Idaho",
        "IL": "Illinois",
        "IN": "Indiana",
        "IA": "Iowa",
        "KS": "Kansas",
        "KY": "Kentucky",
        "LA": "Louisiana",
        "ME": "Maine",
        "MD": "Maryland",
        "MA": "Massachusetts",
        "MI": "Michigan",
        "MN": "Minnesota",
        "MS": "Mississippi",
        "MO": "Missouri",
        "MT": "Montana",
        "NE": "Nebraska",
        "NV": "Nevada",
        "NH": "New Hampshire",
        "NJ": "New Jersey",
        "NM": "New Mexico",
        "NY": "New York",
        "NC": "North Carolina",
        "ND": "North Dakota",
        "OH": "Ohio",
        "OK": "Oklahoma",
        "OR": "Oregon",
        "PA": "Pennsylvania",
        "PR": "Puerto Rico",
        "RI": "Rhode Island",
        "SC": "South Carolina",
        "SD": "South Dakota",
        "TN": "Tennessee",
        "TX": "Texas",
        "UT": "Utah",
        "VT": "Vermont",
        "VI": "Virgin Islands",
        "VA": "Virginia",
        "WA": "Washington",
        "WV": "West Virginia",
        "WI": "Wisconsin",
        "WY": "Wyoming",
        "other": "Outside the United States",
    }
)
"""Where a licence is issued: states and territories by their postal codes."""

_ANY = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9.\-/ ]{1,19}")
_FORMS: Mapping[tuple[str, str], re.Pattern[str]] = MappingProxyType(
    {
        ("physician", "OR"): re.compile(r"(?:MD|DO)-?\d{4,6}"),
        ("nurse", "OR"): re.compile(r"\d{6,9}(?:RN|LPN|NP(?:-PP)?|CNS)"),
        ("physician", "CA"): re.compile(r"(?:[ACG]|20A) ?\d{4,6}"),
        ("nurse", "CA"): re.compile(r"(?:RN ?)?\d{5,8}"),
        ("psychologist", "CA"): re.compile(r"PSY ?\d{4,6}"),
        ("social worker", "CA"): re.compile(r"(?:LCSW|ASW) ?\d{4,6}"),
    }
)


def fits(number: str, *, profession: str, jurisdiction: str) -> bool:
    """Whether a licence number can be one of this profession there."""
    number = number.strip().upper()
    form = _FORMS.get((profession, jurisdiction), _ANY)
    return form.fullmatch(number) is not None


def npi_holds(number: str) -> bool:
    """Whether ten digits are a National Provider Identifier.

    >>> npi_holds("1234567893"), npi_holds("1234567890")
    (True, False)
    """
    if not re.fullmatch(r"\d{10}", number):
        return False
    total = 24  # what the prefix 80840 adds to the sum
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def month_day_holds(text: str) -> bool:
    """Whether `MM-DD` is a day of some year.

    >>> month_day_holds("02-29"), month_day_holds("02-30")
    (True, False)
    """
    found = re.fullmatch(r"(\d\d)-(\d\d)", text)
    if found is None:
        return False
    month, day = int(found[1]), int(found[2])
    return 1 <= month <= 12 and 1 <= day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
