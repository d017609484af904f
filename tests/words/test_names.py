"""Names fold once: what two people type for one name is one name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.words.names import (
    clean_line,
    clean_text,
    folded_words,
    has_letters,
    one_slip_keys,
    same_name,
    set_apart,
)

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Simon O'Neil", "Simon O’Neil"),
        ("Simon O'Neil", "O’NEIL, Simon"),
        ("Simon ONeil", "Simon O`Neil"),
        ("Ana Garcia-Lopez", "Ana Garcia Lopez"),
        ("Ana García\u2010López", "ana garcia lopez"),
        ("José Núñez", "jose nunez"),
        ("José", "Jose\u0301"),
        ("An\u200ba Silva", "Ana Silva"),
        ("Ana\u00a0Silva", "Ana  Silva"),
        ("Łukasz Ørsted", "Lukasz Orsted"),
        ("Strauß", "STRAUSS"),
        ("Ｍａｒｉａ", "Maria"),
        ("Kahaleʻa", "Kahale'a"),
        ("山田 太郎", "山田太郎"),
        ("Ἀλέξανδρος", "ΑΛΕΞΑΝΔΡΟΣ"),
    ],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    """Cases W4, W5 and W6: search, duplicates and signatures all compare by this."""
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Silva", "Ana Silveira"),
        ("Ana Silva", "Ana"),
        ("\u0915\u093f", "\u0915\u0941"),  # Devanagari ki and ku: the mark is the vowel
        ("\u200b", "\u200b"),
        ("", ""),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_what_nobody_sees_is_cleaned_and_what_spells_stays() -> None:
    assert clean_line(" Ana\u200b \u202eSilva\u2066 \t\x07") == "Ana Silva"
    assert clean_text("first\r\nsecond\u200f") == "first\nsecond"
    assert clean_line("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645").count("\u200c") == 1
    assert clean_line("A\u200cB") == "AB"
    for nothing in ("\u200b", "\u3164", "\u2800", "\u034f", "\u202e\u200d", "- '"):
        assert not has_letters(clean_line(nothing)), repr(nothing)
    assert has_letters("山")


@given(NAMES)
def test_cleaning_and_folding_settle_at_once(name: str) -> None:
    cleaned = clean_line(name)
    assert clean_line(cleaned) == cleaned
    assert not [each for each in cleaned if unicodedata.bidirectional(each) in ("RLO", "LRO", "RLI", "PDF")]
    assert folded_words(cleaned) == folded_words(name)
    assert folded_words(" ".join(folded_words(name))) == folded_words(name)


WORDS = st.text("abcdefgh", min_size=4, max_size=12)


@given(WORDS, st.data())
def test_every_slip_of_one_letter_shares_a_key(word: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcdefgh"))
    slips = {
        word[:index] + word[index + 1 :],
        word[:index] + letter + word[index:],
        word[:index] + letter + word[index + 1 :],
        word[:index] + word[index + 1] + word[index] + word[index + 2 :],
    }
    for slip in slips:
        if len(slip) >= 4:
            assert one_slip_keys(word) & one_slip_keys(slip)


def test_short_and_endless_words_have_no_near_ones() -> None:
    assert one_slip_keys("Li") == {"Li"}
    assert len(one_slip_keys("a" * 140)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Adeyemi, +1 503 555 0138", "Ada Adeyemi, +1 503 555 0138"),
        ("שרה כהן, +1 503", "\u2067שרה כהן\u2069, +1 503"),
        ("محمد عبد الله and שרה", "\u2067محمد عبد الله\u2069 and \u2067שרה\u2069"),
    ],
)
def test_a_name_from_right_to_left_is_set_apart_from_the_number_after_it(text: str, expected: str) -> None:
    assert set_apart(text) == expected
    assert clean_text(set_apart(text)) == text
