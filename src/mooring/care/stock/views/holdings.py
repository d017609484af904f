"""What has to stand before anything is received: registrations, suppliers, safes, keys, policy; and deliveries."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.care.patients.access import patients_for
from mooring.care.patients.models import Patient
from mooring.care.stock import actions
from mooring.care.stock.access import get_safe_for
from mooring.care.stock.forms import (
    KeyForm,
    ReceiveForm,
    RegistrationForm,
    SafeForm,
    StockPolicyForm,
    SupplierForm,
)
from mooring.care.stock.models import DrugRegistration, Safe, SafeKey, StockPolicy, Supplier
from mooring.care.stock.queries import policy_of
from mooring.care.stock.views.sending import posted, pressed, sent
from mooring.identity.access import get_site_for
from mooring.identity.actions import confirm_signature
from mooring.identity.models import Person, Site
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import holders
from mooring.identity.roles import TABLE, Permission
from mooring.rules.verdict import Refused
from mooring.work.pages import SignedInRequest, page

SETTLE, WRITE = Permission.STOCK_SETTLE, Permission.STOCK_WRITE


def holdings(request: SignedInRequest, pk: int) -> HttpResponse:
    """The site's registrations, suppliers, safes and keys, and the policy of its ledger."""
    return _shown(request, get_site_for(request.user, pk, to=SETTLE))


def holdings_act(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """Add a registration, supplier or safe, give or take a key, sign the policy."""
    site = get_site_for(request.user, pk, to=SETTLE)
    data = posted(request)
    if act == "take-key":
        key = SafeKey.objects.filter(pk=request.POST.get("key") or 0, safe__site=site).first()
        if key is None:
            raise Http404
        pressed(request, lambda: actions.take_key(key=key, by=request.user, at=timezone.now()))
        return redirect("stock-holdings", site.pk)
    forms = _forms(site)
    if act not in forms:
        raise Http404
    if data is None:
        return redirect("stock-holdings", site.pk)
    form = _forms(site, data, act)[act]
    if sent(request, form, lambda: _act(request.user, site, act, form), _("Saved.")):
        return redirect("stock-holdings", site.pk)
    return _shown(request, site, sent_as=act, form=form)


def _forms(site: Site, data: Any = None, bound: str = "") -> dict[str, BaseForm]:
    """Every form of the page, the one that was sent with what was typed."""
    people = _key_holders(site)
    policy = policy_of(site)
    made: dict[str, Callable[[Any], BaseForm]] = {
        "registration": lambda given: RegistrationForm(given, prefix="registration"),
        "supplier": lambda given: SupplierForm(given, prefix="supplier"),
        "safe": lambda given: SafeForm(given, prefix="safe"),
        "key": lambda given: KeyForm(given, people=people, safes=site.safes.all(), prefix="key"),
        "policy": lambda given: StockPolicyForm(
            given, prefix="policy", instance=policy if given is None else None
        ),
    }
    return {name: make(data if name == bound else None) for name, make in made.items()}


def _key_holders(site: Site) -> list[Person]:
    now, found = timezone.now(), dict[int, Person]()
    for role in TABLE[WRITE].site:
        found.update({person.pk: person for person in holders(site, role, now)})
    return sorted(found.values(), key=lambda each: each.name)


def _act(by: Person, site: Site, act: str, form: Any) -> object:
    now, typed = timezone.now(), form.cleaned_data
    if act == "registration":
        return actions.add_registration(registration=DrugRegistration(site=site, **typed), by=by, at=now)
    if act == "supplier":
        return actions.add_supplier(supplier=Supplier(site=site, **typed), by=by, at=now)
    if act == "safe":
        return actions.add_safe(safe=Safe(site=site, **typed), by=by, at=now)
    if act == "key":
        return actions.give_key(safe=typed["safe"], person=typed["person"], by=by, at=now)
    confirm_signature(by, typed.pop("password"))
    return actions.sign_stock_policy(policy=StockPolicy(site=site, **typed), by=by, at=now)


def _shown(
    request: SignedInRequest, site: Site, *, sent_as: str = "", form: BaseForm | None = None
) -> HttpResponse:
    forms = _forms(site)
    if form is not None:
        forms[sent_as] = form
    context = {
        "site": site,
        "registrations": site.drug_registrations.order_by("expires_on"),
        "suppliers": site.drug_suppliers.order_by("name"),
        "keys": SafeKey.objects.filter(safe__site=site, until=None).select_related("safe", "person"),
        "safes": site.safes.order_by("name"),
        "policy": policy_of(site),
        "forms": forms,
        "now": timezone.now(),
    }
    status = 422 if request.method == "POST" and form is not None else 200
    with timezone.override(site.zone):
        return page(request, "care/stock/holdings.html", context, status=status)


def _assigned_to(person: Person, site: Site, record: str) -> Patient | None:
    """Whose delivery it is, by the record number on its label; None for clinic stock."""
    if not record.strip():
        return None
    found = patients_for(person).filter(record_number__iexact=record.strip(), site=site).first()
    if found is None:
        raise Refused(
            _("No patient of this site has the record number {number}.").format(number=record.strip())
        )
    saw(person, [found.subject_ref])
    return found


def receive(request: SignedInRequest, pk: int) -> HttpResponse:
    """One line of a delivery into the safe, compared with its papers."""
    safe = get_safe_for(request.user, pk, to=WRITE)
    now = timezone.now()
    known = pack_in_force(safe.site).presentations.in_force(safe.site.today(now))
    items = tuple(each for each in known if each.strength_mg_per_ml or each.mg_each)
    with timezone.override(safe.site.zone):
        form = ReceiveForm(
            posted(request),
            presentations=items,
            suppliers=Supplier.objects.filter(site=safe.site).order_by("name"),
        )

        def act() -> None:
            typed = form.cleaned_data
            delivered = actions.Delivered(
                patient=_assigned_to(request.user, safe.site, typed["record"]),
                presentation=next(item for item in items if item.key == typed["presentation"]),
                lot_number=typed["lot_number"],
                expires_on=typed["expires_on"],
                containers=typed["containers"],
                on_paper=typed["on_paper"],
            )
            actions.receive(
                safe=safe,
                delivered=delivered,
                supplier=typed["supplier"],
                happened_at=now,
                by=request.user,
                at=now,
            )

        if sent(request, form, act, _("The delivery stands in the ledger.")):
            return redirect("safe", safe.pk)
        return page(request, "care/stock/receive.html", {"safe": safe, "form": form})
