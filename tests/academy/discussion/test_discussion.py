"""A discussion: asked at a lesson, answered by a promised time, held, reported, decided, appealed, deleted."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mooring.academy.courses.queries import newest_version, parsed
from mooring.academy.discussion.actions import (
    ANSWERED_WITHIN,
    appeal,
    decide_post,
    delete_post,
    edit_post,
    endorse,
    open_thread,
    report_post,
    set_subscription,
    write_post,
)
from mooring.academy.discussion.models import Post, Thread
from mooring.academy.discussion.queries import places_in, posts_seen_by, queue_of, threads_of
from mooring.audit.models import Event
from mooring.identity.models import RoleAssignment
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task, TaskState
from tests.academy.checks.studying import signed_in
from tests.courses import enrol, published_course
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db
CLEAN, MARKED = "Does a slower infusion help?", "My patient Anna, MRN 44871, was dizzy."


@pytest.fixture
def thread(cast: Cast) -> Thread:
    version = published_course(cast.educator)
    enrol(cast.learner, version)
    return open_thread(
        course=version.course, lesson="m1-l1", title="Slower?", words=CLEAN, by=cast.learner, at=NOW
    )


def open_tasks(kind: str) -> int:
    return Task.objects.filter(kind=kind, state=TaskState.OPEN).count()


def test_a_question_is_a_promise_that_an_answer_of_faculty_settles(cast: Cast, thread: Thread) -> None:
    task = Task.objects.get(kind="answer")
    assert (task.role, task.due_at) == (Role.EDUCATOR, NOW + ANSWERED_WITHIN)
    write_post(thread=thread, words="It lowers the peak.", by=cast.educator, at=NOW)
    thread.refresh_from_db()
    assert thread.answered_at == NOW
    assert open_tasks("answer") == 0
    assert Message.objects.filter(person=cast.learner, title="New in: Slower?").count() == 1


def test_marks_of_a_patient_hold_a_post_with_a_way_on(cast: Cast, thread: Thread) -> None:
    post = write_post(thread=thread, words=MARKED, by=cast.learner, at=NOW)
    assert (post.state, post.marks) == ("held", ["name", "number"])
    assert open_tasks("moderation") == 1
    other = make_person("Ada Other", (Role.LEARNER, cast.site))
    enrol(other, thread.course.versions.get())
    assert post not in [each.post for each in posts_seen_by(other, thread)]
    page = signed_in(cast.learner).get(reverse("thread", args=[thread.pk])).content.decode()
    assert "seems to hold a name, a record number" in page
    again = edit_post(post=post, words="A patient was dizzy.", by=cast.learner, at=NOW)
    assert again.state == "shown"
    assert open_tasks("moderation") == 0
    assert post.edits.get().words == MARKED


def test_an_edit_that_adds_marks_is_held_again(cast: Cast, thread: Thread) -> None:
    post = thread.posts.get()
    assert edit_post(post=post, words=MARKED, by=cast.learner, at=NOW).state == "held"
    with pytest.raises(Refused, match="can be edited"):
        fresh = write_post(thread=thread, words=CLEAN, by=cast.learner, at=NOW)
        edit_post(post=fresh, words="Other.", by=cast.learner, at=NOW + timedelta(days=8))


def test_a_report_is_decided_and_a_decision_is_appealed_once(cast: Cast, thread: Thread) -> None:
    post = thread.posts.get()
    other = make_person("Ada Other", (Role.LEARNER, cast.site))
    report_post(post=post, reason="Rude.", by=other, at=NOW)
    with pytest.raises(Refused, match="already reported"):
        report_post(post=post, reason="Rude.", by=other, at=NOW)
    assert list(queue_of(cast.educator)) == [post]
    with pytest.raises(Refused, match="Give the reason"):
        decide_post(post=post, show=False, reason="", by=cast.educator, at=NOW)
    decide_post(post=post, show=False, reason="Not about the lesson.", by=cast.educator, at=NOW)
    assert not threads_of(thread.course).exists()
    assert Message.objects.filter(person=cast.learner, title="Your post was hidden").exists()
    post.refresh_from_db()
    appeal(post=post, words="It is.", by=cast.learner, at=NOW)
    with pytest.raises(Refused, match="appealed already"):
        appeal(post=post, words="It is!", by=cast.learner, at=NOW)
    assert decide_post(post=post, show=True, reason="", by=cast.director, at=NOW).state == "shown"
    assert list(queue_of(cast.educator)) == []


def test_nobody_decides_about_their_own(cast: Cast, thread: Thread) -> None:
    post = write_post(thread=thread, words=MARKED, by=cast.educator, at=NOW)
    with pytest.raises(Refused, match="Another moderator"):
        decide_post(post=post, show=True, reason="", by=cast.educator, at=NOW)


def test_a_moderator_who_leaves_leaves_the_task_to_the_role(cast: Cast, thread: Thread) -> None:
    write_post(thread=thread, words=MARKED, by=cast.learner, at=NOW)
    RoleAssignment.objects.filter(person=cast.educator).update(held_until=NOW)
    task = Task.objects.get(kind="moderation")
    assert (task.owner, task.role, task.state) == (None, Role.EDUCATOR, TaskState.OPEN)


def test_an_endorsed_answer_stands_first_and_counts_nobody(cast: Cast, thread: Thread) -> None:
    other = make_person("Ada Other", (Role.LEARNER, cast.site))
    write_post(thread=thread, words="I think so.", by=other, at=NOW)
    right = write_post(thread=thread, words="It lowers the peak.", by=other, at=NOW + timedelta(hours=1))
    endorse(post=right, by=cast.educator, at=NOW)
    assert [each.post.words for each in posts_seen_by(cast.learner, thread)][1] == right.words
    with pytest.raises(Refused, match="endorsed already"):
        endorse(post=right, by=cast.educator, at=NOW)
    with pytest.raises(Refused, match="another person"):
        endorse(post=thread.posts.order_by("pk")[0], by=cast.educator, at=NOW)


def test_deleting_takes_the_words_and_their_earlier_versions(cast: Cast, thread: Thread) -> None:
    post = thread.posts.get()
    edit_post(post=post, words="Other words.", by=cast.learner, at=NOW)
    delete_post(post=post, by=cast.learner, at=NOW)
    assert (post.words, post.state, post.edits.count()) == ("", "deleted", 0)
    assert CLEAN not in str(list(Event.objects.values()))
    page = signed_in(cast.learner).get(reverse("thread", args=[thread.pk])).content.decode()
    assert "Deleted by its author" in page


def test_who_does_not_follow_gets_no_mail(cast: Cast, thread: Thread) -> None:
    set_subscription(thread=thread, follow=False, by=cast.learner, at=NOW)
    write_post(thread=thread, words="Yes.", by=cast.educator, at=NOW)
    assert not Message.objects.filter(person=cast.learner).exists()


def test_search_finds_words_in_what_is_shown(cast: Cast, thread: Thread) -> None:
    write_post(thread=thread, words=f"{MARKED} Pineapple.", by=cast.learner, at=NOW)
    assert list(threads_of(thread.course, words="slower infusion")) == [thread]
    assert not threads_of(thread.course, words="pineapple").exists()


def test_a_question_is_asked_at_a_passage_or_a_question_of_the_lesson(cast: Cast, thread: Thread) -> None:
    content = parsed(newest_version(thread.course))
    places = places_in(content, "m1-l1")
    assert list(places) == ["passage:What it is", "item:thing-01", "item:thing-02"]
    client = signed_in(cast.learner)
    here = reverse("discussion", args=["tiny"]) + "?lesson=m1-l1&place=item:thing-01"
    page = client.get(here).content.decode()
    assert "About “What is it?” in “The thing”." in page
    assert "Slower?" not in page, "that one is about the lesson as a whole"
    asked = {"lesson": "m1-l1", "place": "item:thing-01", "title": "Which thing?", "words": "Is it this one?"}
    assert client.post(here, asked).status_code == 302
    assert client.post(here, asked | {"place": "item:nothing"}).status_code == 422
    at_question = Thread.objects.get(title="Which thing?")
    shown = client.get(reverse("thread", args=[at_question.pk])).content.decode()
    enrolment = cast.learner.enrolments.get()
    assert "At “What is it?” in the lesson “The thing”." in shown
    assert reverse("lesson", args=[enrolment.pk, "m1-l1"]) + "#q-thing-01" in shown
    assert "Which thing?" in client.get(here).content.decode()
    with pytest.raises(Refused, match="the lesson was changed"):
        open_thread(
            course=thread.course, lesson="m1-l1", place="passage:Gone", title="x", words=CLEAN,
            by=cast.learner, at=NOW,
        )  # fmt: skip


def test_the_pages_are_for_who_takes_part(cast: Cast, thread: Thread) -> None:
    client = signed_in(cast.learner)
    address = reverse("discussion", args=["tiny"])
    assert "Slower?" in client.get(address).content.decode()
    asked = {"lesson": "m1-l1", "title": "Another?", "words": "How much?"}
    assert client.post(address, asked).status_code == 302
    assert client.post(address, asked | {"title": "My patient Anna?"}).status_code == 422
    assert client.post(reverse("thread", args=[thread.pk]), {"words": "More."}).status_code == 302
    assert client.post(reverse("thread", args=[thread.pk]), {"words": " "}).status_code == 422
    assert client.get(reverse("moderation")).status_code == 403
    post = Post.objects.order_by("pk")[0]
    for name in ("post-edit", "post-report"):
        assert client.get(reverse(name, args=[post.pk])).status_code == 200
    assert client.get(reverse("post-decide", args=[post.pk])).status_code == 403
    assert signed_in(cast.stranger).get(reverse("thread", args=[thread.pk])).status_code == 404
    teacher = signed_in(cast.educator)
    assert teacher.get(reverse("post-edit", args=[post.pk])).status_code == 403
    assert teacher.get(reverse("moderation")).status_code == 200
    decided = {"decision": "hide", "reason": "Off the point."}
    assert teacher.post(reverse("post-decide", args=[post.pk]), decided).status_code == 302
    assert "Appeal" in client.get(reverse("thread", args=[thread.pk])).content.decode()
    assert client.post(reverse("post-appeal", args=[post.pk]), {"words": "It is."}).status_code == 302
    assert client.post(reverse("thread-follow", args=[thread.pk]), {"follow": "no"}).status_code == 302
    assert client.post(reverse("post-delete", args=[post.pk])).status_code == 302
