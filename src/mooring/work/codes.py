"""Codes that people read aloud and type."""

import secrets

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What is read aloud without a mistake: no I, L, O, 0, 1."""


def new_code(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _place in range(length))


def in_groups(code: str) -> str:
    """As it is shown and read aloud: `ABCD-EFGH`; nothing for no code."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def as_typed(text: str) -> str:
    """The code that was meant, however its letters were grouped and written."""
    return "".join(letter for letter in text.upper() if letter.isalnum())
