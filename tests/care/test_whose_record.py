"""Two identifiers stand on every page of care that writes into a record: each address that takes one is asked.

Case W9 is one of this kind: two patients called "Sam", and an order page that said only "Sam".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.care.measures.models import Concern
from mooring.care.observations.models import Allergy, LaboratoryResult, Medicine
from mooring.care.patients.models import Patient
from mooring.care.sessions.models import Session
from mooring.care.treatments.models import Phase
from mooring.identity.models import CareTeamMember
from mooring.work.actions import Owed, make_task
from tests.architecture.test_addresses import addresses
from tests.care.measures.questionnaires import asked, filled
from tests.care.referrals.leads import received
from tests.care.screening.screenings import answered
from tests.care.sessions.rows import minute, started, vitals
from tests.care.sessions.test_session_page import signed_in
from tests.care.treatments.rows import cycle_in, escort_of, pressure_of, weight_of
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db

WITHOUT_RECORD = {
    "letterhead": "of the site",
    "paper-months": "of the site",
    "paper-batch": "many papers of a month, each with whose it is",
    "paper-batch-file": "many papers of a month",
    "rems": "a board of a site; each line names whose it is",
    "rems-inventory": "of the site",
    "rems-site-enrolment": "of the site",
    "adverse-events": "the register of a site; each line names whose it is",
    "chaperone": "the chaperone's phone, for bystanders without a name",
    "chaperone-answer": "the chaperone's phone",
    "chaperone-cuff": "the chaperone's phone",
    "chaperone-photo": "the chaperone's phone",
    "circle": "a roster: each seat names whose it is",
    "circles": "of the site",
    "group": "a roster: each place names whose it is",
    "group-again": "parts of the group's open page",
    "group-change": "a roster",
    "group-write": "one line for everybody in the room",
    "group-undo": "the same line, taken back in each record",
    "groups": "of the site",
    "panel": "of the site",
    "panels": "of the site",
    "rems-site": "of the site",
    "patients": "finds patients",
    "patient-duplicates": "pairs of records, each with its identifiers",
    "emergency": "finds a record by two identifiers that are typed",
    "referrals": "a list of leads",
    "interest-sites": "the public form",
    "interest": "the public form",
    "interest-sent": "the public form",
    "ceilings": "of the site",
    "ceilings-of-site": "of the site",
    "floor": "rooms of a site",
    "floor-site": "rooms of a site",
    "floor-screens": "screens of a site",
    "floor-take-down": "screens of a site",
    "floor-wall": "a screen on a wall: initials alone",
    "floor-wall-open": "a screen on a wall",
    "tablet": "the patient's own tablet, for bystanders without a name",
    "tablet-ask": "the patient's own tablet",
    "measure-answer": "a patient's own link: it says whose it is for bystanders",
    "measure-answer-draft": "a patient's own link",
    "screening-answer": "a patient's own link",
    "screening-draft": "a patient's own link",
    "patient-own-log": "a patient's own link",
    "practices-mine": "a patient's own link: test_whose_page.py looks at its template",
    "practices-done": "a patient's own link",
    "journal-write": "a patient's own link",
    "journal-share": "a patient's own link",
    "device-pair": "a bedside device gives its code",
    "device-readings": "a bedside device sends readings",
    "session-crew-link": "an ambulance crew's link: it names the patient to them",
    "session-panels": "parts of the session's open page",
    "session-expected": "a figure beside the session's open page",
    "session-again": "parts of the session's open page",
    "medicine-find": "names of medicines",
    "allergen-find": "names of allergens",
}


@dataclass
class Rows:
    """A record with something of everything."""

    cast: Cast
    session: Session
    others: dict[str, int] = field(default_factory=dict)
    clients: list[Client] = field(default_factory=list)

    @property
    def patient(self) -> Patient:
        return self.cast.patient


def rows_of(cast: Cast) -> Rows:
    session = started(cast)
    patient, found = cast.patient, Rows(cast, session)
    treatment = session.cycle.treatment
    entry = vitals(cast, session, minute(6))
    preparing = cycle_in(Phase.PREPARE, treatment, number=2)
    integrating = cycle_in(Phase.INTEGRATING, treatment, number=3, at=NOW - timedelta(days=3))
    lab = LaboratoryResult.objects.create(
        patient=patient, test="alt", value=Decimal(30), unit="U/L", at=NOW, stored_at=NOW, by=cast.monitor
    )
    medicine = Medicine.objects.create(
        patient=patient, name="Something new", told_at=NOW, told_to=cast.monitor
    )
    allergy = Allergy.objects.create(
        patient=patient, substance="Something", told_at=NOW, told_to=cast.monitor
    )
    filled(cast, at=NOW, each=0, q9=2)
    asking = asked(cast, in_clinic=True)
    found.others = {
        "treatment": treatment.pk,
        "preparing": preparing.pk,
        "integrating": integrating.pk,
        "entry": entry.pk,
        "weight": weight_of(cast).pk,
        "pressure": pressure_of(cast).pk,
        "lab": lab.pk,
        "medicine": medicine.pk,
        "allergy": allergy.pk,
        "concern": Concern.objects.get(patient=patient).pk,
        "asked": asking.pk,
        "screening": answered(cast).pk,
        "consent": patient.consents.get().pk,
        "support": escort_of(cast).pk,
        "member": CareTeamMember.objects.filter(team=patient.care_team).first().pk,  # type: ignore[union-attr]
    }
    return found


Args = Callable[[Rows], tuple[object, ...]]


def of(name: str) -> Args:
    return lambda rows: (rows.others[name],)


def patient(*more: str) -> Args:
    return lambda rows: (rows.patient.pk, *(rows.others.get(each, each) for each in more))


def session(*more: str) -> Args:
    return lambda rows: (rows.session.pk, *(rows.others.get(each, each) for each in more))


ARGUMENTS: dict[str, Args] = {
    "patient": patient(),
    "next-step": patient(),
    "adverse-event-new": patient(),
    "adverse-events-of": patient(),
    "rems-of": patient(),
    "external-access": patient(),
    "psychotherapy-notes": patient(),
    "record-copy-ask": patient(),
    "record-disclosures": patient(),
    "record-keeping": patient(),
    "files-erase": patient(),
    "contact-erase": patient(),
    "cycle-home": of("preparing"),
    "session-chaperone": session(),
    "patient-edit": patient(),
    "patient-birth-date": patient(),
    "patient-merge": patient(),
    "patient-people": patient(),
    "patient-team-join": patient(),
    "patient-team-leave": patient("member"),
    "patient-support-add": patient(),
    "patient-support-end": patient("support"),
    "patient-log": patient(),
    "patient-log-send": patient(),
    "observations": patient(),
    "observation-measure": patient("weight-kind"),
    "observation-correct": patient("weight"),
    "laboratory-record": patient("alt"),
    "laboratory-correct": patient("lab"),
    "medicine-add": patient(),
    "medicine-details": patient("medicine"),
    "medicine-classify": patient("medicine"),
    "medicine-hold": patient("medicine"),
    "medicine-stop": patient("medicine"),
    "allergy-add": patient(),
    "allergy-none": patient(),
    "allergy-classify": patient("allergy"),
    "allergy-end": patient("allergy"),
    "measures": patient(),
    "measure-ask": patient(),
    "measure-choose": patient(),
    "measure-enter": patient("MADRS"),
    "measure": of("asked"),
    "measure-fill": of("asked"),
    "measure-draft": of("asked"),
    "measure-send-again": of("asked"),
    "measure-withdraw": of("asked"),
    "concern": of("concern"),
    "screening-send": patient(),
    "screening": of("screening"),
    "screening-settle": of("screening"),
    "screening-withdraw": of("screening"),
    "screening-close": lambda rows: (rows.others["screening"], "STROKE@1"),
    "consents": patient(),
    "consent-take": patient("CONSENT-IV-KETAMINE@1"),
    "consent": of("consent"),
    "consent-withdraw": of("consent"),
    "treatments": patient(),
    "treatment-draft": patient(),
    "treatment": of("treatment"),
    "treatment-sign": of("treatment"),
    "treatment-withdraw": of("treatment"),
    "cycle": of("preparing"),
    "cycle-preparation": of("preparing"),
    "cycle-readiness": of("preparing"),
    "cycle-weigh": of("preparing"),
    "cycle-settle": of("preparing"),
    "cycle-ready": of("preparing"),
    "cycle-back": of("preparing"),
    "cycle-void": of("preparing"),
    "order-sign": of("preparing"),
    "order": lambda rows: (rows.session.order_id,),
    "order-withdraw": lambda rows: (rows.session.order_id,),
    "stock-draw": lambda rows: (rows.session.order_id,),
    "stock-emergency-draw": patient(),
    "session-of-cycle": of("preparing"),
    "session": session(),
    "session-tablet": session(),
    "session-devices": session(),
    "files": patient(),
    "papers": patient(),
    "papers-of-session": session(),
    "patient-address": patient(),
    "rems-enrolment": patient(),
    "rems-session": session(),
    "session-summary": session(),
    "session-papers": session(),
    "session-sheet": session("escort"),
    "session-script": session("SCRIPT-BREATHING"),
    "session-emergency": session(),
    "session-crew-sheet": session(),
    "session-write": session("vitals"),
    "session-cancel": session(),
    "session-correct": session("entry"),
    "integration": of("integrating"),
    "integration-contact": of("integrating"),
    "integration-visit": of("integrating"),
    "integration-close": of("integrating"),
    "disclosure-record": patient(),
    "disclosure-consent-take": patient(),
    "outcomes": of("treatment"),
    "course-next": of("treatment"),
    "treatment-end": of("treatment"),
    "treatment-asking": of("treatment"),
    "stop-rules": of("treatment"),
    "practices": patient(),
    "patient-move": patient(),
    "record-erase": patient(),
}
BY_TEMPLATE = "needs a paper, a file or a form that is stored: test_whose_page.py looks at its template"
ELSEWHERE = {
    **dict.fromkeys(
        (
            "earlier-withdraw",
            "file",
            "file-content",
            "paper",
            "paper-data",
            "paper-of-patient",
            "paper-of-event",
            "paper-of-session",
            "paper-pdf",
            "rems-correct",
            "rems-form",
            "rems-form-paper",
        ),
        BY_TEMPLATE,
    ),
    **dict.fromkeys(
        (
            "adverse-event",
            "adverse-event-assess",
            "adverse-event-report",
            "adverse-event-withdraw",
            "session-adverse-event",
        ),
        "needs an event of the register: tests/care/safety asks it",
    ),
    **dict.fromkeys(
        ("external-access-end", "record-accounting", "record-copy", "record-copy-fetch"),
        "a PDF, or needs a copy or an access that is stored: tests/care/disclosures asks it",
    ),
    "patient-separate": "needs two records that are merged: test_merge_records.py asks it",
    "disclosure-consent": "one written consent: asked in tests/care/disclosures",
    "session-device-end": "one button of the page of devices",
    "treatment-asking-end": "one button of the page of what is asked",
    "stop-rule-on": "one button of the page of stop rules",
    "practices-send": "one button of the page of practices",
    "practice-end": "one button of the page of practices",
    "emergency-end": "one button of the record's own page",
    "emergency-review": "needs an emergency access: test_emergency.py asks it",
    "lead": "asked below: a lead's identifiers are its name and date of birth",
    "lead-call": "asked below",
    "lead-outcome": "asked below",
}
POST_FORM = re.compile(r'<form[^>]*method="post"', re.I)


def identifiers(record: Patient) -> tuple[str, ...]:
    return record.person.legal_name, "9 Apr 1981", record.record_number


def writes_without(page: str, *needed: str) -> list[str]:
    """The identifiers that a page lacks whose own part sends something; nothing for a page that only shows."""
    own = page[page.find("<main") :]
    if not POST_FORM.search(own):
        return []
    return [each for each in needed if each not in page]


def opened(rows: Rows, address: str) -> HttpResponse:
    """The page as the first colleague who may open it sees it."""
    cast = rows.cast
    if not rows.clients:
        people = (cast.director, cast.prescriber, cast.coordinator, cast.monitor, cast.therapist)
        rows.clients = [signed_in(person) for person in people]
    for client in rows.clients:
        answer: HttpResponse = client.get(address)
        if answer.status_code == 200:
            break
    return answer


def test_every_address_of_care_is_looked_at_or_says_why_not() -> None:
    care = {
        each.name
        for each in addresses()
        if each.route.startswith("/care/") and not each.route.startswith("/care/stock/")
    }
    listed = {*ARGUMENTS, *WITHOUT_RECORD, *ELSEWHERE}
    assert care - listed == set()
    assert {name for name in listed if not name.startswith("stock-")} - care == set()


def test_a_page_that_writes_and_names_only_a_name_is_found() -> None:
    """The planted violations: a form beside "Sam" alone, and one beside a name and a record number."""
    form = '<main><form action="" method="post"></form></main>'
    who = ("Sam Doe", "9 Apr 1981", "R-1")
    assert writes_without(f"Sam {form}", *who) == list(who)
    assert writes_without(f"Sam Doe R-1 {form}", *who) == ["9 Apr 1981"]
    assert not writes_without("Sam <main></main>", *who)


@pytest.mark.once
def test_case_w9_two_identifiers_stand_on_every_page_that_writes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case W9, over all addresses of care that take a patient."""
    rows = rows_of(cast)
    rows.others["weight-kind"] = "weight"  # type: ignore[assignment]
    monkeypatch.setattr(timezone, "now", lambda: minute(8))
    looked_at, lacking = set(), {}
    for name, arguments in ARGUMENTS.items():
        answer = opened(rows, reverse(name, args=arguments(rows)))
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        page = answer.content.decode()
        looked_at |= {name} if POST_FORM.search(page[page.find("<main") :]) else set()
        if missing := writes_without(page, *identifiers(cast.patient)):
            lacking[name] = missing
    assert not lacking
    assert len(looked_at) >= 40, sorted(set(ARGUMENTS) - looked_at)


