"""Pages of people: the list, one person, invitations, roles, credentials, duty."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.desk.people.forms import CredentialForm, DutyForm, InviteForm, RoleForm
from mooring.identity.access import get_colleague_for, sites_for
from mooring.identity.actions import grant_credential, revoke_credential, set_duty
from mooring.identity.models import (
    Credential,
    CredentialSource,
    Duty,
    Person,
    RoleAssignment,
    RoleProposal,
    Site,
)
from mooring.identity.packs import credential_kinds
from mooring.identity.roles import Permission, Role
from mooring.work.backups import last_backup
from mooring.work.granting import grant_colleague, grant_role
from mooring.work.invitations import send_invitation
from mooring.work.pages import SignedInRequest, attempt, page, typed

MANAGE, CREDENTIALS = Permission.PEOPLE_MANAGE, Permission.CREDENTIALS_MANAGE


@dataclass(frozen=True)
class Member:
    """One line of the list: the person, their roles here, and how their credentials stand."""

    person: Person
    roles: list[RoleAssignment]
    ended: list[Credential]
    ending: list[Credential]

    @property
    def only_learns(self) -> bool:
        return all(each.role == Role.LEARNER for each in self.roles)


def people(request: SignedInRequest) -> HttpResponse:
    """Everyone with a role at the sites that one manages, the duty roster, and the sites' policies."""
    sites = _sites(request.user)
    now = timezone.now()
    duties = (
        Duty.objects.filter(site__in=sites, ends_at__gt=now)
        .select_related("person", "site")
        .order_by("site__name", "role", "starts_at")[:60]
    )
    members = _members(sites, timezone.localdate())
    context = {
        "members": [each for each in members if not each.only_learns],
        "learners": [each for each in members if each.only_learns],
        "kinds": credential_kinds(sites),
        "duties": duties,
        "sites": sites,
        "may_manage": request.user.may(MANAGE),
        "may_open_site": request.user.may(Permission.SITES_MANAGE),
        "now": now,
        "backup": last_backup(),
    }
    return page(request, "desk/people/people.html", context)


def _sites(person: Person) -> "QuerySet[Site]":
    ids = person.sites_where(MANAGE) | person.sites_where(CREDENTIALS)
    if not ids:
        raise PermissionDenied
    return Site.objects.filter(pk__in=ids).order_by("name")


def _current() -> Q:
    now = timezone.now()
    return Q(held_from__lte=now) & (Q(held_until__isnull=True) | Q(held_until__gt=now))


def _members(sites: "QuerySet[Site]", today: date) -> list[Member]:
    roles = RoleAssignment.objects.filter(_current(), site__in=sites).select_related("site").order_by("id")
    credentials = Credential.objects.filter(revoked_at__isnull=True, valid_until__isnull=False)
    found = (
        Person.objects.filter(roles__in=roles)
        .distinct()
        .order_by("legal_name")
        .prefetch_related(Prefetch("roles", roles, to_attr="held"), Prefetch("credentials", credentials))
    )
    return [_member(each, today) for each in found]


def _member(person: Person, today: date) -> Member:
    dated = sorted(person.credentials.all(), key=lambda each: each.valid_until or today)
    ends = [(each, each.valid_until) for each in dated if each.valid_until]
    return Member(
        person=person,
        roles=person.held,  # type: ignore[attr-defined]
        ended=[each for each, end in ends if end < today],
        ending=[each for each, end in ends if 0 <= (end - today).days <= 60],
    )


