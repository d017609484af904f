"""A guard against patient data in free text: which marks of a real person a text holds. Pure; it reads, and forgets.

It is a rule, not a model: it holds a text for a moderator and says why; it never decides that a text is safe. The
marks follow the identifiers of 45 CFR 164.514(b)(2). How often it finds them, and how often it holds a harmless text,
is measured on a labelled set of this project's own (tests/academy/discussion/labelled.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
_PERSON = r"(?:patient|client|husband|wife|mother|father|daughter|son|woman|man|lady|gentleman|neighbou?r)"
_NOT_NAMES = r"(?!(?:With|Who|And|Has|Was|Is|In|At|On|The|A|An|For|To|I|My|We|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|PHQ|PTSD|OCD|TRD|MDD|BMI|IV|IM|KAP|MADRS|EKG|ECG|BP)\b)"
PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "name": re.compile(
            rf"\b(?:Mrs?|Ms|Miss|Mister|Mx)\.? [A-Z][a-z]+"
            rf"|\b(?i:{_PERSON}|patient's name is|called|named),? {_NOT_NAMES}[A-Z][a-z]+\b"
            rf"|\b[A-Z][a-z]+ [A-Z][a-z]+,? (?:a |an |is a |is an )?\d{{1,3}}[- ]?(?:year|y/?o|yo)"
        ),
        "birth": re.compile(
            rf"\b(?:DOB|d\.o\.b\.|date of birth|born(?: on| in)?)\b\W{{0,3}}(?:{_DATE}|\d{{4}})",
            re.IGNORECASE,
        ),
        "date": re.compile(
            rf"\b(?:admitted|treated|seen|dosed|session|infusion|discharged|visit|died|appointment)\b[^.\n]{{0,40}}\b{_DATE}",
            re.IGNORECASE,
        ),
        "number": re.compile(
            r"\b(?:MRN|NHS(?: no| number)?|SSN|record (?:no|number)|chart (?:no|number)|case (?:no|number)|policy (?:no|number))\b\W{0,3}[A-Z]{0,3}-?\d{3,}"
            r"|\b\d{3}-\d{2}-\d{4}\b",
            re.IGNORECASE,
        ),
        "phone": re.compile(r"(?<![\d.])(?:\+?\d{1,3}[ -])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}\b"),
        "email": re.compile(r"\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b", re.IGNORECASE),
        "address": re.compile(
            r"\b\d{1,5} [A-Z][a-z]+(?: [A-Z][a-z]+)? (?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Court|Way|Boulevard)\b"
        ),
        "age": re.compile(r"\b(?:9\d|1[01]\d)[- ]?(?:year[- ]old|years old|y/?o|yo)\b", re.IGNORECASE),
    }
)
"""One pattern a mark. Ages from 90 identify a person (45 CFR 164.514(b)(2)(i)(C))."""


def patient_marks(text: str) -> tuple[str, ...]:
    """The codes of every mark that a text holds, in the order of the list.

    >>> patient_marks("My patient Anna, MRN 44871, was dizzy."), patient_marks("Does naltrexone weaken the effect?")
    (('name', 'number'), ())
    """
    return tuple(code for code, pattern in PATTERNS.items() if pattern.search(text))