@pytest.mark.parametrize("name", ["lead", "lead-call", "lead-outcome"])
def test_a_lead_is_named_by_name_and_date_of_birth(cast: Cast, name: str) -> None:
    lead = received(cast.site)
    answer = signed_in(cast.coordinator).get(reverse(name, args=[lead.pk]))
    assert answer.status_code == 200
    assert not writes_without(answer.content.decode(), lead.legal_name, "25 Mar 1987")


def task_about(cast: Cast, subject: str) -> Any:
    owed = Owed(
        kind="order",
        about=cast.patient,
        title="Sign the order",
        reason="",
        address="/",
        act="Sign",
        role="coordinator",
        owner=cast.coordinator,
        due_at=NOW + timedelta(hours=1),
        subject=subject,
        subject_name="Sam",
    )
    return make_task(owed=owed, site=cast.site, by=cast.coordinator, at=NOW)


def test_handing_a_task_over_says_whose_record_it_is(cast: Cast) -> None:
    """The page that a task is handed over on belongs to no room of care; it says so all the same."""
    task = task_about(cast, cast.patient.subject_ref)
    page = signed_in(cast.coordinator).get(reverse("task-hand-over", args=[task.pk])).content.decode()
    assert POST_FORM.search(page[page.find("<main") :])
    assert not writes_without(page, *identifiers(cast.patient))
    assert '<a class="btn btn-quiet" href="/">Back</a>' in page, "the way back is a word, not an address"


def test_handing_over_a_task_about_a_lead_names_the_lead(cast: Cast) -> None:
    lead = received(cast.site)
    task = task_about(cast, lead.subject_ref)
    page = signed_in(cast.coordinator).get(reverse("task-hand-over", args=[task.pk])).content.decode()
    assert not writes_without(page, lead.legal_name, "25 Mar 1987")
