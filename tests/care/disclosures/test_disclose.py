"""What leaves: marked at its source, under a consent with its copy and the notice, read by the patient."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Access, Event
from mooring.audit.recording import reference
from mooring.care.disclosures.actions import (
    ToDisclose,
    ToSign,
    mark_at_source,
    record_disclosure,
    revoke_disclosure_consent,
    sign_disclosure_consent,
)
from mooring.care.disclosures.models import DisclosureConsent, Part2Mark, RecordDisclosure
from mooring.care.disclosures.queries import accounting_of, accounting_sheet, kinds_of_record
from mooring.care.measures.actions import enter_measure
from mooring.identity.models import SitePolicy
from mooring.rules.verdict import Refused
from tests.packs import sign_pack_for
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db
KINDS = ("care_measures",)


def programme(cast: Cast) -> None:
    """The site's newest policy says that it is a programme under part 2."""
    sign_pack_for(cast)
    last = SitePolicy.objects.get(site=cast.site)
    last.pk, last.number, last.part2_programme = None, 2, True
    last.save(force_insert=True)


def asked_about_drinking(cast: Cast) -> object:
    filled = enter_measure(
        patient=cast.patient,
        instrument="AUDIT-C",
        answers={},
        total=Decimal(5),
        rated_at=timezone.now() - timedelta(hours=1),
        by=cast.prescriber,
        at=timezone.now(),
    )
    return filled.asked


def to_sign(cast: Cast, **other: object) -> ToSign:
    given: dict = {
        "subject": "records",
        "kinds": KINDS,
        "records": "questionnaires about drinking of this autumn",
        "recipients": "named",
        "recipient": "Dr. Ada Okafor",
        "purpose": "second opinion",
        "all_future": False,
        "expires_on": cast.site.today(timezone.now()) + timedelta(days=30),
        "signed_name": "Ruth Calloway",
    }
    return ToSign(**(given | other))


def leaving(**other: object) -> ToDisclose:
    given: dict = {
        "basis": "authorisation",
        "recipient": "Dr. Ada Okafor",
        "what": "AUDIT-C of November",
        "kinds": KINDS,
        "purpose": "second opinion",
    }
    return ToDisclose(**(given | other))


def consent_of(cast: Cast, **other: object) -> DisclosureConsent:
    return sign_disclosure_consent(
        patient=cast.patient, given=to_sign(cast, **other), by=cast.coordinator, at=timezone.now()
    )


def disclose(cast: Cast, consent: DisclosureConsent | None = None, **other: object) -> RecordDisclosure:
    return record_disclosure(
        patient=cast.patient,
        leaving=leaving(**other),
        consent=consent,
        by=cast.coordinator,
        at=timezone.now(),
    )


def test_a_row_is_marked_when_it_is_written_in_a_programme_and_nowhere_else(cast: Cast) -> None:
    sign_pack_for(cast)
    asked_about_drinking(cast)
    assert not Part2Mark.objects.exists(), "this site is no such programme"
    now, by = timezone.now(), cast.coordinator
    row = cast.patient
    assert mark_at_source(row=row, patient=row, indication="substance use", by=by, at=now) is None
    programme(cast)
    assert mark_at_source(row=row, patient=row, indication="depression", by=by, at=now) is None
    assert mark_at_source(row=row, patient=row, indication="substance use", by=by, at=now)


def test_a_questionnaire_about_drinking_is_marked_at_its_source(cast: Cast) -> None:
    programme(cast)
    asked = asked_about_drinking(cast)
    mark = Part2Mark.objects.get()
    assert mark.row == reference(asked)
    assert (mark.why, mark.rule) == ("instrument:AUDIT-C", "PART2-SCOPE@2")
    assert Event.objects.get(name="care.disclosures.marked").rows


def test_it_leaves_under_a_consent_with_its_copy_and_the_notice(cast: Cast) -> None:
    programme(cast)
    asked_about_drinking(cast)
    with pytest.raises(Refused, match="consent that covers"):
        disclose(cast, basis="treatment")
    made = disclose(cast, consent_of(cast))
    assert made.part2
    assert made.notice == "PART2-NOTICE@2"
    for element in (
        "Ruth Calloway",
        "Elm Quay Clinic",
        "Dr. Ada Okafor",
        "second opinion",
        "in writing",
        "refuse",
    ):
        assert element in made.consent_copy
    row = Access.objects.get(kind="export", subjects__subject=cast.patient.subject_ref)
    assert row.reason == "second opinion"


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"recipient": "Somebody Else"}, "does not name this recipient"),
        ({"kinds": ("care_measures", "care_sessions")}, "every kind of record"),
        ({"basis": "court"}, "Legal proceedings"),
        ({"has_notes": True}, "Psychotherapy notes"),
    ],
)
def test_what_the_consent_does_not_cover_stays(cast: Cast, other: dict, says: str) -> None:
    programme(cast)
    with pytest.raises(Refused, match=says):
        disclose(cast, consent_of(cast), **other)
    assert not RecordDisclosure.objects.exists()


