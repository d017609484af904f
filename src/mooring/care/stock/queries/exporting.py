"""The ledger as files that an inspector checks with Python alone (`verifier.py`, put beside them)."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import Max

from mooring.audit.digests import plain
from mooring.care.stock.models import ClosedDay, Container, LedgerEntry
from mooring.care.stock.queries import verifier
from mooring.identity.models import Site


def exported(site: Site) -> bytes:
    """A zip with entries, containers, heads of closed days and the verifier, of every safe of the site.

    Patients stand in it by number alone; the dispensing record names them. A container that went to another site is
    in it up to its last line here, so that the heads of the days before still hold.
    """
    until = dict(
        LedgerEntry.objects.filter(safe__site=site)
        .values_list("container")
        .annotate(last=Max("number"))
        .order_by("container")
    )
    containers = Container.objects.filter(pk__in=until).select_related("lot", "safe").order_by("pk")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("entries.jsonl", _text(_entries(until)))
        archive.writestr("containers.jsonl", _text(_container(each) for each in containers))
        archive.writestr("heads.jsonl", _text(_heads(site)))
        archive.writestr("verify.py", Path(str(verifier.__file__)).read_text(encoding="utf-8"))
    return buffer.getvalue()


def _entries(until: dict[int, int]) -> Iterator[dict[str, Any]]:
    columns = {
        "draw": "draw__number",
        "reverses": "reverses__number",
        "dose": "dose__key",
    }
    names = [columns.get(name, name) for name in verifier.ENTRY if name != "by"]
    rows = (
        LedgerEntry.objects.filter(container__in=until)
        .order_by("container_id", "number")
        .values(*names, "digest", "by_id")
    )
    back = {column: name for name, column in columns.items()}
    for row in rows.iterator(chunk_size=2000):
        if row["number"] > until[row["container"]]:
            continue
        by = row.pop("by_id")
        yield {back.get(name, name): value for name, value in row.items()} | {"by": f"identity.person:{by}"}


def _container(container: Container) -> dict[str, Any]:
    lot = container.lot
    return {
        "container": container.pk,
        "code": container.code,
        "safe": container.safe.name,
        "product": lot.product,
        "form": lot.title,
        "lot": lot.number,
        "expires_on": lot.expires_on,
        "counted": lot.counted,
        "strength_mg_per_ml": lot.strength_mg_per_ml,
        "mg_a_piece": lot.mg_a_piece,
    }


def _heads(site: Site) -> Iterator[dict[str, Any]]:
    for closed in ClosedDay.objects.filter(safe__site=site).select_related("safe").order_by("day", "pk"):
        yield {"safe": closed.safe.name, "day": closed.day, "heads": closed.heads, "head": closed.head}


def _text(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(
        json.dumps(row, sort_keys=True, separators=(",", ":"), default=plain) + "\n" for row in rows
    )
