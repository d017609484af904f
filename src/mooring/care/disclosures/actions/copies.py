"""Acts on copies of a record: ask for one, make it in the background, hand it over, remove it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.audit.looking import saw
from mooring.audit.models import AccessKind
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.care.disclosures.actions import record_disclosure
from mooring.care.disclosures.models import DisclosureConsent, RecordCopy, RecordDisclosure
from mooring.care.disclosures.queries import (
    ToDisclose,
    copy_in_words,
    gathered_for,
    kind_words,
    kinds_of_record,
    may_hold_part2,
    notice_of,
    reasons_against,
    root_of,
    statements_of,
)
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.disclosure import DisclosureBasis
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task
from mooring.work.chores import each_alone
from mooring.work.portable.of_patient import Gathered, names_of, tables_of
from mooring.work.portable.package import write_package
from mooring.work.portable.readable import sections_of

KEPT_FOR = timedelta(days=7)
FETCH_WITHIN = timedelta(days=3)
TOLD_EVERY = 10
READY = "record-copy"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked for, to whom it goes and why, as typed. `kinds` empty: all of the record."""

    basis: str
    recipient: str
    recipient_address: str
    kinds: tuple[str, ...]
    purpose: str
    channel: str


@recorded("care.disclosures.copy-asked")
def ask_copy(
    *, patient: Patient, ask: Ask, consent: DisclosureConsent | None, by: Person, at: datetime
) -> RecordCopy:
    """Ask for a copy of a record; the clock makes it.

    What the consent does not cover refuses the whole; without one, records of substance use are left out of it.
    """
    kinds = ask.kinds or tuple(label for label, _words in kinds_of_record())
    leaving = ToDisclose(
        basis=ask.basis,
        recipient=ask.recipient,
        what=_("a copy"),
        kinds=kinds,
        purpose=ask.purpose,
        part2=False,
    )
    reasons = reasons_against(patient, leaving, consent, at, part2=False)
    if reasons:
        raise Refused(*reasons)
    note(basis=ask.basis, kinds=sorted(kinds))
    return RecordCopy.objects.create(
        patient=patient,
        basis=ask.basis,
        recipient=ask.recipient.strip(),
        recipient_address=ask.recipient_address.strip(),
        kinds=sorted(kinds),
        purpose=ask.purpose.strip(),
        channel=ask.channel,
        consent=consent,
        asked_by=by,
        asked_at=at,
        total=len(tables_of(root_of(patient))),
    )


def work_on_copies(*, at: datetime) -> int:
    """The clock's turn: each copy that was asked for, and the removal of those that nobody needs any more."""
    waiting = RecordCopy.objects.filter(finished_at__isnull=True).select_related(
        "patient__person", "patient__site", "consent", "asked_by"
    )
    made = each_alone("copies", waiting, lambda copy: make_copy(copy=copy, at=at), at=at)
    old = RecordCopy.objects.filter(removed_at__isnull=True, finished_at__lt=at - KEPT_FOR)
    return made + each_alone("old-copies", old, lambda copy: remove_copy(copy=copy, by=CLOCK, at=at), at=at)


def file_of(copy: RecordCopy) -> Path:
    """Where the archive lies: in the installation's own folder, for its owner alone."""
    folder: Path = settings.HOME / "copies"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"record-copy-{copy.pk}.zip"


def make_copy(*, copy: RecordCopy, at: datetime) -> bool:
    """Gather and write the archive, then say that it is there. Safe to be killed in: the next turn makes it whole.

    No transaction is open while rows are gathered, so nobody waits for it, and the page shows how far it is.
    """
    with timezone.override(copy.patient.site.zone):
        part2 = may_hold_part2(copy)
        found = gathered_for(copy, part2=part2, on_table=_Progress(copy))
        page, texts = _page(copy, found, at), _texts(copy, part2, at)
        digest = write_package(file_of(copy), found, names_of(found), page=page, texts=texts, at=at)
    finish_copy(copy=copy, digest=digest, part2=part2, withheld=found.withheld, by=CLOCK, at=at)
    return True


