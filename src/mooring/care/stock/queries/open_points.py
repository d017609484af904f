"""What stands between a safe and the end of its day, as codes with values; the words stand in `sentences.stock`."""

from datetime import datetime

from mooring.care.stock.models import Safe
from mooring.care.stock.queries.standing import (
    day_of,
    not_counted,
    open_discrepancies,
    owed_doses,
    unsquared_draws,
    unwitnessed,
)
from mooring.rules.ledger import OpenPoint, PointCode


def open_points(safe: Safe, at: datetime) -> list[OpenPoint]:
    """Everything that is red: the day closes when the list is empty."""
    points = [
        OpenPoint(
            PointCode.UNSQUARED,
            container=draw.container.code,
            measure=draw.container.lot.measure,
            parts=draw.left,  # type: ignore[attr-defined]
            row=draw.pk,
        )
        for draw in unsquared_draws(safe=safe)
    ]
    points += [
        OpenPoint(
            PointCode.UNWITNESSED,
            container=entry.container.code,
            measure=entry.container.lot.measure,
            parts=entry.amount,
            row=entry.pk,
        )
        for entry in unwitnessed(safe)
    ]
    points += [
        OpenPoint(PointCode.OWED, mg=owed.missing_mg, row=owed.dose.order_id)
        for owed in owed_doses(safe.site)
    ]
    points += [
        OpenPoint(PointCode.DIFFERS, container=found.container.code, row=found.pk)
        for found in open_discrepancies(safe)
    ]
    start, _end = day_of(safe.site, at)
    points += [
        OpenPoint(PointCode.NOT_COUNTED, container=container.code, row=container.pk)
        for container in not_counted(safe, start)
    ]
    return points
