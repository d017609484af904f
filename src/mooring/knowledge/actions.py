"""What a site's medical director is told in time, by the clock: reviews that come due, content that is refused."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import CLOCK
from mooring.content.lint import due_for_review, next_date
from mooring.identity.models import SignedPack, Site
from mooring.identity.packs import newest_signed_pack, parsed
from mooring.identity.roles import Role
from mooring.knowledge.queries.packs import content_faults
from mooring.work.actions import Owed, close_tasks_about, make_task

REVIEW, REFUSED = "content-review", "content-refused"
REFUSED_WITHIN = timedelta(days=1)


def announce(*, at: datetime) -> None:
    """One open task a site for what is due within sixty days, and one while the content files are refused."""
    faults = content_faults()
    for site in Site.objects.filter(packs__isnull=False).distinct():
        signed = newest_signed_pack(site)
        if signed is None:
            continue
        _announce_reviews(site, signed, at)
        if faults:
            make_task(owed=_refused(signed, faults, at), site=site, by=CLOCK, at=at)
        else:
            close_tasks_about(signed, kind=REFUSED, outcome="done", by=CLOCK, at=at)


def _announce_reviews(site: Site, signed: SignedPack, at: datetime) -> None:
    due = due_for_review(parsed(signed), site.today(at))
    if not due:
        return
    first = next_date(due[0])
    owed = Owed(
        kind=REVIEW,
        about=signed,
        title=_("Review the knowledge that comes due"),
        reason=_("{n} items are due or end within sixty days, the first, {title}, on {on}.").format(
            n=len(due), title=due[0].title, on=first.isoformat()
        ),
        address=reverse("knowledge"),
        act=_("See what is due"),
        role=Role.MEDICAL_DIRECTOR,
        due_at=datetime.combine(max(first, site.today(at)), site.opens_at, site.zone),
    )
    make_task(owed=owed, site=site, by=CLOCK, at=at)


def _refused(signed: SignedPack, faults: tuple[str, ...], at: datetime) -> Owed:
    return Owed(
        kind=REFUSED,
        about=signed,
        title=_("The content files are refused"),
        reason=_(
            "{n} faults, the first: {first}. None of the files is loaded; the signed pack stays in force."
        ).format(n=len(faults), first=faults[0]),
        address=reverse("knowledge-sign", args=[signed.site_id]),
        act=_("See every fault"),
        role=Role.MEDICAL_DIRECTOR,
        due_at=at + REFUSED_WITHIN,
        urgent=True,
    )
