"""What a model expects of a dose, as a figure beside the order: information with its grade, no advice."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from mooring.care.patients.models import Patient, Sex
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.sessions import expected_session
from mooring.sentences.models import model_limit_words, model_note_words
from mooring.words.numbers import plain_number, whole_number

DRUGS = {"racemic ketamine": "ketamine", "esketamine": "esketamine"}
ROUTES = {
    "intravenous": "iv",
    "intramuscular": "im",
    "subcutaneous": "sc",
    "intranasal": "in",
    "oral": "po",
    "sublingual": "sl",
}
SALTS = {"base": "base", "hydrochloride": "hcl"}
SHOWN_H, STEP_MIN, ROW_EVERY_MIN = 3.0, 2.0, 20


def expected_figure(
    *,
    patient: Patient,
    protocol: ProtocolTemplate,
    dose_mg: Decimal,
    weight_kg: Decimal,
    duration_min: int | None,
    at: datetime,
) -> dict[str, Any] | None:
    """The figure of the expected curve in venous blood, for `{% figure %}`; None where no model answers."""
    sex = patient.sex_at_birth if patient.sex_at_birth != Sex.UNKNOWN else None
    try:
        answer = expected_session(
            drug=DRUGS[protocol.product],
            route=ROUTES[protocol.route],
            dose_mg=float(dose_mg),
            weight_kg=float(weight_kg),
            over_min=float(duration_min or 0),
            salt=SALTS[protocol.salt_basis],
            age_years=float(patient.age_on(patient.site.today(at))),
            sex=sex,
            until_h=SHOWN_H,
            every_min=STEP_MIN,
        )
    except (PharmacologyError, KeyError):
        return None
    return _figure(answer, dose_mg, duration_min)


def _figure(answer: dict[str, Any], dose_mg: Decimal, duration_min: int | None) -> dict[str, Any]:
    curve, model = answer["curves"][0], answer["model"]
    times = [int(each) for each in answer["times_min"]]
    levels = zip(times, curve["low"], curve["middle"], curve["high"], strict=True)
    middle = {"name": _("mid"), "values": curve["middle"], "low": curve["low"], "high": curve["high"]}
    return {
        "title": _("What a model expects"),
        "meta": _("ng/mL in {site} blood").format(site=curve["site"]),
        "finding": _finding(answer, dose_mg, duration_min),
        "grade": str(model["grade"]),
        "source": model["title"],
        "columns": [_("Minute"), _("Lower"), _("Middle"), _("Upper")],
        "rows": [
            [minute, *(whole_number(each) for each in at_minute)]
            for minute, *at_minute in levels
            if minute % ROW_EVERY_MIN == 0
        ],
        "chart": {
            "kind": "curves",
            "x": times,
            "x_label": _("min"),
            "series": [middle | {"tone": "expected"}],
        },
        "citations": answer["sources"],
        "notes": [
            *map(model_note_words, answer["notes"]),
            *map(model_limit_words, answer["limits"]),
            curve["note"],
        ],
    }


def _finding(answer: dict[str, Any], dose_mg: Decimal, duration_min: int | None) -> str:
    """What the figure shows, as one sentence."""
    curve, peak = answer["curves"][0], answer["peak"]
    given = (
        _("{dose} mg over {minutes} min").format(dose=plain_number(dose_mg), minutes=duration_min)
        if duration_min
        else _("{dose} mg").format(dose=plain_number(dose_mg))
    )
    words = _(
        "After {given} this model expects the most {analyte} in {site} blood at "
        "minute {at}: about {middle} ng/mL, for nine in ten people like this one between {low} and "
        "{high}. Information, not advice."
    )
    return words.format(
        given=given,
        analyte=curve["analyte"],
        site=curve["site"],
        middle=whole_number(peak["middle_ng_per_ml"]),
        low=whole_number(peak["low_ng_per_ml"]),
        high=whole_number(peak["high_ng_per_ml"]),
        at=whole_number(peak["at_min"]),
    )
