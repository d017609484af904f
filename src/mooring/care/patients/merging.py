"""Two records of one person: merged and separated again, with nothing moved.

Merging writes one row and one relation, `Patient.merged_into`. Whatever stands in the merged record stays in it, with
its digests, and is gathered with the rest by `Patient.records`. So separating them is exact: the relation goes, and
each record is what it was, with what was added to it since. Nothing new is started in a merged record, by no door
(`refuse_act_on_merged`); what was begun in it is finished, as a questionnaire behind a link that the person holds.

Two writers: merging locks both records, so a row that another act adds to one of them waits (its foreign key needs
the record), and is refused when the merge was first. See docs/decisions/0011.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Refused


def why_not(*, merged: Patient, kept: Patient) -> list[str]:
    """What keeps `merged` from being merged into `kept`, with the way out; empty when nothing does."""
    if merged.pk == kept.pk:
        return [_("This is the same record. Choose the other one.")]
    if merged.site_id != kept.site_id:
        return [
            _(
                "The records are at two sites: who may read one may not read the other. Agree with {site} on "
                "where the person is treated, and admit them there."
            ).format(site=merged.site)
        ]
    reasons = [
        _("{record} was merged into {kept} already. Separate them first.").format(
            record=record.record_number, kept=record.merged_into.record_number
        )
        for record in (merged, kept)
        if record.merged_into
    ]
    if merged.merged_records.exists():
        reasons.append(
            _("Other records were merged into {record}. Keep this one, or separate them first.").format(
                record=merged.record_number
            )
        )
    return [*reasons, *(reason for hold in _holds() for reason in hold(merged))]


def refuse_act_on_merged(keywords: Mapping[str, Any]) -> None:
    """Refuse an act that adds to a merged record: one that is handed the record, or a row that is yet to be saved.

    A correction (`corrects`) belongs to the record of the value that it corrects.
    """
    if "corrects" in keywords:
        return
    for value in keywords.values():
        pk = _record_added_to(value)
        if pk is not None:
            refuse_merged(pk)


def refuse_merged(pk: int) -> None:
    """Raise `Refused`, naming the record that is kept, when the record with this key was merged into another."""
    for (record,) in KEPT_RECORD.rows((pk,)):
        raise Refused(
            _("This record was merged into {record}. Open that one and write there.").format(record=record)
        )


KEPT_RECORD = Prepared(
    lambda keys, moments: Patient.objects.filter(merged_records__in=keys).values_list("record_number")
)


def _record_added_to(value: object) -> int | None:
    if isinstance(value, Patient):
        return value.pk
    state = getattr(value, "_state", None)
    if state is None or not state.adding:
        return None
    patient_pk: int | None = getattr(value, "patient_id", None)
    return patient_pk


@cache
def _holds() -> tuple[Callable[[Patient], list[str]], ...]:
    """Each room's reasons why a record cannot be merged away now, as the settings name them."""
    return tuple(import_string(path) for path in settings.MERGE_HOLDS)
