"""Days as people type them into a search: `7 Mar 1988`, `March 7, 1988`, `07/03/1988`, `1988-03-07`.

Where day and month could change places (`07/03/1988`) both days are meant: a search shows both, and nobody has
to know which country the writer learnt to write in.
"""

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
NUMBERED = re.compile(r"\b(?P<first>\d{1,2})([/.\- ])(?P<second>\d{1,2})\2(?P<year>\d{4}|\d{2})\b")
YEAR_FIRST = re.compile(r"\b(?P<year>\d{4})([/.\- ])(?P<second>\d{1,2})\2(?P<first>\d{1,2})\b")
"""One sign between all three, so that the record number of `R-1056 01/01/2000` is no year."""
DAY_FIRST = re.compile(
    rf"\b(?P<first>\d{{1,2}})(?:st|nd|rd|th|\.)?[ \-]+{MONTH},?[ \-]+(?P<year>\d{{4}})\b", re.I
)
MONTH_FIRST = re.compile(
    rf"\b{MONTH}[ \-]+(?P<first>\d{{1,2}})(?:st|nd|rd|th)?,?[ \-]+(?P<year>\d{{4}})\b", re.I
)


def dates_in(text: str, *, today: date) -> tuple[set[date], str]:
    """The days that the text may mean, and the text without them. A year of two digits is the last that was."""
    found: set[date] = set()
    for pattern in (YEAR_FIRST, DAY_FIRST, MONTH_FIRST, NUMBERED):
        match = pattern.search(text)
        if match is None:
            continue
        parts = match.groupdict()
        first, year = int(parts["first"]), _year(parts["year"], today)
        if "month" in parts:
            pairs = [(first, 1 + MONTHS.index(parts["month"][:3].lower()))]
        else:
            second = int(parts["second"])
            pairs = [(first, second)] if pattern is YEAR_FIRST else [(first, second), (second, first)]
        found |= {day for pair in pairs for day in _day(*pair, year)}
        if found:
            return found, f"{text[: match.start()]} {text[match.end() :]}"
    return found, text


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    century = today.year // 100 * 100
    return century + int(text) - (100 if int(text) > today.year % 100 else 0)


def _day(day: int, month: int, year: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()
