"""What a patient was given over all treatments, added up: a graph with its finding in words."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.care.patients.facts import facts_of
from mooring.care.patients.models import Patient
from mooring.care.treatments.facts import doses_in
from mooring.rules.longterm import QUARTER, GivenDose
from mooring.sentences.times import full_day_words
from mooring.words.numbers import with_unit


def exposure_figure(patient: Patient, at: datetime) -> dict[str, Any] | None:
    """Cumulative mg against time, with the count of the last 90 days at each dose; None before a second dose."""
    site = patient.site
    doses = sorted(doses_in(facts_of(patient, at), site), key=lambda dose: dose.on)
    if len(doses) < 2:
        return None
    total, points, rows = Decimal(0), [], []
    for dose in doses:
        total += dose.mg or Decimal(0)
        lately = _lately(doses, dose.on)
        points.append({"at": dose.on.isoformat(), "value": float(total)})
        rows.append(
            [full_day_words(dose.on), dose.mg if dose.mg is not None else "–", total, Decimal(lately)]
        )
    today = site.today(at)
    return {
        "title": _("Given, added up"),
        "meta": _("mg as ordered, over all treatments"),
        "finding": _said(doses, total, _lately(doses, today)),
        "columns": [_("Date"), _("mg"), _("mg in all"), _("Doses in 90 days")],
        "rows": rows,
        "chart": {
            "kind": "score",
            "low": 0,
            "high": _top(total),
            "points": points,
            "doses": [
                {"at": dose.on.isoformat(), "number": number, "state": "given"}
                for number, dose in enumerate(doses, start=1)
            ],
            "bands": [],
            "lines": [],
            "now": today.isoformat(),
        },
    }


def _lately(doses: list[GivenDose], on: date) -> int:
    return sum(1 for dose in doses if on - QUARTER < dose.on <= on)


def _top(total: Decimal) -> int:
    """The end of the axis: the next hundred above the sum."""
    return (int(total) // 100 + 1) * 100


def _said(doses: list[GivenDose], total: Decimal, lately: int) -> str:
    unknown = sum(1 for dose in doses if dose.mg is None)
    words = [
        ngettext("{mg} in {n} dose.", "{mg} in {n} doses.", len(doses)).format(
            mg=with_unit(total, "mg"), n=len(doses)
        ),
        ngettext("{n} dose in the last 90 days.", "{n} doses in the last 90 days.", lately).format(n=lately),
    ]
    if unknown:
        words.append(
            ngettext("{n} dose without a known amount.", "{n} doses without a known amount.", unknown).format(
                n=unknown
            )
        )
    return " ".join(words)
