"""Days and phone numbers as people type them."""

from datetime import date

import pytest

from mooring.words.dates import dates_in
from mooring.words.phones import is_jurisdiction, is_phone, phone_key, region_of

TODAY = date(2026, 11, 29)
DAY = date(1988, 3, 7)


@pytest.mark.parametrize(
    "text",
    [
        "7 Mar 1988",
        "7 March 1988",
        "07 mar 1988",
        "7th March 1988",
        "Mar 7, 1988",
        "March 7 1988",
        "1988-03-07",
        "07/03/1988",
        "3/7/1988",
        "7.3.1988",
        "07-03-88",
        "7-Mar-1988",
        "1988/3/7",
    ],
)
def test_every_printed_form_of_a_day(text: str) -> None:
    """Case W4: the day as any of our pages, letters or their own papers print it."""
    found, rest = dates_in(f"Nunez {text} Ana", today=TODAY)
    assert DAY in found
    assert rest.split() == ["Nunez", "Ana"]


@pytest.mark.parametrize("text", ["Nunez", "31 Feb 1988", "45/45/1988", "1056", "(503) 555-0142", ""])
def test_what_is_no_day_stays_text(text: str) -> None:
    assert dates_in(text, today=TODAY) == (set(), text)


def test_a_two_digit_year_is_the_last_that_was() -> None:
    assert dates_in("1.2.27", today=TODAY)[0] == {date(1927, 2, 1), date(1927, 1, 2)}
    assert date(2026, 2, 1) in dates_in("1.2.26", today=TODAY)[0]


@pytest.mark.parametrize(
    "text", ["(503) 555-0142", "503.555.0142", "503 555 0142", "+1 503 555 0142", "1-503-555-0142"]
)
def test_one_number_in_every_writing(text: str) -> None:
    assert phone_key(text, "US") == "+15035550142"


def test_a_number_from_abroad_is_dialled_from_here() -> None:
    assert phone_key("020 7946 0018", "GB") == "+442079460018"
    assert (region_of("US-OR"), region_of("UK"), region_of("DE")) == ("US", "GB", "DE")


@pytest.mark.parametrize("text", ["", "555", "call me", "12345678901234567890"])
def test_what_is_no_number_has_no_key(text: str) -> None:
    assert not is_phone(text, "US")
    assert phone_key(text, "US") == ""


@pytest.mark.parametrize("code", ["PT", "US-OR", "UK", "GB-SCT"])
def test_a_jurisdiction_names_a_country_or_its_region(code: str) -> None:
    assert is_jurisdiction(code)


@pytest.mark.parametrize("code", ["XX", "", "Portugal", "US-", "pt", "OR1"])
def test_what_names_no_country_is_no_jurisdiction(code: str) -> None:
    assert not is_jurisdiction(code)
