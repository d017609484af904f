"""Where a site's law applies: `US-OR` lies within `US`, `PT` within `EU`, `GB` is `UK`.

Codes are those of ISO 3166 (country, or country-region). An unknown code lies only within itself.
"""

from __future__ import annotations

from collections.abc import Iterable

# The member states of the European Union, as of 2026.
EUROPEAN_UNION = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def within(site: str, wider: Iterable[str]) -> bool:
    """Whether a site's jurisdiction lies within any of these.

    >>> within("US-OR", ["US"]), within("PT", ["EU"]), within("GB-SCT", ["UK"]), within("", ["US"])
    (True, True, True, False)
    """
    country = site.upper().partition("-")[0]
    names = {site.upper(), country}
    if country in EUROPEAN_UNION:
        names.add("EU")
    if country in ("GB", "UK"):
        names |= {"GB", "UK"}
    return bool(country) and any(name.upper() in names for name in wider)
