"""The kinds of entries: a file a kind, one door, and what a new kind brings with it."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from mooring.care.sessions.actions import write_entry
from mooring.care.sessions.kinds import KINDS, contribution_of, kind_of
from mooring.care.sessions.kinds.kind import Correction
from mooring.care.sessions.models import LogEntry
from mooring.care.sessions.queries import chart_of, knowledge_of
from mooring.care.sessions.views.writing import ACTS
from mooring.content.pack import Pack
from mooring.rules import session_log
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from tests.care.sessions.rows import SIGNS, minute, opened, signed_off, started
from tests.care.sessions.test_session_page import post, prefixed, signed_in
from tests.people import Cast

pytestmark = pytest.mark.django_db


FROM_HOME = (EntryKind.ATTESTATION, EntryKind.CUFF)
"""Entered on the chaperone's phone, which has controls of its own."""


@pytest.mark.parametrize("code", list(EntryKind))
def test_every_kind_says_all_of_itself(code: EntryKind) -> None:
    kind = KINDS[code]
    assert kind.code == code
    assert str(kind.title)
    assert str(kind.saved)
    assert kind.by_act == (code in ACTS), "a kind goes through write_entry, or it has an act"
    assert kind.button or kind.template.endswith("symptom.html") or code in FROM_HOME
    assert kind.stages or code in FROM_HOME
    if not kind.by_act:
        assert str(kind.heading)
        corrected = kind.correction == Correction.WHOLE
        assert corrected or code in (EntryKind.EMERGENCY, *FROM_HOME), "a team that came, came"


def test_every_entry_of_a_whole_session_reads_in_words_and_contributes(cast: Cast) -> None:
    session = signed_off(cast)
    knowledge = knowledge_of(session)
    for line in chart_of(session, minute(121)).state.lines:
        assert kind_of(line.entry.kind).words(line.entry, knowledge, True)
        contribution_of(line.entry)


def test_an_act_of_its_own_is_not_passed_by_the_door(cast: Cast) -> None:
    session = opened(cast)
    for code in ACTS:
        with pytest.raises(ValueError, match="act of its own"):
            write_entry(
                session=session,
                kind=code,
                facts={},
                happened_at=minute(1),
                key=uuid4(),
                by=cast.monitor,
                at=minute(1),
            )
    assert not session.entries.exists()


def test_a_posted_observation_reads_its_pack_once_and_folds_once(
    cast: Cast, clock: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = started(cast)
    clock[0] = minute(12)
    client = signed_in(cast.monitor)
    folded: list[int] = []
    real_fold = session_log.fold

    def counting_fold(entries: Any, contribution: Any) -> Any:
        folded.append(1)
        return real_fold(entries, contribution)

    monkeypatch.setattr(session_log, "fold", counting_fold)
    monkeypatch.setattr(Pack, "parse", lambda body: pytest.fail("the pack was parsed again"))
    assert post(client, "vitals", session, **prefixed("vitals", SIGNS)).status_code == 302
    assert len(folded) == 1


def pain(cast: Cast, session: Any, rating: object, number: float = 20, **more: Any) -> LogEntry:
    return write_entry(
        session=session,
        kind=EntryKind.PAIN,
        facts={"pain_nrs": rating},
        happened_at=minute(number),
        key=uuid4(),
        by=cast.monitor,
        at=minute(number),
        **more,
    )


def test_pain_is_rated_from_0_to_10(cast: Cast) -> None:
    session = started(cast)
    for wrong in (-1, 11, 4.5, "7", None, True):
        with pytest.raises(Refused, match="whole number from 0 to 10"):
            pain(cast, session, wrong)
    for right in (0, 10):
        pain(cast, session, right)
    state = chart_of(session, minute(21)).state
    assert [signs.values["pain_nrs"] for signs in state.vitals if "pain_nrs" in signs.values] == [0, 10]


def test_pain_is_corrected_and_withdrawn(cast: Cast) -> None:
    session = started(cast)
    wrong = pain(cast, session, 8)
    right = pain(cast, session, 3, 22, corrects=wrong)
    assert chart_of(session, minute(23)).state.last_values["pain_nrs"][0] == 3
    pain(cast, session, 3, 24, corrects=right, withdraw=True)
    assert "pain_nrs" not in chart_of(session, minute(25)).state.last_values


def test_pain_is_recorded_on_the_page_and_read_in_the_log(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(20)
    client = signed_in(cast.monitor)
    events = client.get(reverse("session-write", args=[session.pk, "intervention"])).content.decode()
    assert 'form="tap-pain"' in events
    assert post(client, "pain", session, **{"pain-pain_nrs": "7"}).status_code == 302
    page = client.get(reverse("session", args=[session.pk])).content.decode()
    assert "Pain 7 of 10" in page
    assert "Pain, 0 to 10" in page, "the newest rating stands beside the vital signs"
    refused = post(client, "pain", session, **{"pain-pain_nrs": "11"})
    assert refused.status_code == 422
    assert session.entries.filter(kind="pain").count() == 1
