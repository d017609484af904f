"""A dose at home: the gate, the chaperone's phone, the silence that the clock passes on, the supply."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mooring.care.papers.models import UploadedFile
from mooring.care.patients.models import SupportPerson
from mooring.care.sessions import actions
from mooring.care.sessions.actions.chaperone import watch_consoles
from mooring.care.sessions.models import ChaperoneConsole, LogEntry, Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.actions.home import (
    HomePlan,
    arrange_home,
    count_units,
    dispense,
    record_visit,
)
from mooring.care.treatments.gate import gate_of
from mooring.care.treatments.queries.home import supply_of
from mooring.content.loader import load
from mooring.rules.session_entry import EntryKind
from mooring.rules.verdict import Refused
from mooring.work.models import Message, Task, TaskState
from tests.care.sessions.whole_walk import Walk
from tests.care.treatments.rows import escort_of
from tests.people import NOW, Cast
from tests.work.documents.test_incoming import png

pytestmark = pytest.mark.django_db
START = NOW + timedelta(minutes=2)


def home(cast: Cast) -> Walk:
    return Walk(cast, "SL-HOME-4", amount=Decimal(300))


def running(cast: Cast) -> tuple[Session, ChaperoneConsole]:
    session = home(cast).started()
    return session, ChaperoneConsole.objects.get(session=session)


def answered(console: ChaperoneConsole, at: datetime, answers: str = "normal", **changed: Any) -> LogEntry:
    usual = {"happened_at": at, "key": uuid4(), "by": console.person, "at": at}
    return actions.attest(console=console, answers=answers, **{**usual, **changed})


def open_tasks(session: Session) -> set[str]:
    about = f"care_sessions.session:{session.pk}"
    return set(Task.objects.filter(about=about, state=TaskState.OPEN).values_list("kind", flat=True))


def test_the_gate_asks_for_visit_place_and_chaperone(cast: Cast) -> None:
    walk = home(cast)
    cycle = walk.plan()
    rules = {finding.rule for finding in gate_of(cycle, NOW).findings}
    assert {"READY-HOME-VISIT@1", "READY-HOME-PLACE@1"} <= rules
    record_visit(patient=cast.patient, way="video", words="Suited.", by=cast.prescriber, at=NOW)
    plan = {
        "responsible": cast.prescriber,
        "address": "27 Alder Row",
        "emergency_number": "911",
        "chaperone": escort_of(cast),
        "confirmed_live": False,
    }
    arrange_home(cycle=cycle, plan=HomePlan(**plan), by=cast.monitor, at=NOW)
    rules = {finding.rule for finding in gate_of(cycle, NOW).findings}
    assert "READY-HOME-CHAPERONE@1" in rules
    assert not {"READY-HOME-VISIT@1", "READY-HOME-PLACE@1"} & rules
    arrange_home(cycle=cycle, plan=HomePlan(**{**plan, "confirmed_live": True}), by=cast.monitor, at=NOW)
    assert "READY-HOME-CHAPERONE@1" not in {finding.rule for finding in gate_of(cycle, NOW).findings}


def test_a_stranger_or_a_chaperone_without_phone_is_refused(cast: Cast) -> None:
    cycle = home(cast).plan()
    silent = SupportPerson.objects.create(patient=cast.patient, name="Una", phone="")
    plan = HomePlan(
        responsible=cast.stranger,
        address="27 Alder Row",
        emergency_number="911",
        chaperone=silent,
        second_contact=silent,
        confirmed_live=True,
    )
    with pytest.raises(Refused) as refused:
        arrange_home(cycle=cycle, plan=plan, by=cast.monitor, at=NOW)
    assert len(refused.value.reasons) >= 3


def test_without_the_paired_phone_nothing_starts(cast: Cast) -> None:
    walk = home(cast)
    session = walk.opened()
    session.consoles.update(ended_at=NOW)
    part = {"lot": "LZ-1107"}
    with pytest.raises(Refused, match="phone is not paired"):
        actions.start_dosing(
            session=session, happened_at=START, key=uuid4(), by=cast.monitor, at=START, part=part
        )


def test_one_missed_attestation_goes_up_the_ladder_and_one_answer_ends_it(cast: Cast) -> None:
    session, console = running(cast)
    answered(console, START + timedelta(minutes=14))
    due = START + timedelta(minutes=29)
    for minutes, step, says in (
        (2, 0, ""),
        (4, 1, ""),
        (7, 2, ""),
        (10, 3, "chaperone-silent"),
        (13, 4, "welfare-check"),
    ):
        watch_consoles(at=due + timedelta(minutes=minutes))
        console.refresh_from_db()
        assert console.passed_on == step
        if says:
            assert says in open_tasks(session)
    reminded = list(Message.objects.filter(title="Are you all right?").order_by("id"))
    assert [message.person for message in reminded] == [console.person, cast.patient.person]
    task = Task.objects.get(kind="welfare-check")
    assert "911" in task.reason
    assert "27 Alder Row" in task.reason
    assert task.owner == cast.prescriber
    assert "SCRIPT-HOME-SILENCE" in task.address
    answered(console, due + timedelta(minutes=14))
    console.refresh_from_db()
    assert console.passed_on == 0
    assert not {"chaperone-silent", "welfare-check"} & open_tasks(session)


def test_a_clock_that_was_down_catches_up_on_every_step(cast: Cast) -> None:
    session, console = running(cast)
    assert watch_consoles(at=START + timedelta(minutes=40)) == 4
    console.refresh_from_db()
    assert console.passed_on == 4
    assert watch_consoles(at=START + timedelta(minutes=41)) == 0
    assert "welfare-check" in open_tasks(session)


def test_slow_is_read_as_moaas_3_and_no_answer_sounds(cast: Cast) -> None:
    session, console = running(cast)
    answered(console, START + timedelta(minutes=10), "slow")
    assert chart_of(session, START + timedelta(minutes=11)).state.last_values["moaas"][0] == 3
    answered(console, START + timedelta(minutes=12), "none")
    assert "red-alert" in open_tasks(session)


def test_what_the_phone_kept_is_dated_by_how_long_it_was_kept(cast: Cast, clock: list[Any]) -> None:
    walk = home(cast)
    session = walk.opened()
    session.consoles.update(ended_at=NOW)
    console, code = actions.make_console(session=session, by=cast.monitor, at=NOW)
    clock[0] = NOW + timedelta(minutes=1)
    phone = Client()
    assert phone.get(reverse("chaperone")).status_code == 200
    assert phone.post(reverse("chaperone-answer"), {"answers": "normal"}).status_code == 404
    assert phone.post(reverse("chaperone"), {"code": "WRONGCODE"}).status_code == 422
    assert phone.post(reverse("chaperone"), {"code": f"{code[:4]}-{code[4:]}".lower()}).status_code == 302
    again = Client().post(reverse("chaperone"), {"code": code})
    assert again.status_code == 422, "a code is for one phone"
    actions.start_dosing(
        session=session,
        happened_at=START,
        key=uuid4(),
        by=cast.monitor,
        at=START,
        part={"lot": "LZ-1107"},
    )
    clock[0] = START + timedelta(minutes=20)
    assert "Look now" in phone.get(reverse("chaperone")).content.decode()
    key = str(uuid4())
    late = {"answers": "normal", "waited_ms": str(8 * 60 * 1000), "once": key}
    for _twice in range(2):
        assert phone.post(reverse("chaperone-answer"), late).status_code == 302
    entry = LogEntry.objects.get(kind=EntryKind.ATTESTATION)
    assert entry.at == START + timedelta(minutes=12)
    assert entry.by == ChaperoneConsole.objects.get(pk=console.pk).person
    cuff = {"top": "300", "bottom": "120", "pulse": "99", "once": str(uuid4())}
    asked = phone.post(reverse("chaperone-cuff"), cuff)
    assert asked.status_code == 422
    assert "These numbers are right" in asked.content.decode()
    good = {"top": "132", "bottom": "84", "pulse": "76", "once": str(uuid4())}
    assert phone.post(reverse("chaperone-cuff"), good).status_code == 302
    assert phone.post(reverse("chaperone-answer"), {"once": str(uuid4())}).status_code == 302
    assert "patient-call" in open_tasks(session)
    photographed(phone, session)


def photographed(phone: Client, session: Session) -> None:
    """The photograph of the cuff is read by its content and filed to the numbers; anything else is not taken."""
    for data, came in ((b"<svg></svg>", "not-sent"), (png(), "sent"), (png(), "not-sent")):
        sent = phone.post(reverse("chaperone-photo"), {"file": SimpleUploadedFile("cuff.png", data)})
        assert sent.headers["Location"].endswith(f"?photo={came}")
    file = UploadedFile.objects.get()
    entry = LogEntry.objects.get(session=session, kind=EntryKind.CUFF)
    assert (file.media_type, file.filed_as) == ("image/png", f"care_sessions.logentry:{entry.pk}")
    assert "with the clinic" in phone.get(f"{reverse('chaperone')}?photo=sent").content.decode()
    assert Client().post(reverse("chaperone-photo")).status_code == 404


def test_the_discharge_ends_the_phone(cast: Cast) -> None:
    walk = home(cast)
    session = walk.started()
    walk.leave(session, walk.given(session))
    assert not session.consoles.filter(ended_at__isnull=True).exists()


def test_six_doses_at_most_and_no_refill_within_seven_days(cast: Cast) -> None:
    cycle = home(cast).plan()
    treatment, today = cycle.treatment, cast.site.today(NOW)
    common: dict[str, Any] = {"treatment": treatment, "by": cast.monitor, "at": NOW}
    with pytest.raises(Refused, match="At most six"):
        dispense(doses=7, on=today, storage_told=True, **common)
    with pytest.raises(Refused, match="how to keep it"):
        dispense(doses=4, on=today, storage_told=False, **common)
    with pytest.raises(Refused, match="Count the units: no order is signed yet"):
        dispense(doses=4, on=today - timedelta(days=3), storage_told=True, **common)
    dispense(doses=4, units=12, on=today - timedelta(days=3), storage_told=True, **common)
    with pytest.raises(Refused, match="seven days"):
        dispense(doses=1, units=3, on=today, storage_told=True, **common)
    assert supply_of(treatment).units_left == 12
    dispense(doses=-4, units=11, on=today, storage_told=False, **common)
    assert supply_of(treatment).units_left == 1


def test_a_count_that_differs_says_why_and_asks_the_prescriber(cast: Cast) -> None:
    walk = home(cast)
    session = walk.started()
    treatment = session.cycle.treatment
    common: dict[str, Any] = {"by": cast.monitor, "at": NOW + timedelta(hours=4)}
    dispense(treatment=treatment, doses=2, on=cast.site.today(NOW), storage_told=True, **common)
    cycle = session.cycle
    cycle.refresh_from_db()
    expected = session.order.ordered.form.count
    with pytest.raises(Refused, match=f"{expected} expected"):
        count_units(cycle=cycle, counted=0, **common)
    count_units(cycle=cycle, counted=0, words="The dog had them.", **common)
    assert Task.objects.filter(kind="units-differ").exists()
    done = count_units(cycle=cycle, counted=expected, **common)
    assert done.counted == done.expected


def test_the_page_of_a_dose_at_home(cast: Cast, clock: list[Any]) -> None:
    cycle = home(cast).plan()
    escort_of(cast)
    client = Client()
    client.force_login(cast.prescriber)
    address = reverse("cycle-home", args=[cycle.pk])
    assert client.get(address).status_code == 200
    typed = {
        "form": "arrange",
        "responsible": cast.prescriber.pk,
        "address": "27 Alder Row",
        "emergency_number": "911",
        "chaperone": escort_of(cast).pk,
        "confirmed_live": "on",
        "once": str(uuid4()),
    }
    assert client.post(address, {**typed, "address": ""}).status_code == 422
    assert client.post(address, typed).status_code == 302
    assert "Confirmed live" in client.get(address).content.decode()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404


def test_esketamine_has_no_way_home() -> None:
    protocols = load().protocols.values()
    assert not [each for each in protocols if each.product == "esketamine" and each.setting == "at-home"]
