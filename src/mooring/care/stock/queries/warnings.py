"""What of a site's stock needs a person: expired, recalled, soon to expire, running low, a registration that ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, Subquery

from mooring.care.stock.models import ContainerState, DrugRegistration, Lot, ReorderPoint
from mooring.care.stock.queries.showing import EXPIRES_SOON
from mooring.care.stock.queries.standing import recalls_of
from mooring.care.stock.queries.stating import sealed_of
from mooring.identity.models import Site
from mooring.rules.ledger import ShownWarning, WarningCode

URGENCY = tuple(WarningCode)
IN_USE = (ContainerState.SEALED, ContainerState.OPENED)


@dataclass(frozen=True)
class StockWarning:
    """One thing that needs a person; `about` is the lot, the reorder point or the registration."""

    code: WarningCode
    site: Site
    about: Lot | ReorderPoint | DrugRegistration
    on: date | None
    shown: ShownWarning


def warnings_for(sites: Iterable[Site], at: datetime) -> list[StockWarning]:
    """Those of several sites, what presses most first."""
    found = [warning for site in sites for warning in warnings_at(site, at)]
    return sorted(found, key=lambda each: (URGENCY.index(each.code), each.on or date.max, each.about.pk))


def warnings_at(site: Site, at: datetime) -> list[StockWarning]:
    """Everything of one site."""
    today = site.today(at)
    return [*_of_lots(site, today), *_of_registrations(site, today), *_of_points(site)]


def _of_lots(site: Site, today: date) -> list[StockWarning]:
    """Lots of which the site holds something that is recalled, expired, or soon will be, wherever it was received.

    A recall is of the maker's number: one that another site of the organisation entered is told here too.
    """
    here = Q(containers__safe__site=site)
    held = Count("containers", filter=here & ~Q(containers__state=ContainerState.FINISHED))
    in_use = Count("containers", filter=here & Q(containers__state__in=IN_USE))
    lots = Lot.objects.filter(here).distinct().annotate(held=held, in_use=in_use).filter(held__gt=0)
    recalls = recalls_of(site, OuterRef("product"), OuterRef("number"))
    lots = lots.annotate(recalled_anywhere=Subquery(recalls.values("recalled_at")[:1]))
    wanted = lots.filter(Q(recalled_anywhere__isnull=False) | Q(expires_on__lte=today + EXPIRES_SOON))
    return [_of_lot(lot, site, today) for lot in wanted.order_by("expires_on", "pk")]


def _of_lot(lot: Lot, site: Site, today: date) -> StockWarning:
    if lot.recalled_at is not None:
        code, on = WarningCode.RECALLED, site.today(lot.recalled_at)
    elif lot.recalled_anywhere is not None:  # type: ignore[attr-defined]
        code, on = WarningCode.RECALLED_ELSEWHERE, site.today(lot.recalled_anywhere)  # type: ignore[attr-defined]
    else:
        code = WarningCode.EXPIRED if lot.expires_on < today else WarningCode.EXPIRES
        on = lot.expires_on
    shown = ShownWarning(
        code,
        str(lot),
        on,
        held=lot.held,  # type: ignore[attr-defined]
        in_use=lot.in_use,  # type: ignore[attr-defined]
    )
    return StockWarning(code, site, lot, on, shown)


def _of_registrations(site: Site, today: date) -> list[StockWarning]:
    """Registrations that end soon or have ended, and that no later one of the same schedules renewed."""
    newest: dict[str, DrugRegistration] = {}
    for registration in site.drug_registrations.order_by("expires_on", "pk"):
        newest[registration.schedules] = registration
    return [
        StockWarning(
            WarningCode.REGISTRATION,
            site,
            registration,
            registration.expires_on,
            ShownWarning(
                WarningCode.REGISTRATION,
                registration.number,
                registration.expires_on,
                over=registration.expires_on < today,
            ),
        )
        for registration in newest.values()
        if registration.expires_on <= today + EXPIRES_SOON
    ]


def _of_points(site: Site) -> list[StockWarning]:
    """Presentations of which fewer unopened containers are held than the site wants to keep."""
    found = []
    for point in site.reorder_points.order_by("title"):
        held = sealed_of(point)
        if held < point.least:
            shown = ShownWarning(WarningCode.LOW, point.title, None, held=held, least=point.least)
            found.append(StockWarning(WarningCode.LOW, site, point, None, shown))
    return found
