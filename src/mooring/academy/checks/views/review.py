"""Pages of the review after the course: saying yes or no to it, and the two questions of a letter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mooring.academy.checks.access import get_review_on_link
from mooring.academy.checks.actions.review import answer_review, begin_review, end_review
from mooring.academy.checks.forms import ItemForm
from mooring.academy.checks.models import ReviewPlan
from mooring.academy.checks.queries.review import may_begin, questions_now, review_feedback, review_status
from mooring.academy.learning.access import get_enrolment_for
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page


def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say yes to the review, see how it stands, or end it. It outlives the access to the lessons."""
    enrolment = get_enrolment_for(request.user, pk, open_now=False)
    plan = ReviewPlan.objects.filter(enrolment=enrolment).first()
    reasons: list[str] = []
    if request.method == "POST":
        now = timezone.now()
        with attempt(request) as tried:
            if "stop" in request.POST and plan is not None:
                end_review(plan=plan, by=request.user, at=now)
            else:
                begin_review(enrolment=enrolment, by=request.user, at=now)
        if tried.done:
            return redirect("review", pk)
        reasons = tried.reasons
    context = {
        "enrolment": enrolment,
        "status": review_status(plan) if plan else None,
        "may_begin": may_begin(enrolment),
        "reasons": reasons,
    }
    return page(request, "academy/checks/review.html", context, status=422 if reasons else 200)


@login_not_required
@never_cache
def questions(request: HttpRequest, link_pk: int) -> HttpResponse:
    """The questions of the letter whose link was opened, one after the other, each explained at once."""
    now = timezone.now()
    try:
        link, plan = get_review_on_link(request, link_pk, now)
    except Refused as over:
        return page(request, "academy/checks/review_over.html", {"reasons": over.reasons}, status=410)
    waiting = questions_now(plan, now)
    form = None
    if waiting:
        item = waiting[0].item
        sent = request.POST if request.POST.get("item") == item.id else None
        form = ItemForm(sent, item=item, seed=f"review/{link.pk}", ask_sure=True)
        if form.is_bound and form.is_valid():
            with attempt(request, form) as tried:
                answer_review(
                    plan=plan,
                    item_id=item.id,
                    digest=request.POST.get("digest", ""),
                    given=form.given(),
                    sure=form.sure,
                    link=link,
                    by=link.person,
                    at=now,
                )
            if tried.done:
                if len(waiting) == 1:
                    return page(request, "academy/checks/review_questions.html", _said(plan, link.site))
                return redirect("review-questions", link_pk)
    context = {**_said(plan, link.site), "form": form, "waiting": waiting}
    return page(request, "academy/checks/review_questions.html", context)


def _said(plan: ReviewPlan, site: object) -> dict[str, object]:
    plan.refresh_from_db()
    return {"plan": plan, "site": site, "talked": review_feedback(plan), "status": review_status(plan)}


@login_not_required
@never_cache
@require_POST
def stop(request: HttpRequest, link_pk: int) -> HttpResponse:
    """One tap from the letter's page: no more questions come."""
    now = timezone.now()
    try:
        link, plan = get_review_on_link(request, link_pk, now)
        end_review(plan=plan, by=link.person, at=now)
    except Refused as over:
        return page(request, "academy/checks/review_over.html", {"reasons": over.reasons}, status=410)
    messages.success(request, _("You get no more questions."))
    return page(request, "academy/checks/review_over.html", {"stopped": True, "plan": plan})
