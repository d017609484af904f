"""Saving a draft and sending never compete, and another device's answers are never overwritten unseen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mooring.care.measures.models import Asked, AskedState
from mooring.work.drafts import ChangedElsewhere, NoLongerOpen, save_draft
from tests.care.measures.questionnaires import asked
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def save(row: Asked, answers: dict[str, int], revision: int, page: str) -> None:
    still_open = Asked.objects.filter(pk=row.pk, state=AskedState.OPEN)
    save_draft(still_open, row, answers, revision=revision, page=page, at=NOW)


def test_case_w3_a_send_that_overtook_its_own_draft_is_taken(cast: Cast) -> None:
    """Case W3: the draft was saved, its answer never reached the page, an answer changed, then Send."""
    row = asked(cast)
    save(row, {"q1": 2}, 0, "phone")
    save(row, {"q1": 3, "q2": 1}, 0, "phone")
    assert row.draft == {"q1": 3, "q2": 1}


def test_another_page_that_would_lose_answers_is_refused(cast: Cast) -> None:
    row = asked(cast)
    save(row, {"q1": 2}, 0, "phone")
    with pytest.raises(ChangedElsewhere):
        save(row, {"q1": 3}, 0, "tablet")
    with pytest.raises(ChangedElsewhere):
        save(row, {"q2": 3}, 0, "")
    assert row.draft == {"q1": 2}


def test_another_page_that_loses_nothing_is_taken(cast: Cast) -> None:
    row = asked(cast)
    save(row, {"q1": 2}, 0, "phone")
    save(row, {"q1": 2, "q2": 3}, 0, "tablet")
    assert (row.draft, row.draft_page) == ({"q1": 2, "q2": 3}, "tablet")


def test_what_is_no_longer_open_is_not_said_to_be_changed_elsewhere(cast: Cast) -> None:
    row = asked(cast)
    Asked.objects.update(state=AskedState.DONE)
    with pytest.raises(NoLongerOpen):
        save(row, {"q1": 2}, 0, "phone")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["phone", "tablet"]),
            st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), st.integers(0, 3)),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_no_order_of_saves_overwrites_another_pages_answer_unseen(
    cast: Cast, saves: list[tuple[str, dict[str, int], bool]]
) -> None:
    """Each page knows the revision of its last answer that arrived (`arrives`) and no other."""
    Asked.objects.all().delete()
    row = asked(cast)
    known = {"phone": 0, "tablet": 0}
    for page, answers, arrives in saves:
        before, before_page = dict(row.draft), row.draft_page
        try:
            save(row, answers, known[page], page)
        except ChangedElsewhere:
            assert before_page != page, "a page is never refused because of itself"
            continue
        if before_page not in ("", page) and known[page] != row.revision - 1:
            assert before.items() <= answers.items()
        if arrives:
            known[page] = row.revision
