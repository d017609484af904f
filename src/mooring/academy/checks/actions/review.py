"""Acts of the review after the course: beginning, sending a letter, answering, ending."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from mooring.academy.checks.models import Answer, ReviewCard, ReviewPlan, Where
from mooring.academy.checks.queries.marking import mark
from mooring.academy.checks.queries.review import (
    DueQuestion,
    due_questions,
    known_families,
    may_begin,
    questions_now,
    siblings,
)
from mooring.academy.courses.queries import parsed
from mooring.academy.learning.models import Enrolment
from mooring.academy.learning.queries import site_of
from mooring.audit.recording import CLOCK, Actor, note, recorded, reference
from mooring.content.course.answers import LearnerAnswer, NotAnAnswer, as_json
from mooring.identity.models import Person
from mooring.rules.spacing import LETTER_EVERY, UNANSWERED_LETTERS, Memory, answered, begun
from mooring.rules.verdict import Refused
from mooring.work.actions import best_channel, close_link, make_link, withdraw_links_about, write_message
from mooring.work.models import Channel, LinkState, TaskLink

LINK = "review"
LINK_LASTS = timedelta(days=14)
LETTERS_A_TURN = 50


@recorded("academy.checks.review-begun")
def begin_review(*, enrolment: Enrolment, by: Person, at: datetime) -> ReviewPlan:
    """Say yes to two questions twice a week. Who stopped and says yes again goes on where they were.

    Refused before the post-test is passed, and while a review is going on.
    """
    if not may_begin(enrolment):
        raise Refused(_("The review starts once the post-test is passed."))
    plan, new = ReviewPlan.objects.get_or_create(enrolment=enrolment, defaults={"since": at})
    if not new and ReviewPlan.objects.filter(pk=plan.pk, ended_at__isnull=False).update(ended_at=None) != 1:
        raise Refused(_("Your review is already running."))
    if new:
        _deal(plan, at)
    plan.refresh_from_db()
    note(families=plan.cards.count(), again=not new)
    return plan


def _deal(plan: ReviewPlan, at: datetime) -> None:
    """A card for every family of the lessons' questions, with what the course showed of it."""
    course = parsed(plan.enrolment.version)
    known = known_families(plan.enrolment, course)
    cards = []
    for family, items in siblings(plan.enrolment, course).items():
        met = known.get(family)
        memory = begun(known=met.right if met else None, sure=met.sure if met else True, at=at)
        cards.append(_card(plan, family, items[0].objective, memory))
    ReviewCard.objects.bulk_create(cards)


def _card(plan: ReviewPlan, family: str, objective: str, memory: Memory) -> ReviewCard:
    return ReviewCard(
        plan=plan,
        family=family,
        objective=objective,
        card=memory.card,
        due_at=memory.due_at,
        right_in_a_row=memory.right_in_a_row,
    )


