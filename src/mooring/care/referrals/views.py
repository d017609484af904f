"""Pages of leads: the public form, the list, one lead, the call and its outcome."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from mooring.audit.looking import saw
from mooring.audit.recording import VISITOR
from mooring.care.patients.access import patients_for
from mooring.care.referrals import actions
from mooring.care.referrals.access import get_lead_for, leads_for
from mooring.care.referrals.forms import BookCallForm, InterestForm, OutcomeForm
from mooring.care.referrals.models import Lead, LeadStage
from mooring.care.referrals.queries import age_findings, answered_by
from mooring.identity.access import must_hold
from mooring.identity.models import Person, Site
from mooring.identity.queries import policy_in_force
from mooring.identity.roles import Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, attempt, page, typed

# The guard against programs. Design defaults: nobody has measured them.
LEAST_SECONDS = 3
MOST_SECONDS = 12 * 3600
FORMS_AN_HOUR = 10
OPENED_SALT = "care.referrals.opened"
SENT = "interest_sent"
ON_A_PAGE = 50


@login_not_required
def interest_sites(request: HttpRequest) -> HttpResponse:
    """The choice of site; straight to the form when there is only one."""
    sites = list(Site.objects.filter(policies__isnull=False).distinct().order_by("name"))
    if len(sites) == 1:
        return redirect("interest", sites[0].pk)
    return page(request, "care/referrals/interest_sites.html", {"sites": sites})


@login_not_required
@never_cache
def interest(request: HttpRequest, pk: int) -> HttpResponse:
    """The public form of one site."""
    site = get_object_or_404(Site, pk=pk)
    now = timezone.now()
    with timezone.override(site.zone):
        context: dict[str, object] = {"site": site, "crisis_lines": site.crisis_lines}
        try:
            hours = policy_in_force(site, now).answer_interest_hours
        except Refused:
            return page(request, "care/referrals/interest_closed.html", context, status=503)
        form = typed(request, InterestForm, site=site)
        context |= {"form": form, "answer_by": answered_by(site, now, hours)}
        status = None
        if request.method == "POST" and form.is_valid():
            stopped = stopped_by_guard(request, now)
            if stopped:
                form.add_error(None, stopped)
                status = 429 if too_many(request, now) else 422
            else:
                with attempt(request, form) as tried:
                    lead = actions.receive_interest(lead=form.instance, by=VISITOR, at=now)
                    request.session[SENT] = {"site": site.pk, "answer_by": lead.answer_by.isoformat()}
                if tried.done:
                    return redirect("interest-sent", site.pk)
        context["opened"] = signing.dumps(now.isoformat(), salt=OPENED_SALT)
        return page(request, "care/referrals/interest.html", context, status=status)


@login_not_required
@never_cache
def interest_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The next steps, and by when the clinic replies."""
    site = get_object_or_404(Site, pk=pk)
    sent = request.session.get(SENT) or {}
    answer_by = parse_datetime(sent.get("answer_by", "")) if sent.get("site") == site.pk else None
    with timezone.override(site.zone):
        context = {"site": site, "crisis_lines": site.crisis_lines, "answer_by": answer_by}
        return page(request, "care/referrals/interest_sent.html", context)


def stopped_by_guard(request: HttpRequest, now: datetime) -> str:
    """Why a sent form looks like a program's, in words for a person; empty when it does not.

    Without a third party: a field that people do not see, a signed time of opening, and a count by address.
    """
    if request.POST.get("website"):
        return _("Please leave the field “Website” empty and send the form again.")
    try:
        opened = parse_datetime(
            signing.loads(request.POST.get("opened", ""), salt=OPENED_SALT, max_age=MOST_SECONDS)
        )
    except signing.BadSignature:
        return _(
            "This page was open for a long time. Your entries are still here. Please send the form again."
        )
    if opened is None or (now - opened).total_seconds() < LEAST_SECONDS:
        return _("The form was sent very quickly. Please check your entries and send it again.")
    if too_many(request, now, count=True):
        return _("We received too many forms from your network in the last hour. Please call us instead.")
    return ""


