"""Psychotherapy notes: apart from the record, sealed with a key of their own, read by their author alone."""

import json
import zipfile
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mooring.audit.models import Event
from mooring.care.disclosures.actions.copies import file_of
from mooring.care.integration.actions import write_note
from mooring.care.integration.models import NoteText, PsychotherapyNote
from mooring.identity.models import CareTeamMember
from mooring.identity.roles import READ_IN_EMERGENCY, Permission, Role
from tests.care.disclosures.test_copy import made
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db
WORDS = "What she said about her father."


def written(cast: Cast) -> PsychotherapyNote:
    return write_note(patient=cast.patient, cycle=None, text=WORDS, by=cast.therapist, at=timezone.now())


def test_the_author_writes_and_reads_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.therapist)
    address = f"/care/integration/notes/{cast.patient.pk}/"
    assert client.post(address, {"text": WORDS, "once": str(uuid4())}).status_code == 302
    assert WORDS in client.get(address).content.decode()
    assert address in client.get(f"/care/patients/{cast.patient.pk}/").content.decode()
    event = Event.objects.get(name="care.integration.note-written")
    assert WORDS not in json.dumps(event.detail)
    assert event.rows


def test_nobody_else_reads_it_by_any_role(cast: Cast, client: Client) -> None:
    written(cast)
    address = f"/care/integration/notes/{cast.patient.pk}/"
    for person in (
        cast.director,
        cast.prescriber,
        cast.privacy_officer,
        cast.facilitator,
        cast.administrator,
    ):
        client.force_login(person)
        assert client.get(address).status_code in (403, 404), person
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    colleague = make_person("Second Therapist", (Role.THERAPIST, cast.site))
    CareTeamMember.objects.create(
        team=cast.patient.care_team, person=colleague, role=Role.THERAPIST, since=NOW
    )
    client.force_login(colleague)
    page = client.get(address)
    assert page.status_code == 200
    assert WORDS not in page.content.decode(), "a colleague of the same team reads their own alone"
    assert Permission.NOTES_WRITE not in READ_IN_EMERGENCY


def test_it_stands_sealed_with_a_key_of_its_own(cast: Cast, settings: Settings) -> None:
    settings.NOTES_KEY = "a secret that lies in another place than the other"
    note = written(cast)
    with connection.cursor() as cursor:
        cursor.execute('SELECT "text" FROM "care_integration_notetext"')
        assert WORDS not in cursor.fetchone()[0]
    assert NoteText.objects.get(note=note).text == WORDS
    settings.NOTES_KEY = "whoever has the secret key alone reads nothing"
    assert NoteText.objects.get(note=note).text == ""


def test_it_is_in_no_copy_of_the_record(cast: Cast, settings: Settings, tmp_path: object) -> None:
    settings.HOME = tmp_path
    written(cast)
    copy, archive = made(cast)
    assert isinstance(archive, zipfile.ZipFile)
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert WORDS not in everything
    tables = json.loads(archive.read("record.json"))
    assert not {"care_integration.psychotherapynote", "care_integration.notetext"} & set(tables)
    assert copy.withheld["apart"] == 2
    assert file_of(copy).exists()


def test_that_it_was_written_never_changes(cast: Cast) -> None:
    written(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        PsychotherapyNote.objects.update(text_digest="0" * 64)