@recorded("academy.checks.review-ended")
def end_review(*, plan: ReviewPlan, by: Actor, at: datetime) -> ReviewPlan:
    """You get no more questions. What was answered stays."""
    if ReviewPlan.objects.filter(pk=plan.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        raise Refused(_("Your review has ended. You get no more questions."))
    withdraw_links_about(plan, kind=LINK, by=by, at=at)
    plan.refresh_from_db()
    return plan


@recorded("academy.checks.review-answered")
def answer_review(
    *,
    plan: ReviewPlan,
    item_id: str,
    digest: str,
    given: LearnerAnswer,
    sure: bool,
    link: TaskLink,
    by: Person,
    at: datetime,
) -> Answer:
    """Answer a question of the letter; the family comes back later, sooner, or not again.

    The last answer of a letter closes its link. Refused when the review ended, the question is not asked
    now, it was changed since it was shown, or what was given cannot be an answer to it.
    """
    waiting = questions_now(plan, at)
    asked = next((each for each in waiting if each.item.id == item_id), None)
    if asked is None:
        raise Refused(_("This question was answered already, or is not asked now."))
    if asked.item.digest != digest:
        raise Refused(_("This question was changed since you opened it. Read it again, then answer."))
    try:
        right = mark(parsed(plan.enrolment.version), asked.item, given)
    except NotAnAnswer as fault:
        raise Refused(_("This cannot be an answer to this question. Choose among what it offers.")) from fault
    _remember(asked, right, sure, at)
    note(item=item_id, right=right)
    answer = Answer.objects.create(
        enrolment=plan.enrolment,
        version=plan.enrolment.version,
        where=Where.REVIEW,
        item=item_id,
        digest=digest,
        given=as_json(given),
        right=right,
        sure=sure,
        at=at,
    )
    if len(waiting) == 1:
        close_link(link=link, by=by, at=at)
    return answer


def _remember(asked: DueQuestion, right: bool, sure: bool, at: datetime) -> None:
    """The family's next day. Of two answers at the same moment only one counts."""
    card = asked.card
    before = Memory(card.card, card.due_at, card.right_in_a_row)
    objective = parsed(card.plan.enrolment.version).objectives.get(card.objective)
    safety = objective is not None and objective.safety
    after = answered(before, right=right, sure=sure, at=at, safety=safety)
    changed = ReviewCard.objects.filter(pk=card.pk, due_at=card.due_at, retired_at__isnull=True).update(
        card=after.card,
        due_at=after.due_at,
        right_in_a_row=after.right_in_a_row,
        last_item=asked.item.id,
        retired_at=at if after.retired else None,
    )
    if changed != 1:
        raise Refused(_("This question was answered already, or is not asked now."))


# ------------------------------------------------------------------------------------- letters, by the clock


def send_reviews(*, at: datetime) -> int:
    """The clock's turn: a letter to everyone whose questions are due, two a week at most."""
    due = ReviewCard.objects.filter(plan=OuterRef("pk"), due_at__lte=at, retired_at__isnull=True)
    plans = ReviewPlan.objects.filter(
        Exists(due), Q(sent_at__isnull=True) | Q(sent_at__lte=at - LETTER_EVERY), ended_at__isnull=True
    ).select_related("enrolment__learner", "enrolment__course", "enrolment__version")
    sent = 0
    for plan in plans.order_by("sent_at", "pk")[:LETTERS_A_TURN]:
        if _nobody_answers(plan):
            end_review(plan=plan, by=CLOCK, at=at)
        else:
            sent += send_review(plan=plan, by=CLOCK, at=at)
    return sent


def _nobody_answers(plan: ReviewPlan) -> bool:
    """Whether the last letters since the review (re)began were all left unanswered."""
    links = TaskLink.objects.filter(kind=LINK, about=reference(plan), made_at__gte=plan.since)
    last = list(links.order_by("-pk").values_list("state", flat=True)[:UNANSWERED_LETTERS])
    return len(last) == UNANSWERED_LETTERS and LinkState.DONE not in last


@recorded("academy.checks.review-sent")
def send_review(*, plan: ReviewPlan, by: Actor, at: datetime) -> bool:
    """Write the letter with its link. Questions that the course no longer asks are let go."""
    note(target=plan)
    if not due_questions(plan, at):
        plan.cards.filter(due_at__lte=at, retired_at__isnull=True).update(retired_at=at)
        return False
    moved = ReviewPlan.objects.filter(pk=plan.pk, sent_at=plan.sent_at, ended_at__isnull=True).update(
        sent_at=at
    )
    if moved != 1:
        return False
    learner, course = plan.enrolment.learner, plan.enrolment.course
    site = site_of(learner)
    link = make_link(
        kind=LINK,
        person=learner,
        about=plan,
        opens="review-questions",
        site=site,
        birth_date=None,
        lasts=LINK_LASTS,
        by=by,
        at=at,
    )
    write_message(
        channel=Channel.EMAIL if learner.email else best_channel(learner),
        person=learner,
        site=site,
        title=_("Two questions from {course}").format(course=course)[:200],
        body=_(
            "Two short questions to help you remember {course}. They take two minutes and are not graded.\n\n{link}\n\n"
            "You can stop these e-mails on that page. They also stop when you leave four in a row unanswered."
        ).replace("{course}", str(course)),
        link=link,
        subject=plan.subject_ref,
        by=by,
        at=at,
    )
    return True