def too_many(request: HttpRequest, now: datetime, *, count: bool = False) -> bool:
    """Whether this network address sent more than `FORMS_AN_HOUR` forms in this hour."""
    key = f"interest-{_address_of(request)}-{now:%Y%m%d%H}"
    sent = int(cache.get(key, 0)) + (1 if count else 0)
    if count:
        cache.set(key, sent, 3600)
    return sent > FORMS_AN_HOUR


def _address_of(request: HttpRequest) -> str:
    """Who connects; behind the proxy that ends HTTPS, whom that proxy names last."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.HTTPS and forwarded:
        return str(forwarded.rpartition(",")[2].strip())
    return str(request.META["REMOTE_ADDR"])


def referrals(request: SignedInRequest) -> HttpResponse:
    """Every lead with its stage, the next action and since when."""
    must_hold(request.user, Permission.LEADS_WORK)
    show = request.GET.get("show", "open")
    found = leads_for(request.user)
    if show == "open":
        found = found.filter(stage__in=actions.OPEN_STAGES)
    else:
        found = found.order_by("-since", "-pk")
    shown = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    saw(request.user, [lead.subject_ref for lead in shown])
    context = {"shown": shown, "show": show, "now": timezone.now()}
    return page(request, "care/referrals/referrals.html", context)


def lead(request: SignedInRequest, pk: int) -> HttpResponse:
    """One lead: what the person wrote, its stage and the next action."""
    found = get_lead_for(request.user, pk)
    reachable = leads_for(request.user).filter(pk=found.may_be_lead_id or 0).first()
    now = timezone.now()
    with timezone.override(found.site.zone):
        context = {
            "lead": found,
            "is_open": found.stage in actions.OPEN_STAGES,
            "earlier_lead": reachable,
            "earlier_patient": patients_for(request.user).filter(pk=found.may_be_patient_id or 0).first(),
            "age": found.age_on(found.site.today(now)),
            "age_findings": age_findings(found, now),
            "now": now,
        }
        return page(request, "care/referrals/lead.html", context)


def book_call(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree on a time for the fit call."""
    found = get_lead_for(request.user, pk)
    with timezone.override(found.site.zone):
        initial = {"seen": found.since.isoformat(), "call_at": found.call_at}
        form = typed(request, BookCallForm, initial=initial)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            with attempt(request, form) as tried:
                actions.book_call(
                    lead=found,
                    call_at=given["call_at"],
                    seen=given["seen"],
                    by=request.user,
                    at=timezone.now(),
                )
            if tried.done:
                messages.success(request, _("Call booked."))
                return redirect("lead", pk)
        return page(request, "care/referrals/book_call.html", {"lead": found, "form": form})


def outcome(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record the fit call and its outcome."""
    found = get_lead_for(request.user, pk)
    now = timezone.now()
    others = leads_for(request.user).filter(Q(birth_date=found.birth_date) | Q(pk=found.may_be_lead_id or 0))
    form = typed(
        request,
        OutcomeForm,
        lead=found,
        others=others.exclude(pk=pk).exclude(stage=LeadStage.DUPLICATE),
        at=now,
        initial={"seen": found.since.isoformat(), "other": found.may_be_lead_id},
    )
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            _record_outcome(found, form, request.user, now)
        if tried.done:
            found.refresh_from_db()
            if found.stage == LeadStage.JOINED and found.patient_id:
                return redirect("screening-send", found.patient_id)
            messages.success(request, _("Recorded."))
            return redirect("lead", pk)
    return page(request, "care/referrals/outcome.html", {"lead": found, "form": form})


def _record_outcome(found: Lead, form: OutcomeForm, by: Person, at: datetime) -> Lead:
    given = form.cleaned_data
    seen, call_note, reason = given["seen"], given["call_note"], given["reason"]
    if given["outcome"] == "joined":
        return actions.join_lead(lead=found, call_note=call_note, team=form.team, seen=seen, by=by, at=at)
    if given["outcome"] == "duplicate":
        return actions.mark_duplicate(lead=found, other=given["other"], seen=seen, by=by, at=at)
    end = actions.decline_lead if given["outcome"] == "declined" else actions.withdraw_lead
    return end(lead=found, reason=reason, call_note=call_note, seen=seen, by=by, at=at)
