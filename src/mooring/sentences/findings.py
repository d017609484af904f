"""The words for what the program's own rules find: a `RuleMessage` of `rules.verdict` becomes a sentence here.

One module a kind holds the words by code; `words_of` puts in the values, each written by its name: `…_mg` with its
unit, `…_days` counted, a date as a date, a share as a percentage. A test finds a code without words, and words
without a code.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.rules.verdict import Finding, RuleMessage, Verdict
from mooring.sentences import before_dose, credentials, credit, dose, follow_up, outcome, plan, scoring
from mooring.sentences.times import clock_words, full_day_words
from mooring.words.numbers import percentage, plain_number, with_unit

WORDS: Mapping[str, Any] = {
    **before_dose.WORDS,
    **credentials.WORDS,
    **credit.WORDS,
    **dose.WORDS,
    **follow_up.WORDS,
    **outcome.WORDS,
    **plan.WORDS,
    **scoring.WORDS,
}
UNITS = {
    "mg_per_ml": "mg/mL",
    "ml_per_h": "mL/h",
    "mg": "mg",
    "min": "min",
    "ml": "mL",
    "kg": "kg",
}


def words_of(message: str | RuleMessage) -> str:
    """The sentence for a message, in the active language; words of signed content pass unchanged."""
    if isinstance(message, str):
        return message
    values = {name: _value(name, value) for name, value in message.values.items()}
    return str(WORDS[message.code]).format(**values)


def spoken(verdict: Verdict) -> Verdict:
    """The same verdict with every message in words, for people to read."""
    return Verdict(tuple(_spoken(finding) for finding in verdict.findings))


def _spoken(finding: Finding) -> Finding:
    if isinstance(finding.says, str) and isinstance(finding.asks, str):
        return finding
    return replace(finding, says=words_of(finding.says), asks=words_of(finding.asks))


def _value(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return clock_words(value)
    if isinstance(value, date):
        return full_day_words(value)
    if isinstance(value, tuple):
        return ", ".join(_value(name, each) for each in value)
    if name.endswith("share") and isinstance(value, int | float | Decimal):
        return percentage(abs(float(value)))
    if name.endswith("days") and isinstance(value, int):
        return ngettext("{n} day", "{n} days", value).format(n=value)
    for ending, unit in UNITS.items():
        if name.endswith(f"_{ending}") and value is not None:
            return with_unit(value, unit)
    if value is None:
        return _("not stated")
    return plain_number(value)
