"""A copy of one patient's record: everything that is theirs, nothing that is not, in open formats, and told."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mooring.audit.models import Access
from mooring.care.disclosures.actions.copies import Ask, ask_copy, file_of, hand_over_copy, work_on_copies
from mooring.care.disclosures.models import RecordCopy, RecordDisclosure
from mooring.care.disclosures.queries import root_of
from mooring.care.observations.models import Observation
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from mooring.work.portable.of_patient import gather, tables_of
from tests.care.disclosures.test_disclose import asked_about_drinking, consent_of, programme
from tests.packs import sign_pack_for
from tests.people import Cast, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path: object) -> None:
    settings.HOME = tmp_path


def asked(cast: Cast, consent: object = None, **other: object) -> RecordCopy:
    given: dict = {
        "basis": "patient",
        "recipient": "Ruth Calloway",
        "recipient_address": "",
        "kinds": (),
        "purpose": "At the patient's request",
        "channel": "file",
    }
    return ask_copy(
        patient=cast.patient,
        ask=Ask(**(given | other)),
        consent=consent,  # type: ignore[arg-type]
        by=cast.coordinator,
        at=timezone.now(),
    )


def made(cast: Cast, consent: object = None, **other: object) -> tuple[RecordCopy, zipfile.ZipFile]:
    copy = asked(cast, consent, **other)
    assert work_on_copies(at=timezone.now()) == 1
    copy.refresh_from_db()
    return copy, zipfile.ZipFile(io.BytesIO(file_of(copy).read_bytes()))


def weight_of(patient: Patient, by: Person, value: int) -> Observation:
    now = timezone.now()
    return Observation.objects.create(
        patient=patient, kind="weight", value=value, unit="kg", by=by, at=now, stored_at=now
    )


def test_it_holds_what_is_of_the_patient_and_of_nobody_else(cast: Cast) -> None:
    other = make_patient(cast.site, "Somebody Else")
    weight_of(cast.patient, cast.prescriber, 72)
    weight_of(other, cast.prescriber, 99)
    copy, archive = made(cast)
    record = json.loads(archive.read("record.json"))
    assert [row["value"] for row in record["care_observations.observation"]] == ["72.0"]
    assert record["care_observations.observation"][0]["by_is"] == "Kofi Mensah"
    assert [row["legal_name"] for row in record["identity.person"]] == ["Ruth Calloway"]
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for stranger in ("Somebody Else", "99.00", "password", "argon2"):
        assert stranger not in everything, stranger
    assert copy.withheld == {}


def test_it_is_read_by_people_by_a_spreadsheet_and_by_a_program(cast: Cast) -> None:
    weight_of(cast.patient, cast.prescriber, 72)
    _copy, archive = made(cast)
    page = archive.read("record.html").decode()
    assert "Ruth Calloway" in page
    assert "Vitals, medicines, laboratory" in page
    rows = list(csv.DictReader(io.StringIO(archive.read("csv/care_observations.observation.csv").decode())))
    assert rows[0]["value"] == "72.0"
    manifest = json.loads(archive.read("manifest.json"))
    for name, digest in manifest["files"].items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    described = {table["table"]: table for table in manifest["tables"]}
    assert {"name": "value", "type": "decimal number, as text", "privacy": "health"} in described[
        "care_observations.observation"
    ]["columns"]


def test_a_new_room_need_not_be_named(cast: Cast) -> None:
    """Every table of a care room that leads to a patient is found from the models alone."""
    found = set(tables_of(root_of(cast.patient)))
    of_the_house = {
        "care_floor.wallscreen",
        "care_integration.circle",
        "care_papers.paperbatch",
        "care_papers.practicedetails",
        "care_safety.sitecertification",
        "care_sessions.sessiongroup",
        "care_treatments.ceiling",
    }
    for config in apps.get_app_configs():
        if config.label.startswith("care_") and config.label != "care_stock":
            labels = {model._meta.label_lower for model in config.get_models()}
            assert labels - found <= of_the_house, config.label
    assert {"care_stock.ledgerentry", "work.task", "audit.accesssubject", "audit.event"} <= found


def test_who_opened_the_record_is_in_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    client.get(f"/care/patients/{cast.patient.pk}/")
    found = gather(root_of(cast.patient))
    openings = found.rows[Access]
    assert any(row.viewer_name == "Ines Duarte" for row in openings)  # type: ignore[attr-defined]


def test_an_interest_form_that_may_be_of_somebody_else_is_not_in_it(cast: Cast) -> None:
    lead = apps.get_model("care_referrals.Lead")
    assert "may_be_patient" in {field.name for field in lead._meta.get_fields()}
    chains = root_of(cast.patient)
    assert "care_referrals.Lead.may_be_patient" in chains.not_by


def test_records_of_substance_use_leave_only_under_a_consent(cast: Cast) -> None:
    """Segmented: the questionnaire, its answers, its tasks and events are left out for others without a consent."""
    programme(cast)
    asked_about_drinking(cast)
    weight_of(cast.patient, cast.prescriber, 72)
    others = {"basis": "treatment", "recipient": "County clinic", "purpose": "Shared care"}
    copy, archive = made(cast, **others)
    record = json.loads(archive.read("record.json"))
    assert "care_measures.filled" not in record
    assert "AUDIT" not in json.dumps(record)
    assert record["care_observations.observation"]
    assert copy.withheld["part2"] >= 3
    assert "part2" not in archive.read("manifest.json").decode(), (
        "the recipient is not told that there are any"
    )
    copy, archive = made(cast)
    assert "AUDIT" in archive.read("record.json").decode(), "the patient's own copy holds them"


def test_under_a_consent_they_leave_with_its_copy_and_the_notice(cast: Cast) -> None:
    programme(cast)
    asked_about_drinking(cast)
    consent = consent_of(cast)
    asks = {
        "basis": "authorisation",
        "recipient": "Dr. Ada Okafor",
        "kinds": ("care_measures",),
        "purpose": "Second opinion",
    }
    copy, archive = made(cast, consent, **asks)
    assert "AUDIT" in archive.read("record.json").decode()
    assert "use or disclosure" in archive.read("notice.txt").decode()
    assert "Dr. Ada Okafor" in archive.read("consent.txt").decode()
    disclosure = hand_over_copy(copy=copy, by=cast.coordinator, at=timezone.now())
    assert (disclosure.part2, disclosure.package_digest) == (True, copy.digest)
    with pytest.raises(Refused, match="every kind of record"):
        asked(cast, consent, **{**asks, "kinds": ("care_measures", "care_sessions")})


def test_it_is_asked_for_made_in_the_background_and_handed_over(cast: Cast, client: Client) -> None:
    sign_pack_for(cast)
    client.force_login(cast.coordinator)
    form = {
        "basis": "patient",
        "recipient": "Ruth Calloway",
        "purpose": "At the patient's request",
        "channel": "file",
        "once": str(uuid4()),
    }
    answer = client.post(f"/care/disclosures/of/{cast.patient.pk}/copy/", form)
    copy = RecordCopy.objects.get()
    address = f"/care/disclosures/copies/{copy.pk}/"
    assert answer.headers["Location"] == address
    assert "<progress" in client.get(address).content.decode()
    assert not RecordDisclosure.objects.exists()
    work_on_copies(at=timezone.now())
    task = Task.objects.get(kind="record-copy")
    assert (task.owner, task.address) == (cast.coordinator, address)
    assert client.get(f"{address}fetch/").status_code == 405, "a link fetches nothing"
    answer = client.post(f"{address}fetch/", {"once": str(uuid4())})
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert RecordDisclosure.objects.get().recipient == "Ruth Calloway"
    client.post(f"{address}fetch/", {"once": str(uuid4())})
    assert RecordDisclosure.objects.count() == 1
    openings = Access.objects.filter(kind="export", subjects__subject=cast.patient.subject_ref)
    assert {row.reason for row in openings} == {"At the patient's request"}
    assert openings.count() == 2, "each fetching is an opening of its own"
    task.refresh_from_db()
    assert task.state == "done"
    client.force_login(cast.stranger)
    assert client.post(f"{address}fetch/").status_code == 404
    client.force_login(cast.therapist)
    assert client.post(f"{address}fetch/").status_code == 403


def test_the_file_is_private_and_removed_after_a_week(cast: Cast, client: Client) -> None:
    copy, _archive = made(cast)
    assert file_of(copy).stat().st_mode & 0o077 == 0
    assert file_of(copy).parent.stat().st_mode & 0o077 == 0
    work_on_copies(at=timezone.now() + timedelta(days=8))
    assert not file_of(copy).exists()
    copy.refresh_from_db()
    assert copy.removed_at
    with pytest.raises(Refused, match="not here"):
        hand_over_copy(copy=copy, by=cast.coordinator, at=timezone.now())


def test_a_copy_that_cannot_be_made_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(cast), asked(cast)
    file_of(first).with_suffix(".half").mkdir()
    assert work_on_copies(at=timezone.now()) == 1
    second.refresh_from_db()
    first.refresh_from_db()
    assert second.finished_at
    assert not first.finished_at
