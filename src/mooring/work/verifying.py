"""Everything that can be verified inside this machine: guards, seals, rows, and the signatures of passkeys."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from mooring.audit import guards, seals
from mooring.audit.models import Event
from mooring.audit.recording import SIGNATURES
from mooring.identity.passkeys import is_of
from mooring.work.time_stamps import first_broken


def what_is_wrong() -> Iterator[str]:
    """Each guard that is lost, the first row or seal that differs, the first passkey's signature that is of another form."""
    for table, act in guards.missing("default"):
        yield _("the table {table} has lost its guard against {act}").format(table=table, act=act)
    broken = seals.verify()
    if broken is not None:
        yield str(broken)
    time_stamp = first_broken()
    if time_stamp:
        yield time_stamp
    for event in Event.objects.filter(**{f"detail__{SIGNATURES}__isnull": False}).order_by("pk").iterator():
        for kept in event.detail[SIGNATURES]:
            if kept["with"] == "passkey" and not is_of(kept, kept["of"]):
                yield _("audit.event:{number} holds a passkey's signature of something else").format(
                    number=event.pk
                )
                return
