"""The second person: asked in their own sign-in, on their own device, with minutes to answer and a reason to refuse."""

import hashlib
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded, remember
from mooring.care.stock.models import LedgerEntry, Witnessed, WitnessRequest
from mooring.care.stock.queries import policy_of
from mooring.identity.models import Person
from mooring.identity.queries import on_duty
from mooring.identity.roles import Permission, Role
from mooring.rules.verdict import Refused
from mooring.sentences.ledger import amount_words
from mooring.work.actions import Owed, close_tasks_about, make_task, write_message
from mooring.work.models import Channel

WITNESS, WITNESS_AGAIN = "stock-witness", "stock-witness-again"


@recorded("care.stock.witness-asked")
def ask_witness(
    *, entry: LedgerEntry, asked: Person, device: str, by: Person, at: datetime
) -> WitnessRequest:
    """Ask somebody to witness; whoever was asked before and has not answered is asked no more."""
    site = entry.safe.site
    drawer = entry.draw.by_id if entry.draw else entry.by_id
    if asked.pk in (by.pk, entry.by_id, drawer):
        raise Refused(_("Who drew or wasted it cannot witness it. Choose someone else."))
    if not entry.needs_witness or entry.witness_requests.filter(saw=Witnessed.ALL).exists():
        raise Refused(_("This entry waits for no witness."))
    if site.pk not in asked.sites_where(Permission.STOCK_WITNESS):
        raise Refused(_("{name} may not witness here. Choose someone else.").format(name=asked))
    for open_request in entry.witness_requests.filter(answered_at__isnull=True):
        _withdraw(request=open_request, by=by, at=at)
    request = WitnessRequest.objects.create(
        entry=entry,
        asked=asked,
        by=by,
        asked_at=at,
        answer_by=at + timedelta(minutes=policy_of(site).witness_minutes),
        device_digest=digest_of_device(device),
    )
    close_tasks_about(entry, kind=WITNESS_AGAIN, outcome="done", by=by, at=at)
    _tell(request, by=by, at=at)
    note(target=request, asked=asked.actor_ref)
    return request


def digest_of_device(device: str) -> str:
    """The digest of the mark of a browser; empty for none."""
    return hashlib.sha256(device.encode()).hexdigest() if device else ""


@recorded("care.stock.witness-withdrawn")
def _withdraw(*, request: WitnessRequest, by: Person, at: datetime) -> WitnessRequest:
    if _answer(request, saw=Witnessed.WITHDRAWN, answered_at=at) != 1:
        raise Refused(_("{name} answered a moment ago.").format(name=request.asked))
    close_tasks_about(request, kind=WITNESS, outcome="cancelled", by=by, at=at)
    note(target=request)
    return request


def _answer(request: WitnessRequest, **fields: object) -> int:
    answered = WitnessRequest.objects.filter(pk=request.pk, answered_at__isnull=True).update(**fields)
    request.refresh_from_db()
    remember(request)
    return answered


def _tell(request: WitnessRequest, *, by: Person, at: datetime) -> None:
    entry = request.entry
    title = _("Witness a waste of {amount}").format(
        amount=amount_words(entry.container.lot.measure, entry.amount)
    )
    address, site = reverse("stock-witness", args=[request.pk]), entry.safe.site
    directors = [each for each in on_duty(site, Role.MEDICAL_DIRECTOR, at) if each != request.asked]
    task = make_task(
        owed=Owed(
            kind=WITNESS,
            about=request,
            title=title,
            reason=_("{name} asks. Sign only what you saw yourself.").format(name=by),
            address=address,
            act=_("Answer as witness"),
            role=Role.MONITOR,
            due_at=request.answer_by,
            escalate_at=request.answer_by,
            owner=request.asked,
            fallback=directors[0] if directors else None,
            urgent=True,
        ),
        site=site,
        by=by,
        at=at,
    )
    write_message(
        channel=Channel.SCREEN,
        person=request.asked,
        site=site,
        title=title,
        body=_("{name} asks you to witness. Answer in your own sign-in.").format(name=by),
        address=address,
        task=task,
        urgent=True,
        by=by,
        at=at,
    )


@recorded("care.stock.witnessed")
def answer_witness(
    *,
    request: WitnessRequest,
    saw: str,
    saw_amount: int | None,
    words: str,
    device: str,
    by: Person,
    at: datetime,
) -> WitnessRequest:
    """What the witness saw. Anything but all of it leaves the waste open; another amount goes to the director."""
    if by.pk != request.asked_id:
        raise Refused(_("{name} was asked, in their own sign-in.").format(name=request.asked))
    if saw not in (Witnessed.ALL, Witnessed.OTHER_AMOUNT, Witnessed.NOT_SEEN):
        raise Refused(_("Choose what you saw."))
    if saw == Witnessed.OTHER_AMOUNT and saw_amount is None:
        raise Refused(_("Enter the amount that you saw."))
    if request.device_digest and request.device_digest == digest_of_device(device):
        raise Refused(_("The waste was recorded on this device. Sign on your own device."))
    answered = _answer(
        request,
        saw=saw,
        saw_amount=saw_amount if saw == Witnessed.OTHER_AMOUNT else None,
        words=words.strip()[:500],
        answered_at=at,
    )
    if answered != 1:
        raise Refused(_("This was answered a moment ago, or someone else was asked."))
    close_tasks_about(request, kind=WITNESS, outcome="answered", by=by, at=at)
    if saw != Witnessed.ALL:
        _ask_again(request, by=by, at=at)
    note(target=request, saw=saw)
    return request


def _ask_again(request: WitnessRequest, *, by: Person, at: datetime) -> None:
    """The waste has no witness yet: its drawer names another one or explains, the director where amounts differ."""
    entry, differs = request.entry, request.saw == Witnessed.OTHER_AMOUNT
    make_task(
        owed=Owed(
            kind=WITNESS_AGAIN,
            about=entry,
            title=_("A waste has no witness"),
            reason=(
                _("{name} saw another amount. Reverse the waste and record what was wasted.")
                if differs
                else _("{name} did not see it. Name someone who did, or explain it.")
            ).format(name=request.asked),
            address=reverse("container", args=[entry.container_id]),
            act=_("Open the ledger"),
            role=Role.MEDICAL_DIRECTOR if differs else Role.MONITOR,
            due_at=at + timedelta(hours=1),
            escalate_at=at + timedelta(hours=1),
            owner=None if differs else entry.by,
            urgent=True,
        ),
        site=entry.safe.site,
        by=by,
        at=at,
    )
