"""Pages of outcomes: the course of a treatment, and its end."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.care.outcomes.actions import ON_THE_WAY, end_treatment
from mooring.care.outcomes.forms import EndForm
from mooring.care.outcomes.queries import Course, course_of
from mooring.care.patients.access import may_on
from mooring.care.treatments.access import get_treatment_for
from mooring.care.treatments.models import Cycle, Phase, TreatmentState
from mooring.content.schema.instruments import Change, Instrument
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Site
from mooring.identity.roles import Permission
from mooring.rules.outcomes import Outcome
from mooring.work.pages import SignedInRequest, attempt, page, typed

DOSE_STATES = {Phase.VOID: "held", Phase.PREPARE: "planned", Phase.READY: "planned"}


def outcomes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Scores over time with the doses marked, and what they amount to in words."""
    found = get_treatment_for(request.user, pk, to=Permission.MEASURES_READ)
    course = course_of(found)
    site = found.patient.site
    return page(
        request,
        "care/outcomes/outcomes.html",
        {
            "treatment": found,
            "patient": found.patient,
            "course": course,
            "figure": figure_of(course, site, timezone.now()) if course.scores else None,
            "words": in_words(course),
            "rules": _rules_said(course.instrument),
            "may_end": found.state == TreatmentState.SIGNED
            and may_on(request.user, found.patient, Permission.TREATMENTS_END),
        },
    )


def in_words(course: Course) -> list[str]:
    """What the scores amount to, one sentence each; a missing baseline is said, not guessed."""
    outcome, given = course.outcome, len(course.doses_given)
    doses = ngettext("%(n)s dose given.", "%(n)s doses given.", given) % {"n": given}
    if outcome is None:
        return [doses, _("There is no baseline and later score yet, so nothing is said about change.")]
    found = [doses, outcome.words, _change_said(course.instrument, outcome)]
    if outcome.doses_before_response is not None:
        before = outcome.doses_before_response
        found.append(
            ngettext("First better after %(n)s dose.", "First better after %(n)s doses.", before)
            % {"n": before}
        )
    if outcome.response is None:
        found.append(_("Response is not judged: the score before the first dose was below the range for it."))
    if outcome.days_since_last_dose is not None:
        days = int(outcome.days_since_last_dose)
        found.append(
            ngettext(
                "The latest score stands %(n)s day after a dose.",
                "The latest score stands %(n)s days after a dose.",
                days,
            )
            % {"n": days}
        )
    return found


def _change_said(instrument: Instrument, outcome: Outcome) -> str:
    said = {
        "name": instrument.short,
        "from": f"{outcome.baseline.total:g}",
        "to": f"{outcome.latest.total:g}",
    }
    if outcome.improvement is None:
        return _("%(name)s from %(from)s to %(to)s.") % said
    percent = f"{abs(outcome.improvement) * 100:.0f}"
    if outcome.improvement >= 0:
        return _("%(name)s from %(from)s to %(to)s: %(percent)s\u00a0%% lower.") % {
            **said,
            "percent": percent,
        }
    return _("%(name)s from %(from)s to %(to)s: %(percent)s\u00a0%% higher.") % {**said, "percent": percent}


def _rules_said(instrument: Instrument) -> list[dict[str, Any]]:
    """The definitions that were applied, with their grade and sources."""
    return [
        {
            "says": _definition(change),
            "grade": change.grade,
            "sources": change.references,
            "basis": change.basis,
        }
        for change in instrument.change
        if change.kind in ("response", "remission", "caseness", "reliable change")
    ]


def _definition(change: Change) -> str:
    if change.fraction is not None:
        amount = _("at least %(percent)s\u00a0%% lower than before the first dose") % {
            "percent": f"{change.fraction * 100:.0f}"
        }
    elif change.at_most is not None:
        amount = _("a score of at most %(score)s") % {"score": f"{change.at_most:g}"}
    elif change.at_least is not None:
        amount = _("a score of at least %(score)s") % {"score": f"{change.at_least:g}"}
    else:
        amount = _("a change of at least %(points)s points") % {"points": f"{change.points or 0:g}"}
    return f"{change.kind.capitalize()}: {amount}."


def figure_of(course: Course, site: Site, now: datetime) -> dict[str, Any]:
    """The figure of the scores, with its finding as a sentence and its numbers as a table."""
    instrument = course.instrument
    scale = instrument.total
    return {
        "title": _("%(name)s against doses") % {"name": instrument.short},
        "meta": _("higher is worse") if scale.higher_is == "worse" else _("higher is better"),
        "finding": " ".join(in_words(course)[1:3]),
        "columns": [_("Date"), instrument.short, _("Range"), _("Doses before"), _("Days since a dose")],
        "rows": [
            [
                date_format(site.local(each.at), "j M Y"),
                each.total,
                each.band,
                Decimal(each.doses_before),
                "–" if each.days_since_dose is None else Decimal(each.days_since_dose),
            ]
            for each in course.scores
        ],
        "chart": {
            "kind": "score",
            "low": scale.least,
            "high": scale.most,
            "points": [
                {"at": site.today(each.at).isoformat(), "value": float(each.total)} for each in course.scores
            ],
            "doses": [_dose_mark(each, site) for each in course.cycles],
            "bands": _bands(instrument),
            "lines": _lines(course),
            "now": site.today(now).isoformat(),
        },
    }


def _dose_mark(cycle: Cycle, site: Site) -> dict[str, Any]:
    on = site.today(cycle.dosed_at) if cycle.dosed_at else cycle.target_date
    return {
        "at": on.isoformat(),
        "number": cycle.number,
        "state": DOSE_STATES.get(Phase(cycle.phase), "given"),
    }


def _bands(instrument: Instrument) -> list[dict[str, Any]]:
    bands = sorted((each for each in instrument.bands if not each.of), key=lambda each: each.least)
    tops = [*(each.least for each in bands[1:]), instrument.total.most]
    return [
        {"from": each.least, "to": top, "name": each.label} for each, top in zip(bands, tops, strict=True)
    ]


def _lines(course: Course) -> list[dict[str, Any]]:
    rule = next((each for each in course.instrument.change if each.kind == "response"), None)
    if course.outcome is None or rule is None or rule.fraction is None or course.outcome.response is None:
        return []
    baseline = course.outcome.baseline.total
    label = _("response, from %(baseline)s") % {"baseline": f"{baseline:g}"}
    return [{"value": baseline * (1 - rule.fraction), "label": label}]


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the treatment with an outcome."""
    found = get_treatment_for(request.user, pk, to=Permission.TREATMENTS_END)
    form = typed(request, EndForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            confirm_signature(request.user, form.cleaned_data["password"])
            end_treatment(
                treatment=found,
                outcome=form.cleaned_data["outcome"],
                outcome_note=form.cleaned_data["outcome_note"],
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("The treatment is ended, with its outcome on record."))
            return redirect("outcomes", found.pk)
    course = course_of(found)
    return page(
        request,
        "care/outcomes/end.html",
        {
            "treatment": found,
            "patient": found.patient,
            "words": in_words(course),
            "on_the_way": next((each for each in course.cycles if each.phase in ON_THE_WAY), None),
            "planned": sum(each.phase in (Phase.PREPARE, Phase.READY) for each in course.cycles),
            "form": form,
        },
    )
