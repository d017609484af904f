"""The post-test: what it asks before it begins, the questions, the draft of one answer, the result."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.academy.checks.access import get_attempt_for
from mooring.academy.checks.actions.post_test import Unanswered, begin_attempt, keep_answers, send_attempt
from mooring.academy.checks.forms import BeginForm, ItemForm, unit_words
from mooring.academy.checks.models import AttemptAnswer, PostTestAttempt
from mooring.academy.checks.queries.post_test import (
    SENT_AFTER_ACCESS,
    answers_of,
    may_be_sent_until,
    post_test_status,
    questions_of,
    result_of,
    too_late,
)
from mooring.academy.learning.access import get_enrolment_for
from mooring.content.course.answers import LearnerAnswer, as_json, from_json
from mooring.content.course.items import Item
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed


def introduction(request: SignedInRequest, pk: int) -> HttpResponse:
    """Pass mark, attempts left, that nothing is timed; the attempts so far; and the beginning of one."""
    enrolment = get_enrolment_for(request.user, pk, open_now=False)
    form = typed(request, BeginForm)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            begun = begin_attempt(enrolment=enrolment, by=request.user, at=timezone.now())
        if tried.done and not tried.repeated:
            return redirect("post-test-attempt", begun.pk)
    status = post_test_status(enrolment, timezone.now())
    if request.method == "POST" and status.open_attempt:
        return redirect("post-test-attempt", status.open_attempt.pk)
    return page(
        request,
        "academy/checks/post_test.html",
        {
            "enrolment": enrolment,
            "status": status,
            "form": form,
            "days_after": SENT_AFTER_ACCESS.days,
        },
    )


def sit(request: SignedInRequest, pk: int) -> HttpResponse:
    """An open attempt: all questions on one page. It is kept, or sent once."""
    posted = request.method == "POST"
    found = get_attempt_for(request.user, pk, to="answer" if posted else "read")
    if found.sent_at is not None:
        if posted:
            messages.warning(request, _("This attempt was already sent. The first submission counts."))
        return redirect("post-test-result", found.pk)
    if found.enrolment.learner_id != request.user.pk:
        return redirect("learner-progress", found.enrolment_id)
    if posted:
        return _posted(request, found)
    return _questions(request, found, _forms(found, answers_of(found)))


def _posted(request: SignedInRequest, found: PostTestAttempt) -> HttpResponse:
    """Keep every whole answer first, so that nothing is lost whatever becomes of the rest."""
    stored, at = answers_of(found), timezone.now()
    forms = _forms(found, stored, request)
    whole = [form.is_valid() for form in forms]
    try:
        if fresh := _fresh(forms, stored):
            keep_answers(attempt=found, answers=fresh, by=request.user, at=at)
    except Refused as refused:
        return _refused(request, found, forms, refused)
    if not all(whole):
        return _questions(request, found, forms, status=422)
    if "draft" in request.POST:
        messages.success(
            request, _("Your answers are saved. You can close this page and continue another day.")
        )
        return redirect("post-test-attempt", found.pk)
    with attempt(request) as tried:
        send_attempt(attempt=found, leave_empty="leave_empty" in request.POST, by=request.user, at=at)
    if tried.refused:
        return _refused(request, found, forms, tried.refused)
    return redirect("post-test-result", found.pk)


def _refused(
    request: SignedInRequest, found: PostTestAttempt, forms: list[ItemForm], refused: Refused
) -> HttpResponse:
    if PostTestAttempt.objects.filter(pk=found.pk, sent_at__isnull=False).exists():
        messages.warning(request, " ".join(refused.reasons))
        return redirect("post-test-result", found.pk)
    empty = refused.questions if isinstance(refused, Unanswered) else []
    return _questions(request, found, forms, reasons=list(refused.reasons), empty=empty, status=422)


def _forms(
    found: PostTestAttempt, stored: Mapping[str, AttemptAnswer], request: HttpRequest | None = None
) -> list[ItemForm]:
    forms = []
    for item in questions_of(found):
        given = from_json(item, stored[item.id].given) if item.id in stored else None
        data = request.POST if request else None
        form = ItemForm(data, item=item, seed=found.seed, required=False, given=given)
        for field in form.fields.values():
            field.optional_words = ""  # type: ignore[attr-defined]  # an empty answer is no choice, but a gap
        forms.append(form)
    return forms


def _fresh(forms: list[ItemForm], stored: Mapping[str, AttemptAnswer]) -> dict[str, LearnerAnswer | None]:
    """The whole answers that differ from what is kept. An empty one leaves what is kept as it is."""
    fresh: dict[str, LearnerAnswer | None] = {}
    for form in forms:
        if form.is_valid() and form.answered:
            given, kept = form.given(), stored.get(form.item.id)
            if kept is None or kept.given != as_json(given):
                fresh[form.item.id] = given
    return fresh


def _questions(
    request: SignedInRequest,
    found: PostTestAttempt,
    forms: list[ItemForm],
    *,
    reasons: list[str] | None = None,
    empty: list[tuple[int, Item]] | None = None,
    status: int = 200,
) -> HttpResponse:
    stored, now = answers_of(found), timezone.now()
    late = now >= may_be_sent_until(found)
    return page(
        request,
        "academy/checks/post_test_questions.html",
        {
            "attempt": found,
            "questions": [
                {"place": place, "form": form, "kept": stored.get(form.item.id)}
                for place, form in enumerate(forms, 1)
            ],
            "answered": len(stored),
            "reasons": reasons or [],
            "empty": empty or [],
            "unclear": [(n, form) for n, form in enumerate(forms, 1) if form.is_bound and form.errors],
            "until": may_be_sent_until(found),
            "access_over": not found.enrolment.is_open(now),
            "too_late": too_late(found) if late and not reasons else "",
        },
        status=status,
    )


@require_POST
def keep(request: SignedInRequest, pk: int, item: str) -> HttpResponse:
    """Keep one answer as it is given; says when, or why it is not kept."""
    found = get_attempt_for(request.user, pk, to="answer")
    asked = {each.id: each for each in questions_of(found)}
    said: dict[str, object] = {"attempt": found, "item": item, "reasons": []}
    try:
        if item not in asked:
            raise Refused(_("This attempt does not ask that question. Load the page again."))
        form = ItemForm(data=request.POST, item=asked[item], seed=found.seed, required=False)
        if not form.is_valid():
            raise Refused(*[str(error) for errors in form.errors.values() for error in errors])
        given = form.given() if form.answered else None
        keep_answers(attempt=found, answers={item: given}, by=request.user, at=timezone.now())
        said |= {"kept_at": timezone.now() if given is not None else None}
    except Refused as refused:
        said["reasons"] = refused.reasons
    said["answered"] = len(answers_of(found))
    return page(request, "academy/checks/post_test_kept.html", said, status=422 if said["reasons"] else 200)


def result(request: SignedInRequest, pk: int) -> HttpResponse:
    """An attempt that was sent, exactly as it was taken, talked through; and what comes next."""
    found = get_attempt_for(request.user, pk)
    if found.sent_at is None:
        return redirect("post-test-attempt", found.pk)
    own, talked = found.enrolment.learner_id == request.user.pk, result_of(found)
    return page(
        request,
        "academy/checks/post_test_result.html",
        {
            "attempt": found,
            "result": talked,
            "questions": [(each, unit_words(each.item)) for each in talked.questions],
            "own": own,
            "status": post_test_status(found.enrolment, timezone.now()),
        },
    )
