"""Inventories and reconciled months of a safe: signed, countersigned, printed."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import looking_at, saw
from mooring.audit.models import AccessKind
from mooring.care.stock import actions
from mooring.care.stock.access import get_safe_for, get_statement_for
from mooring.care.stock.forms import CountersignForm, ReorderForm, StatementForm
from mooring.care.stock.models import DrugRegistration, ReorderPoint, StatementKind, StockStatement
from mooring.care.stock.queries.stating import head_of_statement, last_day_of_month_before, sealed_of
from mooring.care.stock.views.sending import posted, sent
from mooring.identity.actions import confirm_signature
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.sentences.times import full_day_words
from mooring.work.documents.answering import sheet_file
from mooring.work.documents.sheet import Sheet, SheetSection, letterhead_of
from mooring.work.pages import SignedInRequest, page

WRITE, SETTLE = Permission.STOCK_WRITE, Permission.STOCK_SETTLE


def statements(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was stated about a safe, and signing today's inventory or the month that is over."""
    safe = get_safe_for(request.user, pk, to=Permission.STOCK_READ if request.method == "GET" else WRITE)
    now = timezone.now()
    today = safe.site.today(now)
    data = posted(request)
    form = StatementForm(data)

    def act() -> None:
        typed = form.cleaned_data
        confirm_signature(request.user, typed["password"])
        inventory = typed["kind"] == StatementKind.INVENTORY
        actions.state(
            safe=safe,
            kind=typed["kind"],
            day=today if inventory else last_day_of_month_before(today),
            moment=typed["moment"],
            exact=typed["exact"],
            by=request.user,
            at=now,
        )

    with timezone.override(safe.site.zone):
        if sent(request, form, act, _("Signed. A second person countersigns it.")):
            return redirect("stock-statements", safe.pk)
        context = {
            "safe": safe,
            "rows": safe.statements.select_related("by", "countersigned_by").order_by("-day", "-id"),
            "form": form,
            "month": last_day_of_month_before(today),
            "may_write": safe.site_id in request.user.sites_where(WRITE),
        }
        return page(request, "care/stock/statements.html", context)


def statement(request: SignedInRequest, pk: int) -> HttpResponse:
    """One statement as it was signed; the second person countersigns it here."""
    record = get_statement_for(
        request.user, pk, to=Permission.STOCK_READ if request.method == "GET" else SETTLE
    )
    now = timezone.now()
    form = CountersignForm(posted(request))

    def act() -> None:
        confirm_signature(request.user, form.cleaned_data["password"])
        actions.countersign(statement=record, by=request.user, at=now)

    with timezone.override(record.safe.site.zone):
        if sent(request, form, act, _("Countersigned.")):
            return redirect("stock-statement", record.pk)
        context = {
            "statement": record,
            "safe": record.safe,
            "head": head_of_statement(record.kind),
            "form": form,
            "may_countersign": record.countersigned_at is None
            and record.by_id != request.user.pk
            and record.safe.site_id in request.user.sites_where(SETTLE),
        }
        return page(request, "care/stock/statement.html", context)


def statement_paper(request: SignedInRequest, pk: int) -> FileResponse | HttpResponse:
    """The statement as a tagged PDF with the names of who signed it."""
    with looking_at(request.path[:120], kind=AccessKind.PRINT):
        record = get_statement_for(request.user, pk)
        saw(request.user, [f"identity.site:{record.safe.site_id}"])
    with timezone.override(record.safe.site.zone):
        back = reverse("stock-statement", args=[record.pk])
        return sheet_file(request, sheet_of(record), f"statement-{record.pk}.pdf", back=back)


def sheet_of(record: StockStatement) -> Sheet:
    """A statement as a paper: registration, moment, exact or an estimate, the rows, both signatures."""
    site = record.safe.site
    registration = DrugRegistration.objects.filter(site=site).order_by("-expires_on").first()
    second = record.countersigned_by.legal_name if record.countersigned_by else _("not countersigned yet")
    missing = () if registration else (_("No registration of the site is recorded."),)
    holder = f"{registration.holder}, {registration.address}, {registration.number}" if registration else ""
    return Sheet(
        record.kind,
        _("statement {number}").format(number=record.pk),
        f"{record.get_kind_display()}".capitalize(),
        _("{safe}, {day}, {moment}.").format(
            safe=record.safe, day=full_day_words(record.day), moment=record.get_moment_display()
        ),
        letterhead_of(site),
        record.safe.name,
        (
            SheetSection(
                _("Registrant"),
                (
                    *(((_("Registration"), holder),) if holder else ()),
                    (_("Opened containers"), _("counted exactly") if record.exact else _("estimated")),
                ),
            ),
            SheetSection(
                _("On hand") if record.kind == StatementKind.INVENTORY else _("The month"),
                (),
                (),
                head_of_statement(record.kind),
                tuple(tuple(row) for row in record.figures),
            ),
            SheetSection(
                _("Signatures"), ((_("Signed by"), record.by.legal_name), (_("Countersigned by"), second))
            ),
        ),
        missing,
    )


def reorder(request: SignedInRequest, pk: int) -> HttpResponse:
    """Below how many unopened containers somebody is asked to order."""
    safe = get_safe_for(request.user, pk, to=Permission.STOCK_READ if request.method == "GET" else SETTLE)
    now = timezone.now()
    known = pack_in_force(safe.site).presentations.in_force(safe.site.today(now))
    form = ReorderForm(posted(request), presentations=known)

    def act() -> None:
        item = next(each for each in known if each.key == form.cleaned_data["presentation"])
        point = ReorderPoint(
            site=safe.site, presentation=item.key, title=item.title, least=form.cleaned_data["least"]
        )
        actions.set_reorder_point(point=point, by=request.user, at=now)

    if sent(request, form, act, _("Saved.")):
        return redirect("stock-reorder", safe.pk)
    points = [(point, sealed_of(point)) for point in safe.site.reorder_points.order_by("title")]
    context = {
        "safe": safe,
        "points": points,
        "form": form if safe.site_id in request.user.sites_where(SETTLE) else None,
    }
    return page(request, "care/stock/reorder.html", context)
