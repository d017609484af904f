"""Five roles try to start an unsafe dose in ten ways, through the pages, and cannot; each refusal says why and what to do.

The dose is ready, ordered, double-checked and observed; without the one thing that each way adds, it starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.consents.models import Consent
from mooring.care.observations.models import Observation
from mooring.care.sessions.models import Session
from mooring.care.sessions.queries import chart_of
from mooring.care.treatments.models import Cycle, Phase
from mooring.identity.models import Credential, RoleAssignment
from tests.care.measures.questionnaires import ITEMS, asked
from tests.care.sessions.rows import SIGNS, confirmed, minute, opened, vitals
from tests.care.sessions.test_session_page import post, prefixed, signed_in
from tests.care.treatments.test_gate_holds import undone
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Room:
    """A session that may start, the clock of the pages, and the people with a browser each."""

    cast: Cast
    session: Session
    clock: list[Any]

    def send(self, person: Any, name: str, /, *args: object, **data: Any) -> Any:
        return signed_in(person).post(reverse(name, args=args), {"once": str(uuid4()), **data})

    def start(self, client: Client | None = None) -> Any:
        return post(client or signed_in(self.cast.monitor), "started", self.session)

    @property
    def patient_pk(self) -> int:
        return self.cast.patient.pk


@pytest.fixture
def room(cast: Cast, clock: list[Any]) -> Room:
    session = confirmed(cast, opened(cast))
    vitals(cast, session, minute(2), now=minute(4))
    clock[0] = minute(6)
    return Room(cast, session, clock)


def anaphylaxis(room: Room) -> Any:
    """The monitor hears of a ketamine anaphylaxis after the order."""
    told = {"substance": "Ketamine", "reaction": "anaphylaxis", "severity": ""}
    assert room.send(room.cast.monitor, "allergy-add", room.patient_pk, **told).status_code == 302
    return room.start()


def pressure(room: Room) -> Any:
    """215/125 in the observation before the dose."""
    signs = {**SIGNS, "systolic_mmhg": 215, "diastolic_mmhg": 125}
    client = signed_in(room.cast.monitor)
    unlikely = post(client, "vitals", room.session, **prefixed("vitals", signs))
    assert unlikely.status_code == 422, "a change from 128 to 215 is asked about in place"
    sure = {f"vitals-{sign}_sure": value for sign, value in signs.items()}
    measured = post(client, "vitals", room.session, **prefixed("vitals", signs), **sure)
    assert measured.status_code == 302
    return room.start()


def red_alert(room: Room) -> Any:
    """Chest pain in the chair, and the monitor acknowledges the alert: prescriber informed."""
    client = signed_in(room.cast.monitor)
    assert post(client, "symptom", room.session, **{"symptom-tap": "chest-pain 2"}).status_code == 302
    reds = " ".join(alert.key for alert in chart_of(room.session, room.clock[0]).open_reds)
    answer = {"acknowledgement-alerts": reds, "acknowledgement-action": "prescriber-informed"}
    assert post(client, "acknowledgement", room.session, **answer).status_code == 302
    return room.start()


def pounds(room: Room) -> Any:
    """The coordinator weighs in pounds and types 158 as kilograms: asked again, and nothing is saved."""
    before = Observation.objects.count()
    sent = {"value": "158", "value_unit": "kg", "at": "2026-11-12T02:05"}
    answer = room.send(room.cast.coordinator, "observation-measure", room.patient_pk, "weight", **sent)
    assert Observation.objects.count() == before
    return answer


def consent_withdrawn(room: Room) -> Any:
    """The patient takes the consent back; the therapist of the care team records it."""
    consent = Consent.objects.get(patient=room.cast.patient, withdrawn_at=None)
    sent = {"sure": "on", "confirm": "on"}
    taken_back = room.send(room.cast.therapist, "consent-withdraw", consent.pk, **sent)
    assert taken_back.status_code == 302
    return room.start()


def order_of_yesterday(room: Room) -> Any:
    """The session stayed open over night; the prescriber's order is of yesterday."""
    room.clock[0] = NOW + timedelta(hours=23)
    return room.start()


def weighed_again(room: Room) -> Any:
    """The coordinator weighs again before the dose: 70 kg, not the 72 of the order."""
    sent = {"value": "70", "value_unit": "kg", "at": "2026-11-12T02:05"}
    answer = room.send(room.cast.coordinator, "observation-measure", room.patient_pk, "weight", **sent)
    assert answer.status_code == 302
    return room.start()


