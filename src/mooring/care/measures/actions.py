"""Acts on questionnaires: ask, keep a draft, fill, withdraw, and answer a concern.

A watched answer (such as the ninth item of the PHQ-9 above zero) acts as soon as a draft holds it: it
becomes a `Concern`, and whoever is on duty is paged, in the same transaction that keeps the draft.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded
from mooring.care.disclosures.actions import mark_at_source
from mooring.care.measures.models import Asked, AskedState, Concern, Filled, RiskAssessment
from mooring.care.measures.queries import (
    Answers,
    Raised,
    asks_for_assessment,
    instrument_of,
    instruments_to_ask,
    instruments_to_enter,
    open_asked,
    raised_by,
    rated,
    rating_kind,
    score_of,
    who_answers,
)
from mooring.care.patients.links import send_link
from mooring.care.patients.models import Patient
from mooring.identity.models import Person, Site
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import holders, policy_in_force
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import (
    Owed,
    best_channel,
    close_link,
    close_tasks_about,
    make_task,
    withdraw_links_about,
    write_message,
)
from mooring.work.drafts import save_draft
from mooring.work.models import Channel, Task, TaskLink

# Design defaults; nobody has measured them.
LINK_LASTS = timedelta(days=14)
LISTED_WITHIN = timedelta(hours=24)  # an unchanged answer is talked about within a day
ANSWER_MINUTES_WITHOUT_POLICY = 15  # a page goes out even where no policy is signed


@recorded("care.measures.asked")
def ask_measure(
    *,
    patient: Patient,
    instrument: str,
    due_at: datetime,
    in_clinic: bool,
    planned_by: Person | None = None,
    by: Actor,
    at: datetime,
) -> Asked:
    """Ask for a questionnaire (`instrument` is its id), by a single-task link or to be filled here.

    Where the clock asks, `planned_by` is who planned it.
    """
    pack = pack_in_force(patient.site)
    chosen = next(
        (each for each in instruments_to_ask(pack, patient.site, at) if each.id == instrument), None
    )
    if chosen is None:
        raise Refused(
            _("{instrument} is not in the pack that is in force here, or its words may not be shown.").format(
                instrument=instrument
            )
        )
    if open_asked(patient, instrument) is not None:
        raise Refused(_("{short} is open for {patient} already.").format(short=chosen.short, patient=patient))
    asked = Asked.objects.create(
        patient=patient,
        instrument=chosen.key,
        asked_by=_person(planned_by or by),
        asked_at=at,
        due_at=max(due_at, at),
        in_clinic=in_clinic,
    )
    mark_at_source(row=asked, patient=patient, instrument=chosen.key, by=by, at=at)
    if not in_clinic:
        _send_link(asked, by, at)
    _owe_answers(asked, chosen.short, by, at)
    note(instrument=chosen.key, in_clinic=in_clinic)
    return asked


def _owe_answers(asked: Asked, short: str, by: Actor, at: datetime) -> None:
    """Who does not answer by the due moment becomes somebody's task."""
    owed = Owed(
        kind="measure",
        about=asked,
        subject_name=str(asked.patient),
        title=_("{short} is not filled yet").format(short=short),
        reason=_("It was due by now. Call, send the link again, or fill it here with the patient."),
        address=reverse("measure", args=[asked.pk]),
        act=_("Open it"),
        role=Role.COORDINATOR,
        opens_at=asked.due_at,
        due_at=asked.due_at + LISTED_WITHIN,
    )
    make_task(owed=owed, site=asked.patient.site, by=by, at=at)


def _person(asker: Actor) -> Person:
    if not isinstance(asker, Person):
        raise TypeError("where the clock asks, a person planned it")
    return asker


@recorded("care.measures.sent-again")
def send_link_again(*, asked: Asked, by: Person, at: datetime) -> Asked:
    """A new link for the same questionnaire; the earlier one stops to work, the draft stays."""
    if asked.state != AskedState.OPEN:
        raise Refused(_("This questionnaire was filled or withdrawn; there is nothing to send."))
    _send_link(asked, by, at)
    return asked


def _send_link(asked: Asked, by: Actor, at: datetime) -> None:
    site = asked.patient.site
    send_link(
        patient=asked.patient,
        kind="measure",
        about=asked,
        opens="measure-answer",
        lasts=max(asked.due_at - at, timedelta()) + LINK_LASTS,
        title=_("Questions from {site}").format(site=site),
        body=_("{site} has some questions for you. They take about three minutes: {link}").format(
            site=site, link="{link}"
        ),
        otherwise=_("Fill it here with them instead."),
        by=by,
        at=at,
    )