@recorded("care.disclosures.copy-made")
def finish_copy(
    *, copy: RecordCopy, digest: str, part2: bool, withheld: dict[str, int], by: Actor, at: datetime
) -> RecordCopy:
    """The archive is whole; who asked for it gets a task."""
    note(target=copy, part2=part2, withheld=withheld)
    made = RecordCopy.objects.filter(pk=copy.pk, finished_at__isnull=True).update(
        finished_at=at,
        digest=digest,
        size_bytes=file_of(copy).stat().st_size,
        part2=part2,
        withheld=withheld,
        done=copy.total,
    )
    if made != 1:
        raise Refused(_("This copy was made already."))
    copy.refresh_from_db()
    _tell(copy, at)
    return copy


class _Progress:
    """Counts tables, and now and then writes how many, which the page shows."""

    def __init__(self, copy: RecordCopy) -> None:
        self.copy, self.count = copy, 0

    def __call__(self, _table: str) -> None:
        self.count += 1
        if self.count % TOLD_EVERY == 0:
            RecordCopy.objects.filter(pk=self.copy.pk).update(done=min(self.count, self.copy.total))


def _page(copy: RecordCopy, found: Gathered, at: datetime) -> str:
    words = names_of(found)
    context = {"copy": copy, "sections": sections_of(found, words, kind_words), "made_at": at}
    return render_to_string("care/disclosures/copy_page.html", context)


def _texts(copy: RecordCopy, part2: bool, at: datetime) -> dict[str, str]:
    """What goes along: the copy of the consent, and the notice on redisclosure."""
    site, texts = copy.patient.site, {}
    if copy.consent is not None:
        statements = statements_of(site, at)
        texts["consent.txt"] = copy_in_words(copy.consent, statements[1] if statements else None)
    notice = notice_of(site, at)
    if part2 and notice is not None and copy.basis != DisclosureBasis.PATIENT:
        texts["notice.txt"] = notice[1]
    return texts


def _tell(copy: RecordCopy, at: datetime) -> None:
    owed = Owed(
        kind=READY,
        about=copy,
        subject_name=str(copy.patient),
        title=_("A copy of the record is ready"),
        reason=_("For {recipient}. Hand it over, or it is removed after a week.").format(
            recipient=copy.recipient
        )[:300],
        address=reverse("record-copy", args=[copy.pk]),
        act=_("Hand over"),
        role=Role.COORDINATOR,
        owner=copy.asked_by,
        due_at=at + FETCH_WITHIN,
    )
    make_task(owed=owed, site=copy.patient.site, by=CLOCK, at=at)


@recorded("care.disclosures.copy-handed-over")
def hand_over_copy(*, copy: RecordCopy, by: Person, at: datetime) -> RecordDisclosure:
    """It leaves now: the first time as a disclosure, each time as an opening of the kind export."""
    note(target=copy)
    if copy.finished_at is None or copy.removed_at is not None:
        raise Refused(_("This copy is not here. Ask for a new one."))
    close_tasks_about(copy, kind=READY, outcome="done", by=by, at=at)
    if copy.disclosure is not None:
        saw(by, copy.patient.subject_refs, kind=AccessKind.EXPORT, reason=copy.purpose[:200])
        return copy.disclosure
    leaving = ToDisclose(
        basis=copy.basis,
        recipient=copy.recipient,
        recipient_address=copy.recipient_address,
        what=_("Copy of the record"),
        kinds=tuple(copy.kinds),
        purpose=copy.purpose,
        channel=copy.channel,
        part2=copy.part2,
        withheld=tuple(sorted(copy.withheld)),
        package_digest=copy.digest,
    )
    made = record_disclosure(patient=copy.patient, leaving=leaving, consent=copy.consent, by=by, at=at)
    if RecordCopy.objects.filter(pk=copy.pk, disclosure__isnull=True).update(disclosure=made) != 1:
        raise Refused(_("A colleague handed this copy over a moment ago."))
    return made


@recorded("care.disclosures.copy-removed")
def remove_copy(*, copy: RecordCopy, by: Actor, at: datetime) -> bool:
    """The file is removed; that it was made and handed over stays."""
    note(target=copy)
    file_of(copy).unlink(missing_ok=True)
    close_tasks_about(copy, kind=READY, outcome="cancelled", by=by, at=at)
    return RecordCopy.objects.filter(pk=copy.pk, removed_at__isnull=True).update(removed_at=at) == 1