def urgent_answer(room: Room) -> Any:
    """Item 9 of the PHQ-9 rises to 2 on the clinic's tablet; no clinician has answered it."""
    found = asked(room.cast, at=NOW, in_clinic=True)
    sent = {**dict.fromkeys(ITEMS, "0"), "q9": "2", "revision": "0"}
    assert room.send(room.cast.therapist, "measure-fill", found.pk, **sent).status_code == 302
    return room.start()


def new_medicine(room: Room) -> Any:
    """The patient mentions tranylcypromine."""
    sent = {"name": "Tranylcypromine", "dose": "", "hold": ""}
    assert room.send(room.cast.monitor, "medicine-add", room.patient_pk, **sent).status_code == 302
    return room.start()


def unknown_medicine(room: Room) -> Any:
    """A medicine that no list names and no clinician has classified."""
    sent = {"name": "Blue pills from a friend", "dose": "", "hold": ""}
    assert room.send(room.cast.coordinator, "medicine-add", room.patient_pk, **sent).status_code == 302
    return room.start()


def stranger(room: Room) -> Any:
    """A monitor of another site has the address of the session in a tab."""
    return room.start(signed_in(room.cast.stranger))


def tab_of_a_cancelled_session(room: Room) -> Any:
    """A tab that stayed open on a session that a colleague cancelled."""
    sent = {"cancel-reason": "Not today.", "reason": "Not today."}
    assert room.send(room.cast.prescriber, "session-cancel", room.session.pk, **sent).status_code == 302
    return room.start()


def leaver(room: Room) -> Any:
    """The monitor's last role ended a minute ago; the tab is still open."""
    client = signed_in(room.cast.monitor)
    RoleAssignment.objects.filter(person=room.cast.monitor).update(held_until=minute(5))
    return room.start(client)


def no_competence(room: Room) -> Any:
    """The monitor's advanced life support was revoked."""
    Credential.objects.filter(person=room.cast.monitor, kind="acls").update(revoked_at=minute(5))
    return room.start()


@dataclass(frozen=True)
class Way:
    """How it is tried, with which status it ends, and the words that say why and what to do."""

    tried: Callable[[Room], Any]
    says: tuple[str, ...]
    status: int = 422


WAYS = [
    Way(anaphylaxis, ("ketamine", "No one can override it.")),
    Way(pressure, ("Systolic pressure is above 180", "Measure again")),
    Way(red_alert, ("grave symptom", "The prescriber sees the patient")),
    Way(pounds, ("72", "lb", "typed again")),
    Way(consent_withdrawn, ("consent", "sign it first")),
    Way(order_of_yesterday, ("signed on another day", "signs one for today")),
    Way(weighed_again, ("70 kg, not 72 kg", "withdraws the order")),
    Way(urgent_answer, ("has not been closed by a clinician", "Open the cycle to close them")),
    Way(new_medicine, ("MAO", "Open the cycle to close them")),
    Way(unknown_medicine, ("classif", "Open the cycle to close them")),
    Way(stranger, (), 404),
    Way(tab_of_a_cancelled_session, ()),
    Way(leaver, (), 404),
    Way(no_competence, ("Advanced life support",)),
]


def test_without_them_the_dose_starts(room: Room) -> None:
    assert room.start().status_code == 302
    assert Cycle.objects.get(pk=room.session.cycle_id).phase == Phase.DOSING


def test_no_way_starts_the_dose_and_each_page_says_why(room: Room) -> None:
    wrong = []
    for way in WAYS:
        name = way.tried.__name__
        with undone():
            room.clock[0] = minute(6)
            answer = way.tried(room)
            text = " ".join(answer.content.decode().split())
            if answer.status_code != way.status:
                wrong.append(f"{name}: {answer.status_code}")
            wrong += [f"{name}: does not say “{words}”" for words in way.says if words not in text]
            if room.session.entries.filter(kind="started").exists():
                wrong.append(f"{name}: started")
            if Cycle.objects.get(pk=room.session.cycle_id).phase != Phase.READY:
                wrong.append(f"{name}: the cycle moved")
    assert not wrong, "\n".join(wrong)