@recorded("care.measures.withdrawn")
def withdraw_measure(*, asked: Asked, by: Person, at: datetime) -> Asked:
    """It is not needed any more. A concern that its draft raised stays."""
    changed = Asked.objects.filter(pk=asked.pk, state=AskedState.OPEN).update(state=AskedState.WITHDRAWN)
    if changed != 1:
        raise Refused(_("This questionnaire was filled or withdrawn a moment ago."))
    withdraw_links_about(asked, kind="measure", by=by, at=at)
    close_tasks_about(asked, kind="measure", outcome="cancelled", by=by, at=at)
    asked.refresh_from_db()
    return asked


@recorded("care.measures.draft-kept")
def keep_draft(
    *, asked: Asked, answers: Answers, revision: int, page: str = "", by: Person, at: datetime
) -> Asked:
    """Save what was answered so far (`page` is the key of the page), and act on urgent answers."""
    _save_draft(asked, answers, revision, page, at)
    _raise_concerns(asked, answers, by, at)
    return asked


def _save_draft(asked: Asked, answers: Answers, revision: int, page: str, at: datetime) -> None:
    still_open = Asked.objects.filter(pk=asked.pk, state=AskedState.OPEN)
    save_draft(still_open, asked, answers, revision=revision, page=page, at=at)


@recorded("care.measures.filled")
def fill_measure(
    *,
    asked: Asked,
    answers: Answers,
    revision: int,
    page: str = "",
    link: TaskLink | None,
    by: Person,
    at: datetime,
) -> Filled:
    """The whole set is sent, scored under its own version, and appended. Nothing half-filled passes."""
    result = score_of(asked, answers)
    if not result.complete:
        texts = {item.code: item.text for item in instrument_of(asked).items}
        raise Refused(
            *(_("Not answered yet: {question}").format(question=texts[code]) for code in result.missing)
        )
    _save_draft(asked, answers, revision, page, at)
    _raise_concerns(asked, answers, by, at)
    if Asked.objects.filter(pk=asked.pk, state=AskedState.OPEN).update(state=AskedState.DONE) != 1:
        raise Refused(_("This questionnaire was filled a moment ago."))
    filled = Filled.objects.create(
        asked=asked,
        patient=asked.patient,
        instrument=asked.instrument,
        answers=answers,
        total=None if result.total is None else Decimal(str(result.total)),
        band=result.band,
        filled_at=at,
        stored_at=at,
        by=by,
    )
    if link is not None:
        close_link(link=link, by=by, at=at)
    withdraw_links_about(asked, kind="measure", by=by, at=at)
    close_tasks_about(asked, kind="measure", outcome="filled", by=by, at=at)
    asked.refresh_from_db()
    note(instrument=asked.instrument)
    return filled


def _raise_concerns(asked: Asked, answers: Answers, by: Actor, at: datetime) -> None:
    for raised in raised_by(asked, answers):
        concern = Concern.objects.filter(asked=asked, item=raised.item).first()
        if concern is None:
            raise_concern(asked=asked, raised=raised, by=by, at=at)
        elif raised.value > concern.value:
            raise_again(concern=concern, raised=raised, by=by, at=at)


@recorded("care.measures.concern-raised")
def raise_concern(*, asked: Asked, raised: Raised, by: Actor, at: datetime) -> Concern:
    """Urgent response is put before a person: paged when new or rising, else listed."""
    site = asked.patient.site
    people = who_answers(site, at)
    concern = Concern.objects.create(
        asked=asked,
        patient=asked.patient,
        item=raised.item,
        value=raised.value,
        baseline=raised.baseline,
        urgent=raised.urgent,
        raised_at=at,
        answer_by=_answer_by(site, raised, at),
        owner=people[0] if people else None,
    )
    _owe(concern, raised, people, by, at)
    note(item=raised.item, urgent=raised.urgent)
    return concern


@recorded("care.measures.concern-raised-again")
def raise_again(*, concern: Concern, raised: Raised, by: Actor, at: datetime) -> Concern:
    """The answer rose while the page was open: what was listed is paged, and what was answered is open again."""
    site = concern.patient.site
    people = who_answers(site, at)
    changed = Concern.objects.filter(pk=concern.pk, value__lt=raised.value).update(
        value=raised.value,
        urgent=raised.urgent,
        raised_at=at,
        answer_by=_answer_by(site, raised, at),
        owner=people[0] if people else None,
        answered_at=None,
        answered_by=None,
    )
    if changed == 1:
        close_tasks_about(concern, kind="concern", outcome="raised-again", by=by, at=at)
        concern.refresh_from_db()
        _owe(concern, raised, people, by, at)
    note(item=raised.item, urgent=raised.urgent)
    return concern


