"""Acts around a place: applying, deciding, giving it back; the scholarship and the instalments agreed for it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.academy.cohorts.actions.telling import tell_participant
from mooring.academy.cohorts.models import (
    ApplicationState,
    Cohort,
    CohortApplication,
    CohortPlace,
    Instalment,
)
from mooring.academy.learning.actions import enrol
from mooring.academy.learning.models import Enrolment
from mooring.audit.recording import Actor, note, recorded
from mooring.identity.models import Person
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import Owed, close_tasks_about, make_task

DECIDED_WITHIN = timedelta(days=5)
"""How soon an application is decided. Design default."""


@recorded("academy.cohorts.applied")
def apply_to_cohort(
    *,
    cohort: Cohort,
    profession: str,
    motivation: str,
    scholarship_asked: bool = False,
    scholarship_words: str = "",
    by: Person,
    at: datetime,
) -> CohortApplication:
    """Apply. Whoever leads decides within five days. Refused after the last moment, or with an application open."""
    if cohort.cancelled_at is not None or at > cohort.apply_until:
        raise Refused(_("Applications to this cohort are closed."))
    if not motivation.strip() or not profession.strip():
        raise Refused(_("Say who you are and what you want to learn."))
    standing = (ApplicationState.SENT, ApplicationState.ACCEPTED)
    if CohortApplication.objects.filter(cohort=cohort, person=by, state__in=standing).exists():
        raise Refused(_("You have already applied."))
    application = CohortApplication.objects.create(
        cohort=cohort,
        person=by,
        profession=profession.strip(),
        motivation=motivation.strip(),
        scholarship_asked=scholarship_asked,
        scholarship_words=scholarship_words.strip(),
        sent_at=at,
    )
    make_task(
        owed=Owed(
            kind="cohort-application",
            about=application,
            title=_("Decide an application"),
            reason=cohort.title,
            address=reverse("cohort-application", args=[application.pk]),
            act=_("Decide"),
            role=Role.EDUCATOR,
            owner=cohort.led_by,
            due_at=at + DECIDED_WITHIN,
            escalate_at=at + DECIDED_WITHIN,
        ),
        site=cohort.site,
        by=by,
        at=at,
    )
    return application


@recorded("academy.cohorts.application-withdrawn")
def withdraw_application(*, application: CohortApplication, by: Person, at: datetime) -> CohortApplication:
    """Withdraw an application before it is decided."""
    _settle(application, ApplicationState.WITHDRAWN, "", by, at)
    return application


@recorded("academy.cohorts.application-decided")
def decide_application(
    *,
    application: CohortApplication,
    accepted: bool,
    answer: str = "",
    scholarship_percent: int = 0,
    scholarship_reason: str = "",
    by: Person,
    at: datetime,
) -> CohortApplication:
    """Accept or decline, in words that the applicant reads. Accepted with all seats taken: the waiting list.

    Of ten accepted at once for the last two seats two get them; the rest wait, in order.
    """
    if not accepted and not answer.strip():
        raise Refused(_("Say why, in words that the applicant reads."))
    if scholarship_percent and not scholarship_reason.strip():
        raise Refused(_("Give the reason for the scholarship."))
    state = ApplicationState.ACCEPTED if accepted else ApplicationState.DECLINED
    _settle(application, state, answer, by, at)
    cohort = application.cohort
    if not accepted:
        title = _("Your application to {cohort}").format(cohort=cohort.title)
        tell_participant(
            person=application.person, cohort=cohort, title=title, body=application.answer, by=by, at=at
        )
        return application
    seated = _take_seat(cohort)
    place = CohortPlace.objects.create(
        cohort=cohort,
        person=application.person,
        application=application,
        waiting=not seated,
        joined_at=at,
        price=cohort.price,
        scholarship_percent=scholarship_percent,
        scholarship_reason=scholarship_reason.strip(),
    )
    note(waiting=not seated, scholarship_percent=scholarship_percent)
    if seated:
        _seat(place, by, at)
    else:
        tell_participant(
            person=place.person,
            cohort=cohort,
            title=_("You are accepted and on the waiting list: {cohort}").format(cohort=cohort.title),
            body=_("All seats are taken. The first seat that comes free goes to the first on the list."),
            by=by,
            at=at,
        )
    return application


def _take_seat(cohort: Cohort) -> bool:
    taken = Cohort.objects.filter(pk=cohort.pk, cancelled_at__isnull=True, seats_taken__lt=F("seats")).update(
        seats_taken=F("seats_taken") + 1
    )
    return taken == 1


def _seat(place: CohortPlace, by: Actor, at: datetime) -> None:
    """The seat opens the course, and the participant is told."""
    held = Enrolment.objects.filter(
        learner=place.person, course=place.cohort.course, ended_at__isnull=True
    ).first()
    if held is None or not held.is_open(at):
        held = enrol(learner=place.person, course=place.cohort.course, paid=True, by=by, at=at)
    last = place.cohort.slots.order_by("-ends_at").values_list("ends_at", flat=True).first()
    if last is not None:
        Enrolment.objects.filter(pk=held.pk, access_until__lt=last).update(access_until=last)
    CohortPlace.objects.filter(pk=place.pk).update(enrolment=held, waiting=False)
    place.refresh_from_db()
    tell_participant(
        person=place.person,
        cohort=place.cohort,
        title=_("You have a place: {cohort}").format(cohort=place.cohort.title),
        body=_(
            "The course is open for you. The page of the cohort says what is due before the first live slot."
        ),
        by=by,
        at=at,
    )


def _settle(
    application: CohortApplication, state: ApplicationState, answer: str, by: Person, at: datetime
) -> None:
    done = CohortApplication.objects.filter(pk=application.pk, state=ApplicationState.SENT).update(
        state=state, answer=answer.strip()[:600], decided_at=at, decided_by=by
    )
    if done != 1:
        raise Refused(_("This application was decided or withdrawn a moment ago."))
    application.refresh_from_db()
    close_tasks_about(application, kind="cohort-application", outcome=state, by=by, at=at)


@recorded("academy.cohorts.left")
def leave_cohort(*, place: CohortPlace, reason: str = "", by: Person, at: datetime) -> CohortPlace:
    """Give a place back: the first on the waiting list gets the seat, with the course. Progress stays."""
    done = CohortPlace.objects.filter(pk=place.pk, left_at__isnull=True).update(
        left_at=at, left_reason=reason.strip()[:300]
    )
    if done != 1:
        raise Refused(_("This place was given back a moment ago."))
    CohortApplication.objects.filter(pk=place.application_id).update(state=ApplicationState.WITHDRAWN)
    if not place.waiting:
        following = (
            place.cohort.places.filter(waiting=True, left_at__isnull=True)
            .select_related("person", "cohort__course", "cohort__site")
            .order_by("pk")
            .first()
        )
        if following is not None:
            _seat(following, by, at)
        else:
            Cohort.objects.filter(pk=place.cohort_id, seats_taken__gt=0).update(
                seats_taken=F("seats_taken") - 1
            )
    place.refresh_from_db()
    return place


@recorded("academy.cohorts.instalments-planned")
def plan_instalments(
    *, place: CohortPlace, days: Sequence[date], by: Person, at: datetime
) -> list[Instalment]:
    """Divide what is asked into equal parts due on these days; the last one takes what does not divide.

    Refused when a part was paid already.
    """
    if not days:
        raise Refused(_("Give at least one day on which a part is due."))
    if place.instalments.filter(paid_on__isnull=False).exists():
        raise Refused(_("A part was paid already. Record the rest as it comes."))
    place.instalments.all().delete()
    part = (place.to_pay / len(days)).quantize(Decimal("0.01"))
    amounts = [part] * (len(days) - 1)
    amounts.append(place.to_pay - sum(amounts, Decimal(0)))
    return [
        Instalment.objects.create(participant=place, due_on=day, amount=amount)
        for day, amount in zip(sorted(days), amounts, strict=True)
    ]


@recorded("academy.cohorts.instalment-paid")
def record_instalment(
    *, instalment: Instalment, payment: str, paid_on: date, by: Person, at: datetime
) -> Instalment:
    """Record that a part came in, once."""
    done = Instalment.objects.filter(pk=instalment.pk, paid_on__isnull=True).update(
        paid_on=paid_on, payment=payment.strip()[:80], recorded_by=by
    )
    if done != 1:
        raise Refused(_("This part is recorded as paid already."))
    instalment.refresh_from_db()
    close_tasks_about(instalment, kind="cohort-instalment", outcome="paid", by=by, at=at)
    return instalment