def test_nothing_leaves_under_a_consent_that_was_taken_back(cast: Cast) -> None:
    programme(cast)
    consent = consent_of(cast)
    revoke_disclosure_consent(consent=consent, by=cast.coordinator, at=timezone.now())
    with pytest.raises(Refused, match="revoked"):
        disclose(cast, consent)
    with pytest.raises(Refused, match="already"):
        revoke_disclosure_consent(consent=consent, by=cast.coordinator, at=timezone.now())


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"recipient": ""}, "Name the recipient"),
        ({"purpose": ""}, "what it is for"),
        ({"expires_on": None}, "day on which it ends"),
        ({"subject": "notes", "all_future": True}, "consent of their own"),
        ({"signed_name": "Somebody Else"}, "not the name"),
    ],
)
def test_a_consent_without_an_element_is_not_signed(cast: Cast, other: dict, says: str) -> None:
    programme(cast)
    with pytest.raises(Refused, match=says):
        sign_disclosure_consent(
            patient=cast.patient, given=to_sign(cast, **other), by=cast.coordinator, at=timezone.now()
        )


def test_the_database_holds_what_a_disclosure_must_carry(cast: Cast) -> None:
    programme(cast)
    made = disclose(cast, consent_of(cast))
    made.pk, made.consent_copy = None, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)
    made.pk, made.consent, made.part2, made.notice = None, None, True, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_the_page_shows_each_law_with_its_window(cast: Cast, client: Client) -> None:
    programme(cast)
    asked_about_drinking(cast)
    disclose(cast, consent_of(cast))
    disclose(
        cast, basis="public-health", kinds=("care_observations",), recipient="County office", what="A case"
    )
    counted = {each.rule.id: len(each.disclosures) for each in accounting_of(cast.patient, timezone.now())}
    assert counted == {"HIPAA-ACCOUNTING": 1, "PART2-ACCOUNTING": 1}
    client.force_login(cast.privacy_officer)
    page = client.get(f"/care/disclosures/of/{cast.patient.pk}/").content.decode()
    assert "45 CFR 164.528" in page
    assert "42 CFR 2.25" in page
    assert "1 entry of this record is marked" in page


def test_the_accounting_is_a_paper_for_the_patient_by_each_laws_window(cast: Cast, client: Client) -> None:
    programme(cast)
    asked_about_drinking(cast)
    disclose(cast, consent_of(cast))
    disclose(
        cast, basis="public-health", kinds=("care_observations",), recipient="County office", what="A case",
        recipient_address="1 Court Square",
    )  # fmt: skip
    now = timezone.now()
    sheet = accounting_sheet(cast.patient, now)
    laws = {section.title: section for section in sheet.sections}
    hipaa, part2 = (
        laws["Accounting of disclosures, HIPAA"],
        laws["Accounting of disclosures, records of substance use"],
    )
    assert [row[1:3] for row in hipaa.rows] == [("County office, 1 Court Square", "A case")]
    assert [row[1] for row in part2.rows] == ["Dr. Ada Okafor"]
    assert sheet.missing == ("Dr. Ada Okafor: no address is recorded.",)
    later = accounting_sheet(cast.patient, now + timedelta(days=4 * 365))
    assert [len(section.rows) for section in later.sections if section.title == part2.title] == [0]
    assert [len(section.rows) for section in later.sections if section.title == hipaa.title] == [1]
    own = f"/care/disclosures/of/{cast.patient.pk}/accounting/"
    client.force_login(cast.privacy_officer)
    assert own in client.get(f"/care/disclosures/of/{cast.patient.pk}/").content.decode()
    assert b"".join(client.get(own).streaming_content).startswith(b"%PDF-")
    assert Access.objects.filter(
        kind="print", screen=own, subjects__subject=cast.patient.subject_ref
    ).exists()
    client.force_login(cast.stranger)
    assert client.get(own).status_code == 404


def test_a_consent_is_taken_and_a_disclosure_recorded_on_their_pages(cast: Cast, client: Client) -> None:
    programme(cast)
    client.force_login(cast.coordinator)
    of = f"/care/disclosures/of/{cast.patient.pk}/"
    typed = {
        **{
            name: str(value)
            for name, value in vars(to_sign(cast)).items()
            if name not in ("kinds", "all_future")
        },
        "kinds": list(KINDS),
        "once": str(uuid4()),
    }
    assert (
        "This is not your password"
        in client.post(f"{of}consent/", {**typed, "password": "x"}).content.decode()
    )
    assert client.post(f"{of}consent/", {**typed, "password": PASSWORD}).status_code == 302
    consent = DisclosureConsent.objects.get()
    sent = {**vars(leaving()), "kinds": list(KINDS), "channel": "fax", "once": str(uuid4())}
    sent = {name: value for name, value in sent.items() if value is not None}
    assert client.post(f"{of}record/", {**sent, "consent": consent.pk}).status_code == 302
    assert RecordDisclosure.objects.get().channel == "fax"
    assert of in client.get(f"/care/patients/{cast.patient.pk}/").content.decode()
    page = f"/care/disclosures/consents/{consent.pk}/"
    assert "second opinion" in client.get(page).content.decode()
    assert client.post(page, {"once": str(uuid4())}).status_code == 302
    consent.refresh_from_db()
    assert consent.revoked_to == cast.coordinator


def test_strangers_and_readers(cast: Cast, client: Client) -> None:
    of = f"/care/disclosures/of/{cast.patient.pk}/"
    client.force_login(cast.stranger)
    assert client.get(of).status_code == 404
    client.force_login(cast.therapist)
    assert client.get(of).status_code == 200
    assert client.get(f"{of}record/").status_code == 403
    client.force_login(cast.coordinator)
    assert client.get("/care/disclosures/consents/999/").status_code == 404


def test_every_room_that_keeps_something_is_a_kind_of_record() -> None:
    """A new room is offered without being named anywhere."""
    assert {"care_sessions", "care_measures", "care_stock"} <= {label for label, _words in kinds_of_record()}