def _answer_by(site: Site, raised: Raised, at: datetime) -> datetime:
    if not raised.urgent:
        return at + LISTED_WITHIN
    try:
        minutes = policy_in_force(site, at).page_answer_minutes
    except Refused:
        minutes = ANSWER_MINUTES_WITHOUT_POLICY
    return at + timedelta(minutes=minutes)


def _owe(concern: Concern, raised: Raised, people: list[Person], by: Actor, at: datetime) -> None:
    patient = concern.patient
    owed = Owed(
        kind="concern",
        about=concern,
        subject_name=str(patient),
        title=_("Urgent response") if concern.urgent else _("An answer to talk about, unchanged"),
        reason=_("{says} {asks}").format(says=raised.says, asks=raised.asks),
        address=reverse("concern", args=[concern.pk]),
        act=_("Answer it"),
        role=Role.PRESCRIBER,
        owner=people[0] if people else None,
        fallback=people[1] if len(people) > 1 else None,
        due_at=concern.answer_by,
        escalate_at=concern.answer_by,
        urgent=concern.urgent,
    )
    task = make_task(owed=owed, site=patient.site, by=by, at=at)
    if concern.urgent:
        _page(task, people[:1] or holders(patient.site, Role.PRESCRIBER, at), by, at)


def _page(task: Task, people: list[Person], by: Actor, at: datetime) -> None:
    """Tell whoever is on duty, on the screen and on their phone or by e-mail; nobody on duty: all prescribers."""
    for person in people:
        for channel in dict.fromkeys([Channel.SCREEN, best_channel(person)]):
            write_message(
                channel=channel,
                person=person,
                site=task.site,
                title=_("Urgent response needed"),
                body=_("A patient's answer needs you now. Open “My work” in Mooring."),
                address=task.address,
                subject=task.subject,
                task=task,
                urgent=True,
                by=by,
                at=at,
            )


@recorded("care.measures.concern-answered")
def answer_concern(
    *,
    concern: Concern,
    what_was_done: str,
    by: Person,
    at: datetime,
    assessment: RiskAssessment | None = None,
) -> Concern:
    """A colleague spoke with the patient and records what was done.

    After an answer about suicide a structured `assessment` (an unsaved row) is part of it.
    """
    if not what_was_done.strip():
        raise Refused(_("Enter what was done. The next person who reads this has only your words."))
    if asks_for_assessment(concern) and assessment is None:
        raise Refused(_("Record the risk assessment: tier, access to means, plan, and who was told."))
    earlier = f"{concern.what_was_done}\n" if concern.what_was_done else ""
    changed = Concern.objects.filter(pk=concern.pk, answered_at__isnull=True, value=concern.value).update(
        answered_at=at, answered_by=by, what_was_done=f"{earlier}{what_was_done}"
    )
    if changed != 1:
        raise Refused(_("A colleague answered this a moment ago, or the answer rose. Open it again."))
    concern.refresh_from_db()
    if assessment is not None:
        assessment.concern, assessment.by, assessment.at = concern, by, at
        assessment.save(force_insert=True)
        note(tier=assessment.tier)
    close_tasks_about(concern, kind="concern", outcome="answered", by=by, at=at)
    return concern


@recorded("care.measures.entered")
def enter_measure(
    *,
    patient: Patient,
    instrument: str,
    answers: Answers,
    total: Decimal | None,
    rated_at: datetime,
    by: Person,
    at: datetime,
) -> Filled:
    """A clinician enters an instrument (`instrument` is its id): its items, or the total with the watched items.

    Every instrument whose scoring is in can be entered, also where its text may not be shown here.
    """
    chosen = next((each for each in instruments_to_enter(patient.site, at) if each.id == instrument), None)
    if chosen is None:
        raise Refused(
            _("{instrument} is not in the pack that is in force here.").format(instrument=instrument)
        )
    if rated_at > at:
        raise Refused(_("A rating cannot lie in the future. Check the day and the time."))
    points, band = rated(chosen, patient, answers, total)
    asked = Asked.objects.create(
        patient=patient,
        instrument=chosen.key,
        asked_by=by,
        asked_at=at,
        due_at=at,
        in_clinic=True,
        state=AskedState.DONE,
    )
    mark_at_source(row=asked, patient=patient, instrument=chosen.key, by=by, at=at)
    _raise_concerns(asked, answers, by, at)
    filled = Filled.objects.create(
        asked=asked,
        patient=patient,
        instrument=chosen.key,
        answers=answers,
        total=points,
        band=band,
        filled_at=rated_at,
        stored_at=at,
        by=by,
    )
    close_tasks_about(patient, kind=rating_kind(chosen.id), outcome="entered", by=by, at=at)
    note(instrument=chosen.key, items=len(answers))
    return filled
