"""Phone numbers: read in any usual writing, compared by one form, written as people dial them.

By `phonenumbers`, the Python edition of Google's libphonenumber, which knows the numbering plans of every
country: `(503) 555-0142`, `503.555.0142` and `+1 503 555 0142` are one number at a clinic in the US.
"""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

JURISDICTION = re.compile("[A-Z]{2}(-[A-Z0-9]{1,3})?")
LEAST_DIGITS = 4
"""Fewer digits are no part of a number that anybody would search for."""


def region_of(jurisdiction: str) -> str:
    """The country of a jurisdiction as ISO 3166 writes both: `US-OR` is in `US`, `UK` is `GB`."""
    country = jurisdiction.partition("-")[0].upper()
    return "GB" if country == "UK" else country


def is_jurisdiction(code: str) -> bool:
    """Whether a code names a country that exists, or a region of one: `PT`, `US-OR`, `UK`; not `XX`."""
    return bool(JURISDICTION.fullmatch(code)) and region_of(code) in phonenumbers.SUPPORTED_REGIONS


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def is_phone(text: str, region: str) -> bool:
    """Whether the text is a whole number that can exist, dialled from `region`."""
    return _parsed(text, region) is not None


def phone_key(text: str, region: str) -> str:
    """The number for comparison (E.164: `+15035550142`); empty for what is no whole number."""
    number = _parsed(text, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else ""


def digits_of(text: str) -> str:
    """The digits alone, in the Latin writing."""
    return phonenumbers.normalize_digits_only(text)
