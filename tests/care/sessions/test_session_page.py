"""The session's page and its forms, in plain HTML."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.audit.models import Access
from mooring.care.sessions import log
from mooring.care.sessions.access import opening_of
from mooring.care.sessions.models import LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.care.sessions.views.figure import vitals_figure
from mooring.care.treatments.models import Cycle, Phase, Treatment
from mooring.identity.models import Person
from mooring.rules.session_entry import EntryKind
from mooring.words.numbers import NO_BREAK
from tests.care.sessions.rows import (
    ANSWERS,
    SIGNS,
    checked,
    confirmed,
    minute,
    opened,
    ready_cycle,
    recovering,
    signed_off,
    started,
    vitals,
)
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, code: str, session: Session, **data: Any) -> Any:
    return client.post(reverse("session-write", args=[session.pk, code]), {"once": str(uuid4()), **data})


def prefixed(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{key}": value for key, value in values.items()}


def test_a_cycle_goes_from_the_order_to_the_sign_off_by_the_forms(cast: Cast, clock: list[Any]) -> None:
    cycle = ready_cycle(cast)
    monitor, second = signed_in(cast.monitor), signed_in(cast.second_monitor)
    page = monitor.get(reverse("session-of-cycle", args=[cycle.pk]))
    assert page.status_code == 200
    assert (
        monitor.post(reverse("session-of-cycle", args=[cycle.pk]), {"once": str(uuid4())}).status_code == 302
    )
    session = Session.objects.get()
    clock[0] = minute(2)
    post(monitor, "vitals", session, **prefixed("vitals", SIGNS))
    for client in (monitor, second):
        assert post(client, "time-out", session, **{"time-out-reading": "36"}).status_code == 302
    clock[0] = minute(5)
    assert post(monitor, "started", session).status_code == 302
    clock[0] = minute(20)
    assert post(monitor, "symptom", session, **{"symptom-code": "nausea", "symptom-severity": "1"})
    post(monitor, "intervention", session, **{"intervention-what": "breathing"})
    post(second, "note", session, **{"note-text": "Resting, eyes closed."})
    clock[0] = minute(45)
    assert post(monitor, "dosing-ended", session, **{"dosing-ended-given_ml": "36"}).status_code == 302
    for number in (86, 104):
        clock[0] = minute(number)
        assert post(monitor, "vitals", session, **prefixed("vitals", SIGNS)).status_code == 302
        assert (
            post(monitor, "discharge-check", session, **prefixed("discharge-check", ANSWERS)).status_code
            == 302
        )
    refused = post(monitor, "discharged", session)
    assert refused.status_code == 422
    assert "minimum stay is 60 minutes" in refused.content.decode()
    clock[0] = minute(105)
    assert post(monitor, "discharged", session).status_code == 302
    prescriber = signed_in(cast.prescriber)
    wrong = post(prescriber, "signed-off", session, **{"signed-off-password": "not it"})
    assert wrong.status_code == 422
    assert post(prescriber, "signed-off", session, **{"signed-off-password": PASSWORD}).status_code == 302
    assert Cycle.objects.get(pk=cycle.pk).phase == Phase.INTEGRATING
    assert [row.kind for row in session.entries.order_by("id")] == [
        "vitals",
        "time-out",
        "time-out",
        "started",
        "symptom",
        "intervention",
        "note",
        "dosing-ended",
        "vitals",
        "discharge-check",
        "vitals",
        "discharge-check",
        "discharged",
        "signed-off",
    ]


@pytest.mark.parametrize("stage", [opened, started, recovering, signed_off])
def test_every_stage_shows_a_page_and_a_summary_and_leaves_a_look(
    cast: Cast, clock: list[Any], stage: Any
) -> None:
    session = stage(cast)
    clock[0] = minute(125)
    client = signed_in(cast.therapist)
    looks = Access.objects.count()
    page = client.get(reverse("session", args=[session.pk]))
    assert page.status_code == 200
    assert cast.patient.person.legal_name in page.content.decode()
    assert Access.objects.count() == looks + 1
    assert client.get(reverse("session-summary", args=[session.pk])).status_code == 200
    assert Access.objects.latest("id").kind == "print"


def test_the_volume_of_the_order_is_not_given_away_before_the_start(cast: Cast, clock: list[Any]) -> None:
    session = opened(cast)
    page = signed_in(cast.monitor).get(reverse("session", args=[session.pk])).content.decode()
    assert "36&nbsp;mL" not in page
    assert "36\u00a0mL" not in page


def test_a_wrong_volume_is_told_and_stored(cast: Cast, clock: list[Any]) -> None:
    session = opened(cast)
    answer = post(signed_in(cast.monitor), "time-out", session, **{"time-out-reading": "3.6"})
    assert answer.status_code == 422
    assert "not what the order says" in answer.content.decode()
    assert session.entries.get().facts["agrees"] is False


CODES = [kind.value for kind in EntryKind]


def addresses(session: Session) -> list[str]:
    """Every address under a session, the form of each kind among them."""
    forms = [reverse("session-write", args=[session.pk, code]) for code in CODES]
    return [
        reverse(name, args=[session.pk]) for name in ("session", "session-summary", "session-cancel")
    ] + forms


# Every address is closed by the same two statements, which the tests of who may not write send on PostgreSQL, too.
@pytest.mark.once
def test_a_stranger_finds_nothing(cast: Cast) -> None:
    session = opened(cast)
    stranger, monitor = signed_in(cast.stranger), signed_in(cast.monitor)
    for address in addresses(session):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"once": str(uuid4())}).status_code == 404
        assert monitor.get(address.replace(f"/{session.pk}/", f"/{session.pk + 999}/")).status_code == 404
    assert monitor.get(reverse("session-write", args=[session.pk, "made-up"])).status_code == 404


@pytest.mark.parametrize("code", CODES)
def test_a_reader_may_not_write(cast: Cast, code: str) -> None:
    session = opened(cast)
    assert post(signed_in(cast.therapist), code, session).status_code == 403
    assert not session.entries.exists()


def test_a_reader_may_not_cancel(cast: Cast) -> None:
    session = opened(cast)
    address = reverse("session-cancel", args=[session.pk])
    assert signed_in(cast.therapist).post(address, {"cancel-reason": "x"}).status_code == 403
    assert Session.objects.get(pk=session.pk).state == "open"


def test_a_reader_sees_no_form(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    page = signed_in(cast.therapist).get(reverse("session", args=[session.pk])).content.decode()
    assert "vitals-systolic_mmhg" not in page
    assert "/correct/" not in page


def test_a_monitor_does_not_sign_off(cast: Cast) -> None:
    assert post(signed_in(cast.monitor), "signed-off", opened(cast)).status_code == 403


def test_a_form_sent_twice_does_one_thing(cast: Cast, clock: list[Any]) -> None:
    session, client, once = started(cast), signed_in(cast.monitor), str(uuid4())
    clock[0] = minute(9)
    for _ in range(2):
        answer = client.post(
            reverse("session-write", args=[session.pk, "note"]),
            {"once": once, "note-text": "Calm."},
            follow=True,
        )
    assert "already saved" in answer.content.decode()
    assert session.entries.filter(kind="note").count() == 1


def test_the_forms_of_one_page_have_keys_of_their_own(cast: Cast, clock: list[Any]) -> None:
    session = recovering(cast)
    clock[0] = minute(46)
    client = signed_in(cast.monitor)
    pages = client.get(reverse("session", args=[session.pk])).content.decode()
    for code in ("note", "pain", "intervention"):
        address = reverse("session-write", args=[session.pk, code])
        pages += client.get(address, headers={"hx-request": "true"}).content.decode()
    keys = [part.split('"')[0] for part in pages.split('name="once" value="')[1:]]
    assert len(keys) >= 5
    assert len(set(keys)) == len(keys)


def test_what_was_typed_stays_when_it_is_refused(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    answer = post(
        signed_in(cast.monitor),
        "vitals",
        session,
        **prefixed("vitals", {**SIGNS, "systolic_mmhg": 80, "diastolic_mmhg": 90}),
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert 'value="90"' in body
    assert "Diastolic is not below" in body


def test_an_earlier_time_is_taken_in_the_sites_zone(cast: Cast, clock: list[Any]) -> None:
    """10:00 UTC is 02:00 in Los Angeles."""
    session = started(cast)
    clock[0] = minute(30)
    post(signed_in(cast.monitor), "note", session, **{"note-text": "x", "note-happened": "02:07"})
    assert session.entries.get(kind="note").at == NOW + timedelta(minutes=7)


def test_hostile_words_are_inert(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)
    hostile = "<script>alert(1)</script>\"'{{ 7 }}"
    post(client, "note", session, **{"note-text": hostile})
    post(
        client,
        "intervention",
        session,
        **{"intervention-what": "other", "intervention-text": hostile},
    )
    for name in ("session", "session-summary"):
        body = client.get(reverse(name, args=[session.pk])).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert" in body


def test_an_entry_is_corrected_and_withdrawn_by_its_page(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    wrong = vitals(cast, session, minute(8), systolic_mmhg=190)
    clock[0] = minute(12)
    client = signed_in(cast.second_monitor)
    address = reverse("session-correct", args=[session.pk, wrong.pk])
    assert 'value="190' in client.get(address).content.decode()
    given = {**SIGNS, "systolic_mmhg": 120, "once": str(uuid4())}
    assert client.post(address, given).status_code == 302
    assert chart_of(session, minute(13)).state.last_values["systolic_mmhg"][0] == 120
    newer = LogEntry.objects.get(corrects=wrong)
    assert (
        client.post(
            reverse("session-correct", args=[session.pk, newer.pk]), {"withdraw": "1", "once": str(uuid4())}
        ).status_code
        == 302
    )
    body = client.get(reverse("session", args=[session.pk])).content.decode()
    assert "<del>" in body
    assert client.post(address, {**given, "once": str(uuid4())}).status_code == 422


def test_an_entry_of_another_session_is_not_found(cast: Cast) -> None:
    session = started(cast)
    other = vitals(cast, session, minute(8))
    assert (
        signed_in(cast.monitor).get(reverse("session-correct", args=[session.pk + 1, other.pk])).status_code
        == 404
    )


def test_the_prescriber_goes_past_a_criterion_on_the_page(cast: Cast, clock: list[Any]) -> None:
    session = recovering(cast)
    for number in (86, 104):
        clock[0] = minute(number)
        vitals(cast, session, minute(number), systolic_mmhg=150 + number // 10)
        post(signed_in(cast.monitor), "discharge-check", session, **prefixed("discharge-check", ANSWERS))
    clock[0] = minute(106)
    client = signed_in(cast.prescriber)
    panel = reverse("session-write", args=[session.pk, "discharged"])
    assert "discharged-reason_0" in client.get(panel).content.decode()
    reason = {"discharged-reason_0": "Usual for this patient."}
    assert post(client, "discharged", session, **reason).status_code == 422
    assert (
        post(client, "discharged", session, **reason, **{"discharged-password": PASSWORD}).status_code == 302
    )
    assert session.entries.get(kind="discharged").by == cast.prescriber


def test_opening_twice_goes_on_with_the_open_session(cast: Cast, clock: list[Any]) -> None:
    session = confirmed(cast, opened(cast))
    answer = signed_in(cast.monitor).get(reverse("session-of-cycle", args=[session.cycle_id]))
    assert answer["Location"] == reverse("session", args=[session.pk])


def test_only_who_may_write_opens_a_session(cast: Cast) -> None:
    address = reverse("session-of-cycle", args=[ready_cycle(cast).pk])
    reader = signed_in(cast.therapist)
    assert '<button class="btn btn-primary"' not in reader.get(address).content.decode()
    assert reader.post(address, {"once": str(uuid4())}).status_code == 403
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert signed_in(cast.monitor).get(reverse("session-of-cycle", args=[9999])).status_code == 404
    assert not Session.objects.exists()


def test_a_refused_opening_says_why(cast: Cast) -> None:
    cycle = ready_cycle(cast)
    cast.monitor.credentials.all().update(revoked_at=NOW)
    answer = signed_in(cast.monitor).post(
        reverse("session-of-cycle", args=[cycle.pk]), {"once": str(uuid4())}
    )
    assert answer.status_code == 422
    assert "not recorded" in answer.content.decode()


def test_an_expired_sign_in_keeps_what_was_typed(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)
    page = client.get(reverse("session-write", args=[session.pk, "note"])).content.decode()
    typed_by = page.split('name="typed_by" value="')[1].split('"')[0]
    client.logout()
    address = reverse("session-write", args=[session.pk, "note"])
    answer = client.post(address, {"note-text": "The house by the sea.", "typed_by": typed_by})
    assert answer.status_code == 302
    kept = client.session["kept_typing"]
    client.force_login(cast.monitor)
    held = client.session
    held["kept_typing"] = kept
    held.save()
    assert "The house by the sea." in client.get(address).content.decode()


def test_a_panel_is_rendered_when_it_is_opened(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(7)
    client = signed_in(cast.monitor)
    page = client.get(reverse("session", args=[session.pk])).content.decode()
    address = reverse("session-write", args=[session.pk, "symptom"])
    assert f'href="{address}"' in page
    assert 'value="chest-pain 3"' not in page
    part = client.get(address, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert 'value="chest-pain 3"' in part
    whole = client.get(address).content.decode()
    assert "<html" in whole
    assert 'value="chest-pain 3"' in whole, "without a script the page shows the panel open"


def test_the_pad_lies_in_the_page_with_what_was_last(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    vitals(cast, session, minute(15), systolic_mmhg=144, diastolic_mmhg=90)
    clock[0] = minute(16)
    page = signed_in(cast.monitor).get(reverse("session", args=[session.pk])).content.decode()
    beside = re.sub(r"<[^>]*>", "", page[page.index("data-last-words>144/90") :][:900])
    assert beside.startswith("data-last-words>144/90 at +10, 128/80 before the dose")
    assert 'name="vitals-systolic_mmhg"' in page
    assert re.search(r'name="vitals-moaas"\s+value="4"', page), "a score of few steps is one touch"
    assert 'data-question="Is HR {value}? It was {last}.' in page


def test_an_unlikely_value_is_asked_on_the_pad_and_the_tick_saves_it(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)
    sent = prefixed("vitals", {**SIGNS, "heart_rate_per_min": 172})
    asked = post(client, "vitals", session, **sent)
    assert asked.status_code == 422
    assert "Is HR 172? It was 72." in asked.content.decode()
    assert 'name="vitals-heart_rate_per_min_sure" value="172"' in asked.content.decode()
    assert (
        post(client, "vitals", session, **sent, **{"vitals-heart_rate_per_min_sure": "172"}).status_code
        == 302
    )


def test_a_symptom_is_recorded_with_its_severity_in_one_tap(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)
    assert post(client, "symptom", session, **{"symptom-tap": "nausea 2"}).status_code == 302
    assert session.entries.get(kind="symptom").facts == {"code": "nausea", "severity": 2}
    assert post(client, "symptom", session, **{"symptom-tap": "nausea 9"}).status_code == 422
    page = client.get(reverse("session", args=[session.pk])).content.decode()
    assert re.search(r'value="nausea 2".*value="detached 1"', page, re.DOTALL), "this session's first"


def test_an_entry_answers_the_open_page_with_its_parts(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    client, once = signed_in(cast.monitor), str(uuid4())
    openings = Access.objects.count()
    address = reverse("session-write", args=[session.pk, "intervention"])
    # The device's clock is two hours behind, and says so; the entry was kept for three minutes.
    tapped = {"device_at": (minute(6) - timedelta(hours=2)).isoformat(), "offset_ms": "7200000"}
    sent = {"once": once, "intervention-what": "breathing", **tapped}
    answer = client.post(address, sent, headers={"hx-request": "true"})
    assert answer.status_code == 200
    heard = answer.content.decode()
    assert f'data-key="{once}"' in heard
    assert "<html" not in heard
    entry = session.entries.get(kind="intervention")
    assert entry.at == minute(6), "a lost network kept it for three minutes"
    assert Access.objects.count() == openings + 1
    assert client.post(address, sent, headers={"hx-request": "true"}).status_code == 200
    assert session.entries.filter(kind="intervention").count() == 1
    undo = client.post(
        reverse("session-correct", args=[session.pk, entry.pk]),
        {"once": str(uuid4()), "withdraw": "1"},
        headers={"hx-request": "true"},
    )
    assert "<del>Breathing together</del>" in undo.content.decode()


@pytest.mark.parametrize(
    "tapped",
    [
        {"device_at": "yesterday", "offset_ms": "0"},
        {"device_at": minute(6).isoformat(), "offset_ms": "x"},
        {"device_at": minute(6).isoformat()},
        {"device_at": minute(6).isoformat(), "offset_ms": "-99999999999999999"},
        {"device_at": minute(600).isoformat(), "offset_ms": "0"},
    ],
)
def test_a_time_that_cannot_be_is_ignored(cast: Cast, clock: list[Any], tapped: dict[str, str]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    post(signed_in(cast.monitor), "intervention", session, **{"intervention-what": "touch", **tapped})
    assert session.entries.get(kind="intervention").at == minute(9)


def test_the_panels_come_under_the_pages_own_opening(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)
    page = client.get(reverse("session", args=[session.pk])).content.decode()
    opening = re.search(r'data-again="[^"]*opening=([^&]+)', page)
    assert opening
    openings = Access.objects.count()
    address = reverse("session-panels", args=[session.pk])
    panels = client.get(f"{address}?opening={opening[1]}").content.decode()
    for code in ("symptom", "intervention", "note", "dosing-ended", "emergency"):
        assert f'<template data-panel-of="{code}">' in panels
    assert 'data-panel-of="discharged"' not in panels, "what the server judges is not kept"
    assert Access.objects.count() == openings
    assert client.get(address).status_code == 404
    assert signed_in(cast.second_monitor).get(f"{address}?opening={opening[1]}").status_code == 404


def test_a_queue_keeps_what_an_expired_sign_in_sent(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    address = reverse("session-write", args=[session.pk, "intervention"])
    visitor = Client()
    headers = {"hx-request": "true", "x-mooring-queue": "yes"}
    answer = visitor.post(address, {"intervention-what": "touch"}, headers=headers)
    assert (answer.status_code, answer.headers["X-Mooring-Signed-Out"]) == (204, "yes")


def test_who_takes_over_is_named_for_what_is_due(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    page = signed_in(cast.prescriber).get(reverse("session", args=[session.pk])).content.decode()
    assert f'<p class="live-after"><bdi>{cast.monitor.name}</bdi>' in page
    panel = (
        signed_in(cast.second_monitor)
        .get(reverse("session-write", args=[session.pk, "watch"]), headers={"hx-request": "true"})
        .content.decode()
    )
    due = re.search(r'name="watch-due" value="([^"]+)"', panel)
    assert due
    assert "From here on it is yours" in panel
    post(signed_in(cast.second_monitor), "watch", session, **{"watch-due": due[1]})
    taken = session.entries.get(kind="watch")
    assert taken.facts["due"] == [int(part) for part in due[1].split()]
    page = signed_in(cast.prescriber).get(reverse("session", args=[session.pk])).content.decode()
    assert f'<p class="live-after"><bdi>{cast.second_monitor.name}</bdi>' in page


@pytest.mark.parametrize("stage", [opened, confirmed, started, recovering, signed_off])
def test_the_page_sends_at_most_18_statements(
    cast: Cast, clock: list[Any], django_assert_max_num_queries: Any, stage: Any
) -> None:
    session = stage(cast, opened(cast)) if stage is confirmed else stage(cast)
    clock[0] = minute(104)
    client = signed_in(cast.prescriber)
    client.get(reverse("session", args=[session.pk]))
    with django_assert_max_num_queries(18):
        client.get(reverse("session", args=[session.pk]))


def test_a_tap_sends_at_most_14_statements_and_a_look_6(
    cast: Cast, clock: list[Any], django_assert_max_num_queries: Any
) -> None:
    """Each wakes another process: a dark room's taps wait for what every tap and every screen asks."""
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)

    def said() -> dict[str, Any]:
        newest = LogEntry.objects.filter(session=session).latest("id").pk
        return {"opening": opening_of(cast.monitor, session), "seen": newest, "stage": "live"}

    def tap() -> Any:
        return client.post(
            reverse("session-write", args=[session.pk, "symptom"]),
            {"once": str(uuid4()), **said(), "symptom-tap": "nausea 1"},
            headers={"hx-request": "true"},
        )

    def look() -> Any:
        return client.get(reverse("session-again", args=[session.pk]), said())

    # An act keeps what it read at its commit, which a test does not reach.
    log.KEPT.keep({session.pk: log.log_of(session.pk)})
    assert (tap().status_code, look().status_code) == (200, 200)
    clock[0] = minute(10)
    with django_assert_max_num_queries(14 + 1):  # one more is this test's own: what the page has seen
        tap()
    with django_assert_max_num_queries(6 + 1):
        look()


