"""Reports as a table and as a file, and the export that an inspector verifies without this program."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mooring.audit.looking import looking_at, saw
from mooring.audit.models import AccessKind
from mooring.care.patients.access import get_patient_for
from mooring.care.stock.access import get_container_for, get_lot_for, get_safe_for
from mooring.care.stock.models import Safe
from mooring.care.stock.queries.exporting import exported
from mooring.care.stock.queries.reports import REPORTS, ReportDays, StockReport
from mooring.identity.roles import Permission
from mooring.work.documents.answering import sheet_file
from mooring.work.documents.sheet import Sheet, SheetSection, letterhead_of
from mooring.work.moments import EARLIEST_YEAR, LATEST_YEAR
from mooring.work.pages import SignedInRequest, page

A_MONTH = timedelta(days=30)


def reports(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which reports there are, over which days."""
    safe = get_safe_for(request.user, pk)
    today = safe.site.today(timezone.now())
    context = {
        "safe": safe,
        "reports": [(name, title) for name, (title, _make) in REPORTS.items()],
        "first": today - A_MONTH,
        "last": today,
    }
    with timezone.override(safe.site.zone):
        return page(request, "care/stock/reports.html", context)


def report(request: SignedInRequest, pk: int, name: str) -> HttpResponse | FileResponse:
    """One report on the page, or as a file with `?as=csv`."""
    safe = get_safe_for(request.user, pk)
    if name not in REPORTS:
        raise Http404
    today = safe.site.today(timezone.now())
    asked = ReportDays(
        safe, _day(request.GET.get("first"), today - A_MONTH), _day(request.GET.get("last"), today)
    )
    asked = replace(asked, only=_only(request, safe))
    as_file = request.GET.get("as") in ("csv", "pdf")
    with timezone.override(safe.site.zone):
        made = REPORTS[name][1](asked)
        with looking_at(request.path[:120], kind=AccessKind.EXPORT if as_file else AccessKind.VIEW):
            saw(request.user, made.subjects)
        if request.GET.get("as") == "csv":
            return _file(made, asked)
        if request.GET.get("as") == "pdf":
            return _paper(request, made, asked)
        context = {"safe": safe, "report": made, "asked": asked}
        return page(request, "care/stock/report.html", context)


def _only(request: SignedInRequest, safe: Safe) -> tuple[str, int] | None:
    """One container, lot or patient alone, where the address names one that this person may open."""
    asked = {name: request.GET.get(name, "") for name in ("container", "lot", "patient")}
    for name, text in asked.items():
        if not text.isdigit():
            continue
        if name == "container":
            get_container_for(request.user, int(text))
        elif name == "lot":
            get_lot_for(request.user, int(text))
        else:
            get_patient_for(request.user, int(text), to=Permission.PATIENTS_OPEN)
        return name, int(text)
    return None


def _paper(request: SignedInRequest, made: StockReport, asked: ReportDays) -> FileResponse | HttpResponse:
    """The report as a tagged PDF, its table with the head on every page."""
    sheet = Sheet(
        made.name,
        _("report of the ledger"),
        made.title,
        made.covers,
        letterhead_of(asked.safe.site),
        asked.safe.name,
        (
            SheetSection(
                made.title,
                (),
                () if made.rows else (_("Nothing on these days."),),
                made.head if made.rows else (),
                tuple(made.rows),
            ),
        ),
        made.missing,
    )
    name = f"{slugify(asked.safe.name)}-{made.name}-{asked.last.isoformat()}.pdf"
    return sheet_file(request, sheet, name, back=reverse("stock-reports", args=[asked.safe.pk]))


def _day(text: str | None, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else otherwise


def _file(made: StockReport, asked: ReportDays) -> FileResponse:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(made.head)
    writer.writerows([_harmless(cell) for cell in row] for row in made.rows)
    name = f"{slugify(asked.safe.name)}-{made.name}-{asked.last.isoformat()}.csv"
    return FileResponse(io.BytesIO(buffer.getvalue().encode()), as_attachment=True, filename=name)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@require_POST
def export(request: SignedInRequest, pk: int) -> FileResponse:
    """Every entry of the site's ledgers as files with the verifier beside them."""
    safe = get_safe_for(request.user, pk)
    with looking_at(request.path[:120], kind=AccessKind.EXPORT):
        saw(request.user, [f"identity.site:{safe.site_id}"])
    name = f"{slugify(safe.site.name)}-ledger.zip"
    return FileResponse(io.BytesIO(exported(safe.site)), as_attachment=True, filename=name)