def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: roles here, credentials with their ends, whether they can sign in."""
    found = _colleague(request.user, pk)
    sites = _sites(request.user)
    may_manage = request.user.may(MANAGE)
    context = {
        "person": found,
        "roles": found.roles.filter(site__in=sites).select_related("site").order_by("held_until", "id"),
        "credentials": found.credentials.order_by("revoked_at", "valid_until"),
        "kinds": credential_kinds(sites),
        "form": RoleForm(sites=sites_for(request.user, MANAGE)) if may_manage else None,
        "may_manage": may_manage,
        "may_credential": request.user.may(CREDENTIALS),
        "today": timezone.localdate(),
        "open_invitation": not found.has_usable_password(),
    }
    return page(request, "desk/people/person.html", context)


def _colleague(person: Person, pk: int) -> Person:
    """Somebody of the sites where `person` manages people or credentials."""
    if person.may(MANAGE):
        return get_colleague_for(person, pk, to=MANAGE)
    return get_colleague_for(person, pk, to=CREDENTIALS)


def invite(request: SignedInRequest) -> HttpResponse:
    """Invite a colleague new, with their first role."""
    sites = sites_for(request.user, MANAGE)
    if not sites:
        raise PermissionDenied
    form = typed(request, InviteForm, sites=sites)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        new = Person(
            legal_name=asked["legal_name"],
            chosen_name=asked["chosen_name"],
            pronouns=asked["pronouns"],
            email=asked["email"],
            time_zone=asked["site"].time_zone,
        )
        said = _("{name} is invited.")
        with attempt(request, form) as tried:
            granted = grant_colleague(
                person=new, role=asked["role"], site=asked["site"], by=request.user, at=timezone.now()
            )
            if isinstance(granted, RoleProposal):
                said = _("A second person confirms the role of {name}; then the invitation goes out.")
        if tried.done:
            messages.success(request, said.format(name=asked["legal_name"]))
            return redirect("people")
    return page(request, "desk/people/invite.html", {"form": form})


@require_POST
def invite_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the invitation anew; the earlier link is withdrawn."""
    found = get_colleague_for(request.user, pk, to=MANAGE)
    role = found.roles.filter(_current(), site__in=request.user.sites_where(MANAGE)).first()
    if role is None:
        raise Http404
    with attempt(request) as tried:
        send_invitation(person=found, site=role.site, by=request.user, at=timezone.now())
    _say(request, tried.reasons, _("The invitation goes out again. The earlier link no longer opens."))
    return redirect("person", found.pk)


@require_POST
def role_give(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_colleague_for(request.user, pk, to=MANAGE)
    form = RoleForm(sites=sites_for(request.user, MANAGE), data=request.POST)
    reasons, two = [_("Choose one of the roles and sites listed here.")], False
    if form.is_valid():
        with attempt(request) as tried:
            asked = form.cleaned_data
            granted = grant_role(
                person=found, role=asked["role"], site=asked["site"], by=request.user, at=timezone.now()
            )
            two = isinstance(granted, RoleProposal)
        reasons = tried.reasons
    given, proposed = _("The role is given and holds from now on."), _("A second person confirms this role.")
    _say(request, reasons, proposed if two else given)
    return redirect("person", found.pk)


def credential_grant(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record a licence or certificate from the paper."""
    found = get_colleague_for(request.user, pk, to=CREDENTIALS)
    form = typed(request, CredentialForm, kinds=credential_kinds(sites_for(request.user, CREDENTIALS)))
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            grant_credential(
                person=found,
                **{name: form.cleaned_data[name] for name in CredentialForm.Meta.fields},
                source=CredentialSource.RECORDED,
                by=request.user,
                at=timezone.now(),
            )
        if tried.done:
            messages.success(request, _("The credential is recorded."))
            return redirect("person", found.pk)
    return page(request, "desk/people/credential.html", {"person": found, "form": form})


@require_POST
def credential_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    credential = get_object_or_404(Credential.objects.select_related("person"), pk=pk)
    found = get_colleague_for(request.user, credential.person_id, to=CREDENTIALS)
    with attempt(request) as tried:
        revoke_credential(credential=credential, by=request.user, at=timezone.now())
    _say(request, tried.reasons, _("The credential no longer counts."))
    return redirect("person", found.pk)


def duty(request: SignedInRequest) -> HttpResponse:
    """Say who answers for a role, from when until when."""
    sites = sites_for(request.user, MANAGE)
    if not sites:
        raise PermissionDenied
    holders = Person.objects.filter(_holding(sites)).distinct().order_by("legal_name")
    form = typed(request, DutyForm, sites=sites, people=holders)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as tried:
            set_duty(**form.cleaned_data, by=request.user, at=timezone.now())
        if tried.done:
            messages.success(request, _("Duty saved."))
            return redirect("people")
    return page(request, "desk/people/duty.html", {"form": form})


def _holding(sites: "QuerySet[Site]") -> Q:
    return Q(roles__site__in=sites, roles__held_until__isnull=True, is_active=True)


def _say(request: SignedInRequest, reasons: list[str], done: str) -> None:
    if reasons:
        messages.error(request, " ".join(reasons))
    else:
        messages.success(request, done)