def test_a_longer_log_asks_no_more_questions_of_the_database(
    cast: Cast, clock: list[Any], django_assert_max_num_queries: Any
) -> None:
    session = checked(cast, recovering(cast))
    clock[0] = minute(104)
    client = signed_in(cast.monitor)
    client.get(reverse("session", args=[session.pk]))
    with django_assert_max_num_queries(18) as few:
        client.get(reverse("session", args=[session.pk]))
    for number in range(20):
        vitals(cast, session, minute(104), systolic_mmhg=110 + number)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("session", args=[session.pk]))


def test_the_expected_curve_is_a_panel_of_its_own_with_its_grade(cast: Cast, clock: list[Any]) -> None:
    session = started(cast)
    clock[0] = minute(9)
    client = signed_in(cast.monitor)
    page = client.get(reverse("session", args=[session.pk])).content.decode()
    assert "What a model expects" not in page, "off until somebody opens it"
    address = reverse("session-expected", args=[session.pk])
    panel = client.get(address, headers={"hx-request": "true"}).content.decode()
    assert "What a model expects" in panel
    assert "<html" not in panel
    assert client.get(address).status_code == 200
    words = client.get(f"{address}?in=chart", headers={"hx-request": "true"}).content.decode()
    assert "a scale of its own" in words
    assert '"high": [' in words, "what the chart draws behind the vital signs"
    assert "Information, not advice" in words
    assert signed_in(cast.stranger).get(address).status_code == 404


def test_the_last_session_stands_behind_this_one_with_its_dose(cast: Cast, clock: list[Any]) -> None:
    last = signed_off(cast, NOW - timedelta(days=7))
    Cycle.objects.update(phase=Phase.CLOSED, outcome="complete", closed_at=NOW)
    Treatment.objects.update(state="ended", ended_at=NOW, ended_by=cast.prescriber, outcome="completed")
    here = started(cast)
    clock[0] = minute(9)
    ghost = vitals_figure(chart_of(here, minute(9)))["chart"]["ghost"]
    assert ghost["label"] == f"last time, 36{NO_BREAK}mg"
    assert ghost["minutes"][0] == -3
    assert ghost["systolic"][0] == 128
    assert len(ghost["minutes"]) == last.entries.filter(kind="vitals").count()
    assert vitals_figure(chart_of(last, minute(9)))["chart"].get("ghost") is None, (
        "no session before the first"
    )
    page = signed_in(cast.monitor).get(reverse("session", args=[here.pk])).content.decode()
    assert f"Last session, 36{NO_BREAK}mg" in page, "in words beside the picture"
