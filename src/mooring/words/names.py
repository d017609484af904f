"""Names as people write them, and as they are compared: one folding for search, duplicates and signatures.

A name is typed on one device with a straight apostrophe and on another with a curly one, with or without an
accent, with a hyphen or a space, family name first or last. `folded_words` makes these the same:

    folded_words("Siobhán O’Brien-Núñez")   ("siobhan", "obrien", "nunez")
    same_name("Simon O'Neil", "O’Neil, Simon")   True

Marks are dropped only where a script writes them as accents (Latin, Greek, Cyrillic) or as optional points
(Hebrew, Arabic). In Devanagari or Thai a mark is a vowel: there it stays.
"""

import re
import unicodedata
from collections.abc import Iterator

WITH_OPTIONAL_MARKS = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC")
APOSTROPHES = "'’‘‛ʼʻʽʾʿ`´′＇ʹ"
"""Also the modifier letters of Hawaiian, Ukrainian and transcribed Arabic names."""
WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n"}
)
"""Letters that Unicode does not take apart, as passports write them (ICAO Doc 9303, part 3)."""
NEEDED_IN_WORDS = "\u200c\u200d"
"""The zero-width joiner and non-joiner: within a word of Persian or Hindi they spell."""
BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Fillers and blanks that Unicode counts as letters, marks or symbols, and that nobody can see."""
LEFTWARDS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""The blocks of Unicode whose scripts run from right to left."""
LEFTWARD_WORDS = re.compile(f"[{LEFTWARDS}](?:[{LEFTWARDS} '’.-]*[{LEFTWARDS}])?")
LEAST_LETTERS_FOR_A_SLIP, MOST_LETTERS_FOR_A_SLIP = 4, 24
"""Shorter words have too many neighbours (one slip from `Li` lies half the directory), longer ones too many keys."""


def name_in_use(*, chosen: str, legal: str) -> str:
    """What a person is called on pages and in letters: the chosen name, else the legal one."""
    return chosen or legal


def clean_text(text: str) -> str:
    """Text without what nobody can see: format, direction and control characters, surrogates, private use.

    Line breaks stay, other space becomes plain space; letters are composed (NFC). A zero-width (non-)joiner
    stays between two letters other than Latin ones, where it is spelling.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (_cleaned(composed, index) for index in range(len(composed)))
    return "".join(kept).strip()


def _cleaned(text: str, index: int) -> str:
    character = text[index]
    category = unicodedata.category(character)
    if character == "\n":
        return character
    if category in ("Zs", "Zl", "Zp") or character == "\t":
        return " "
    if character in NEEDED_IN_WORDS:
        around = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
        spelt = len(around) == 2 and all(not each.isascii() and each.isprintable() for each in around)
        return character if spelt else ""
    return "" if category in ("Cf", "Cc", "Cs", "Co") or character in BLANK_LETTERS else character


def clean_line(text: str) -> str:
    """A name or another single line: cleaned, with single spaces."""
    return " ".join(clean_text(text).split())


def set_apart(text: str) -> str:
    """The text with every name that runs from right to left isolated (U+2067, U+2069).

    Without it the numbers after such a name join its direction, and a telephone number is read from its end
    (Unicode Standard Annex 9, section 2.4). On pages `<bdi>` does the same.
    """
    return LEFTWARD_WORDS.sub("\u2067\\g<0>\u2069", text)


def has_letters(text: str) -> bool:
    """Whether anything in the text can be read: a letter or a digit of any script."""
    return any(character.isalnum() for character in clean_text(text))


def folded_words(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared, in the order in which they were written."""
    text = clean_line(name)
    while (folded := _folded_once(text)) != text:  # what casefolding writes out may have marks of its own
        text = folded
    return tuple(text.split())


def _folded_once(text: str) -> str:
    text = text.translate(dict.fromkeys(map(ord, APOSTROPHES)))
    text = "".join(_without_optional_marks(unicodedata.normalize("NFKD", text)))
    text = unicodedata.normalize("NFKC", text).casefold().translate(WITHOUT_DECOMPOSITION)
    return " ".join("".join(each if _spells(each) else " " for each in text).split())


def _without_optional_marks(decomposed: str) -> Iterator[str]:
    base = ""
    for character in decomposed:
        if not unicodedata.combining(character):
            base = character
        elif unicodedata.name(base or " ", "").startswith(WITH_OPTIONAL_MARKS):
            continue
        if not unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
            yield character


def _spells(character: str) -> bool:
    """Whether the character is part of a word: a letter, a digit, a vowel sign, a joiner."""
    return (
        character.isalnum() or unicodedata.category(character).startswith("M") or character in NEEDED_IN_WORDS
    )


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: the same words in any order, or the same letters without spaces."""
    first, second = folded_words(one), folded_words(other)
    return bool(first) and (sorted(first) == sorted(second) or "".join(first) == "".join(second))


def one_slip_keys(word: str) -> set[str]:
    """The word and every form of it with one letter left out.

    Two words share such a key when one slip of the hand lies between them: a letter left out, added, changed,
    or two that changed places (`siobahn`, `siobhan`: both have `siobhn`). So a near miss is found in what is
    stored, not by comparing with every name. Some words two slips apart share one too.
    (Symmetric deletion, W. Garbe, SymSpell, 2012.)
    """
    if not LEAST_LETTERS_FOR_A_SLIP <= len(word) <= MOST_LETTERS_FOR_A_SLIP:
        return {word}
    return {word} | {word[:index] + word[index + 1 :] for index in range(len(word))}
