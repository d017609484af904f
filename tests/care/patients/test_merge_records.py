"""Two records of one person are merged, and separated again: nothing is moved, nothing is lost, no door writes."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Event
from mooring.audit.recording import COMMAND_LINE
from mooring.audit.seals import seal, verify
from mooring.care.measures.actions import ask_measure, fill_measure
from mooring.care.observations.actions import (
    correct_observation,
    record_observation,
    stop_medicine,
    tell_allergy,
    tell_medicine,
)
from mooring.care.observations.models import Allergy, Medicine, Observation
from mooring.care.observations.queries import newest_weight
from mooring.care.patients.access import get_patient_for
from mooring.care.patients.actions import (
    add_support_person,
    change_details,
    join_care_team,
    merge_records,
    send_log,
    separate_records,
)
from mooring.care.patients.duplicates import possible_duplicates
from mooring.care.patients.facts import facts_of
from mooring.care.patients.models import Patient, RecordMerge, SupportPerson
from mooring.care.screening.actions import send_screening
from mooring.care.treatments.gate import gate_of
from mooring.identity.roles import Permission, Role
from mooring.rules.verdict import Refused
from tests.care.treatments.before_dosing import drafted, knowing_clinic, order_for, ready
from tests.care.treatments.rows import decided_screening
from tests.packs import sign_pack_for
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def twin(cast: Cast) -> Patient:
    """The same person, admitted a second time."""
    return make_patient(cast.site, "Calloway Ruth-Ann")


def merge(cast: Cast, twin: Patient) -> RecordMerge:
    return merge_records(
        merged=twin, kept=cast.patient, reason="Identity card seen.", by=cast.coordinator, at=NOW
    )


def weigh(cast: Cast, patient: Patient, kg: str, **named: object) -> Observation:
    observation = Observation(patient=patient, kind="weight", value=Decimal(kg), at=NOW - timedelta(hours=1))
    return record_observation(observation=observation, by=cast.monitor, at=NOW, **named)  # type: ignore[arg-type]


def test_what_stands_in_the_merged_record_is_reached_through_the_kept_one(cast: Cast, twin: Patient) -> None:
    sign_pack_for(cast)
    weigh(cast, twin, "71.5")
    tell_allergy(allergy=Allergy(patient=twin, substance="Latex", reaction="rash"), by=cast.monitor, at=NOW)
    assert newest_weight(cast.patient) is None
    merge(cast, twin)
    for record in (cast.patient, twin):
        facts = facts_of(record, NOW)
        assert facts.newest("weight_kg").value == 71.5  # type: ignore[union-attr]
        assert facts.newest("allergy").value == "Latex"  # type: ignore[union-attr]
    assert Observation.objects.get().patient == twin, "no row moved"


def test_an_allergy_of_the_merged_record_holds_the_dose_of_the_kept_one(cast: Cast, twin: Patient) -> None:
    cycle = ready(cast)
    order_for(cast, cycle)
    allergy = Allergy(patient=twin, substance="Ketamine", reaction="anaphylaxis")
    tell_allergy(allergy=allergy, by=cast.monitor, at=NOW)
    assert not gate_of(cycle, NOW).findings
    standing = merge(cast, twin)
    assert {finding.rule.partition("@")[0] for finding in gate_of(cycle, NOW).findings} == {"ALLERGY"}
    separate_records(merge=standing, reason="Two cards seen.", by=cast.privacy_officer, at=LATER)
    assert not gate_of(cycle, NOW).findings


def test_separated_each_record_is_again_what_stands_in_it(cast: Cast, twin: Patient) -> None:
    sign_pack_for(cast)
    weigh(cast, twin, "71.5")
    before = [(facts_of(record, NOW).facts) for record in (cast.patient, twin)]
    standing = merge(cast, twin)
    added = weigh(cast, cast.patient, "72")
    separate_records(merge=standing, reason="Two cards seen.", by=cast.privacy_officer, at=LATER)
    twin.refresh_from_db()
    cast.patient.forget_records()
    assert facts_of(twin, NOW).facts == before[1]
    assert newest_weight(cast.patient) == added, "what was added since stays where it was written"
    assert twin.merged_into is None
    with pytest.raises(Refused, match="a moment ago"):
        separate_records(merge=standing, reason="Again.", by=cast.coordinator, at=LATER)
    assert merge(cast, twin).pk != standing.pk, "and they can be merged again"


WRITES: dict[str, Callable[[Cast, Patient], object]] = {
    "weight": lambda cast, twin: weigh(cast, twin, "70"),
    "medicine": lambda cast, twin: tell_medicine(
        medicine=Medicine(patient=twin, name="Lithium"), by=cast.monitor, at=NOW
    ),
    "questionnaire": lambda cast, twin: ask_measure(
        patient=twin, instrument="PHQ-9", due_at=LATER, in_clinic=True, by=cast.coordinator, at=NOW
    ),
    "screening": lambda cast, twin: send_screening(patient=twin, by=cast.coordinator, at=NOW),
    "support person": lambda cast, twin: add_support_person(
        support=SupportPerson(patient=twin, name="Al", phone="1"), by=cast.coordinator, at=NOW
    ),
    "care team": lambda cast, twin: join_care_team(
        patient=twin, person=cast.monitor, role=Role.MONITOR, by=cast.coordinator, at=NOW
    ),
    "details": lambda cast, twin: change_details(
        patient=twin, person=twin.person, sex_at_birth="male", was=[], by=cast.coordinator, at=NOW
    ),
    "access history": lambda cast, twin: send_log(patient=twin, by=cast.coordinator, at=NOW),
}


@pytest.mark.parametrize("what", WRITES)
def test_nothing_new_is_written_in_a_merged_record(cast: Cast, twin: Patient, what: str) -> None:
    sign_pack_for(cast)
    merge(cast, twin)
    with pytest.raises(Refused, match=f"merged into {cast.patient.record_number}"):
        WRITES[what](cast, twin)


def test_no_treatment_is_drafted_from_a_screening_of_a_merged_record(cast: Cast) -> None:
    knowing_clinic(cast)
    decided_screening(cast)
    other = make_patient(cast.site, "Smith Ruth")
    merge_records(merged=cast.patient, kept=other, reason="One person.", by=cast.coordinator, at=NOW)
    with pytest.raises(Refused, match="was merged into"):
        drafted(cast)


def test_what_was_begun_in_the_merged_record_is_finished(cast: Cast, twin: Patient) -> None:
    """A questionnaire that the person holds a link to, a medicine that stops, a value that was wrong."""
    sign_pack_for(cast)
    first = weigh(cast, twin, "71.5")
    medicine = tell_medicine(medicine=Medicine(patient=twin, name="Lithium"), by=cast.monitor, at=NOW)
    asked = ask_measure(
        patient=twin, instrument="PHQ-9", due_at=LATER, in_clinic=True, by=cast.coordinator, at=NOW
    )
    merge(cast, twin)
    corrected = Observation(patient=twin, kind="weight", value=Decimal("72.5"), at=first.at)
    correct_observation(observation=corrected, corrects=first, by=cast.monitor, at=NOW)
    stop_medicine(medicine=medicine, by=cast.monitor, at=NOW)
    answers = {f"q{number}": 1 for number in range(1, 9)} | {"q9": 0}
    fill_measure(asked=asked, answers=answers, revision=0, link=None, by=cast.monitor, at=NOW)
    assert newest_weight(cast.patient) == corrected
    assert cast.patient.records == (cast.patient.pk, twin.pk)


def test_an_open_treatment_holds_its_record(cast: Cast, twin: Patient) -> None:
    ready(cast)
    with pytest.raises(Refused, match="open treatment"):
        merge_records(merged=cast.patient, kept=twin, reason="One person.", by=cast.coordinator, at=NOW)
    assert merge(cast, twin).kept == cast.patient


def test_neither_itself_nor_another_site_nor_a_chain(cast: Cast, twin: Patient) -> None:
    third, elsewhere = make_patient(cast.site, "Third Ruth"), make_patient(cast.other_site, "Fourth Ruth")
    for merged, kept, why in (
        (twin, twin, "same record"),
        (elsewhere, cast.patient, "two sites"),
    ):
        with pytest.raises(Refused, match=why):
            merge_records(merged=merged, kept=kept, reason="x", by=cast.coordinator, at=NOW)
    merge(cast, twin)
    for merged, kept in ((twin, third), (third, twin), (cast.patient, twin)):
        with pytest.raises(Refused, match="was merged into"):
            merge_records(merged=merged, kept=kept, reason="x", by=cast.coordinator, at=NOW)
    with pytest.raises(Refused, match="Other records"):
        merge_records(merged=cast.patient, kept=third, reason="x", by=cast.coordinator, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=third.pk).update(merged_into=third)


def test_the_audit_names_it_and_stays_whole(cast: Cast, twin: Patient) -> None:
    adopt_unnamed(by=COMMAND_LINE, at=NOW)
    standing = merge(cast, twin)
    seal(at=LATER)
    separate_records(merge=standing, reason="Two cards seen.", by=cast.privacy_officer, at=LATER)
    seal(at=LATER + timedelta(hours=1))
    assert verify() is None
    events = Event.objects.filter(name__in=["care.patients.merged", "care.patients.separated"])
    assert {event.subject for event in events} == {cast.patient.subject_ref}
    assert all(event.detail["merged"] == twin.record_number for event in events)
    with pytest.raises(Exception, match=r"signed|append|change|kept"), transaction.atomic():
        RecordMerge.objects.update(reason="Something else.")


def test_on_the_pages(cast: Cast, twin: Patient, client: Client) -> None:
    """Found as a possible duplicate, compared by two identifiers, merged once, read, refused, separated."""
    client.force_login(cast.coordinator)
    listed = client.get("/care/patients/duplicates/").content.decode()
    address = f"/care/patients/{cast.patient.pk}/merge/?other={twin.record_number}"
    assert address in listed
    compared = client.get(address).content.decode()
    for record in (cast.patient, twin):
        assert record.record_number in compared
        assert record.person.legal_name in compared
    sent = {"keep": cast.patient.pk, "reason": "Identity card seen.", "once": str(uuid4())}
    assert client.post(address, sent | {"reason": ""}).status_code == 422
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    assert RecordMerge.objects.count() == 1
    old = client.get(f"/care/patients/{twin.pk}/").content.decode()
    assert f"Open {cast.patient.record_number}" in old
    assert twin.record_number in client.get(f"/care/patients/{cast.patient.pk}/").content.decode()
    details = client.get(f"/care/patients/{twin.pk}/details/")
    form = details.context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"once": str(uuid4()), "phone": "1"}
    refused = client.post(f"/care/patients/{twin.pk}/details/", typed)
    assert refused.status_code == 422
    assert "was merged into" in refused.content.decode()
    client.force_login(cast.privacy_officer)
    apart = {"reason": "Two cards seen.", "once": str(uuid4())}
    assert client.post(f"/care/patients/{twin.pk}/separate/", apart).status_code == 302
    assert client.get(f"/care/patients/{twin.pk}/separate/").status_code == 404


def test_who_may_merge(cast: Cast, twin: Patient, client: Client) -> None:
    addresses = [f"/care/patients/{twin.pk}/merge/", f"/care/patients/{twin.pk}/separate/"]
    merge(cast, twin)
    for person, status in ((cast.stranger, 404), (cast.monitor, 403), (cast.prescriber, 403)):
        client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [status] * 2
    client.force_login(cast.monitor)
    assert client.get("/care/patients/duplicates/").status_code == 403
    client.force_login(cast.coordinator)
    missing = client.get(f"{addresses[0]}?other=R-9999")
    assert "no other record with this number" in missing.content.decode()


def test_the_team_of_the_kept_record_reads_the_merged_one(cast: Cast, twin: Patient) -> None:
    assert cast.therapist.may(Permission.PATIENTS_OPEN)
    merge(cast, twin)
    assert get_patient_for(cast.therapist, twin.pk, to=Permission.PATIENTS_OPEN) == twin


def test_who_may_be_one_person(cast: Cast, twin: Patient) -> None:
    """One birth date and a similar name, or one phone number; not a birth date alone."""
    other_phone = make_patient(cast.site, "Zoe Abara")
    Patient.objects.filter(pk=other_phone.pk).update(phone_key="")
    Patient.objects.filter(pk=twin.pk).update(birth_date=date(1990, 1, 1))
    found = possible_duplicates(Patient.objects.select_related("person"))
    assert [(pair.older, pair.newer) for pair in found] == [(cast.patient, twin)]
    assert "phone" in found[0].why
    Patient.objects.filter(pk=twin.pk).update(birth_date=cast.patient.birth_date, phone_key="")
    (pair,) = possible_duplicates(Patient.objects.select_related("person"))
    assert "similar name" in pair.why
