"""The educator's pages about questions: item analysis, a wrong key, evaluations together."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring.academy.checks.access import get_question_to_teach, get_version_to_teach
from mooring.academy.checks.actions.corrections import correct_key
from mooring.academy.checks.forms import CorrectionForm
from mooring.academy.checks.queries.corrections import Gain, corrections_of, gains_of, seal_of
from mooring.academy.checks.queries.evaluation import SHOWN_FROM, aggregate_of
from mooring.academy.checks.queries.items import (
    MOST_SITTINGS,
    WrongAnswer,
    analysed,
    answer_words,
    key_words,
    wrong_answers,
)
from mooring.academy.checks.queries.teaching import corrections_listed, versions_of
from mooring.academy.courses.models import CourseVersion
from mooring.academy.learning.access import enrolments_taught_by
from mooring.audit.looking import saw
from mooring.content.course.items import Item
from mooring.rules.item_analysis import ADVISED_FROM, HIDDEN_UNDER
from mooring.work.pages import SignedInRequest, attempt, page, typed


def items(request: SignedInRequest, pk: int) -> HttpResponse:
    """How the questions of a version's post-test do, and the corrections of the course."""
    version = get_version_to_teach(request.user, pk)
    return page(
        request,
        "academy/checks/teaching_items.html",
        {
            "version": version,
            "versions": versions_of(version),
            "test": analysed(version),
            "corrections": corrections_listed(version),
            "hidden_under": HIDDEN_UNDER,
            "advised_from": ADVISED_FROM,
            "most": MOST_SITTINGS,
        },
    )


def key(request: SignedInRequest, pk: int, item: str) -> HttpResponse:
    """Correct a wrong key: what would change is shown first, and that is what is then done."""
    version, question = get_question_to_teach(request.user, pk, item)
    named = (question.id, question.digest)
    answers = [
        (json.dumps(each.given), _answer_label(question, each)) for each in wrong_answers(version, question)
    ]
    form = typed(request, CorrectionForm, answers=answers)
    gains: tuple[Gain, ...] | None = None
    if request.method == "POST" and form.is_valid():
        if "look" not in request.POST:
            with attempt(request, form) as tried:
                correct_key(
                    version=version,
                    question=named,
                    accepts=form.accepts(),
                    reason=form.cleaned_data["reason"],
                    seal=request.POST.get("seal", ""),
                    by=request.user,
                    at=timezone.now(),
                )
            if tried.done:
                messages.success(request, _("The key is corrected, and every attempt is marked again."))
                return redirect("item-analysis", version.pk)
        gains = gains_of(version, named, form.accepts())
    return page(
        request,
        "academy/checks/teaching_key.html",
        {
            "version": version,
            "item": question,
            "key_words": key_words(version, question),
            "earlier": corrections_of(version.course).of(named),
            "form": form,
            **_shown(request, version, question, form, gains),
        },
    )


def _answer_label(item: Item, answer: WrongAnswer) -> str:
    label = ngettext("{answer} (given once)", "{answer} (given {n} times)", answer.times).format(
        answer=answer_words(item, answer.given), n=answer.times
    )
    return f"{label}; {_('counts as right already')}" if answer.corrected else label


def _shown(
    request: SignedInRequest,
    version: CourseVersion,
    item: Item,
    form: CorrectionForm,
    gains: tuple[Gain, ...] | None,
) -> dict[str, object]:
    """The dry run: names of one's own learners, the others counted; a row is left for who is named."""
    if gains is None:
        return {"looked": False}
    taught = set(
        enrolments_taught_by(request.user)
        .filter(pk__in=[each.attempt.enrolment_id for each in gains])
        .values_list("pk", flat=True)
    )
    own = [each for each in gains if each.attempt.enrolment_id in taught]
    saw(request.user, [each.attempt.subject_ref for each in own])
    return {
        "looked": True,
        "gains": own,
        "elsewhere": len(gains) - len(own),
        "all_gain": len(gains),
        "all_pass": sum(each.first_pass for each in gains),
        "seal": seal_of(gains, form.accepts()),
    }


def evaluations(request: SignedInRequest, pk: int) -> HttpResponse:
    """What everybody answered about a version, together; nothing while there are too few."""
    version = get_version_to_teach(request.user, pk)
    return page(
        request,
        "academy/checks/teaching_evaluations.html",
        {
            "version": version,
            "versions": versions_of(version),
            "aggregate": aggregate_of(version),
            "shown_from": SHOWN_FROM,
        },
    )
