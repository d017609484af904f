"""Any printed form of a day, a phone or a name finds the person: the kind of cases W4, W5 and W6."""

import unicodedata
from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.words.dates import dates_in
from mooring.words.names import folded_words, same_name
from mooring.words.phones import phone_key

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 29)
DAYS = st.dates(date(1915, 1, 1), date(2014, 12, 31))
MONTH = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
         "November", "December")  # fmt: skip
PRINTED = (
    "{d} {mon} {y}", "{d:02} {mon} {y}", "{d} {month} {y}", "{month} {d}, {y}", "{mon} {d} {y}", "{d}-{mon}-{y}",
    "{y}-{m:02}-{d:02}", "{d:02}/{m:02}/{y}", "{m}/{d}/{y}", "{d}.{m}.{y}", "{y}/{m}/{d}", "{d:02}-{m:02}-{y}",
)  # fmt: skip
NAME_PARTS = st.sampled_from(
    ["Núñez", "O'Neil", "Garcia-Lopez", "Siobhán", "Élodie", "Łukasz", "de la Cruz", "Ana"]
)
NAMES = st.lists(NAME_PARTS, min_size=2, max_size=3, unique=True).map(" ".join)
AROUND = st.sampled_from(["", "Nunez", "R-1056"])


@given(DAYS, st.sampled_from(PRINTED), AROUND, AROUND)
def test_a_day_is_found_in_every_printed_form(day: date, form: str, before: str, after: str) -> None:
    month = MONTH[day.month - 1]
    printed = form.format(d=day.day, m=day.month, y=day.year, mon=month[:3], month=month)
    found, rest = dates_in(f"{before} {printed} {after}", today=TODAY)
    assert day in found
    assert rest.split() == [before, after][not before : 1 + bool(after)]


LOCAL = st.integers(200, 799).flatmap(
    lambda area: st.tuples(st.just(area), st.integers(200, 989), st.integers(0, 9999))
)
WRITINGS = (
    "({a:03}) {b:03}-{c:04}", "{a:03}.{b:03}.{c:04}", "{a:03} {b:03} {c:04}", "{a:03}-{b:03}-{c:04}",
    "+1 {a:03} {b:03} {c:04}", "1-{a:03}-{b:03}-{c:04}", "{a:03}{b:03}{c:04}", "+1{a:03}{b:03}{c:04}",
)  # fmt: skip


@given(LOCAL, st.sampled_from(WRITINGS), st.sampled_from(WRITINGS))
def test_a_phone_is_one_number_in_every_writing(local: tuple[int, int, int], one: str, other: str) -> None:
    area, exchange, line = local
    texts = [writing.format(a=area, b=exchange, c=line) for writing in (one, other)]
    keys = {phone_key(text, "US") for text in texts}
    assert len(keys) == 1
    if key := keys.pop():
        number = phonenumbers.parse(key, None)
        assert phonenumbers.is_possible_number(number)
        for style in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
            assert phone_key(phonenumbers.format_number(number, style), "US") == key


@st.composite
def rewritten(draw: st.DrawFn) -> tuple[str, str]:
    """A name, and the same name as another keyboard, another country or another form writes it."""
    name = draw(NAMES)
    other = draw(st.sampled_from([name, name.upper(), name.lower(), unicodedata.normalize("NFD", name)]))
    if draw(st.booleans()):
        other = other.replace("'", draw(st.sampled_from(["’", "‘", "ʼ", "`"])))
    if draw(st.booleans()):
        other = other.replace("-", draw(st.sampled_from([" ", "‐", "–"])))
    if draw(st.booleans()):
        other = "".join(
            sign for sign in unicodedata.normalize("NFD", other) if not unicodedata.combining(sign)
        )
    at = draw(st.integers(0, len(other)))
    return name, other[:at] + draw(st.sampled_from(["", "\u200b", "\u00ad", "\u2060"])) + other[at:]


@given(rewritten())
def test_a_name_is_the_same_in_every_writing(pair: tuple[str, str]) -> None:
    one, other = pair
    assert same_name(one, other)
    assert same_name(other, one)
    assert sorted(folded_words(one)) == sorted(folded_words(other))
