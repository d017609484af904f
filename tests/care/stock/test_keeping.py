"""What the register holds of a patient in words is kept by the rule of the place, and erased only after its day."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.disclosures.actions.erasing import erase_contact
from mooring.care.patients.models import Patient, PostalAddress
from mooring.care.stock import actions
from mooring.care.stock.models import Container, EntryNote, SafeKey
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from tests.care.stock.rows import drawn, fault_in, order_of, safe_of, vials
from tests.packs import sign_pack_for
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LAST_LINE = NOW - timedelta(days=500)
"""Longer ago than contact details are kept (one year), shorter than the register is (two)."""
TWO_YEARS_ON = LAST_LINE + timedelta(days=732)


@pytest.fixture
def vial(cast: Cast) -> Container:
    """A vial of which the patient had something, with words at the line, 500 days ago; nothing since."""
    sign_pack_for(cast)
    PostalAddress.objects.create(
        patient=cast.patient, lines="27 Alder Row, Portland OR", by=cast.coordinator, at=LAST_LINE
    )
    safe = safe_of(cast)
    SafeKey.objects.update(since=LAST_LINE)
    (found,) = vials(cast, safe, at=LAST_LINE)
    order = order_of(cast, LAST_LINE)
    drawn(
        cast,
        found,
        order,
        36,
        at=LAST_LINE,
        happened_at=LAST_LINE,
        emergency=True,
        text="Ruth fell in the hall.",
    )
    Patient.objects.update(since=NOW - timedelta(days=800))
    cast.patient.refresh_from_db()
    return Container.objects.get(pk=found.pk)


def address(cast: Cast) -> str:
    return PostalAddress.objects.get(patient=cast.patient).lines


def test_the_register_holds_the_address_when_contact_details_go(cast: Cast, vial: Container) -> None:
    erase_contact(patient=cast.patient, by=cast.privacy_officer, at=NOW)
    assert not Person.objects.get(pk=cast.patient.person_id).phone
    assert address(cast) == "27 Alder Row, Portland OR"
    assert vial


def test_without_a_line_in_the_register_the_address_goes_with_the_contact_details(cast: Cast) -> None:
    sign_pack_for(cast)
    PostalAddress.objects.create(
        patient=cast.patient, lines="27 Alder Row", by=cast.coordinator, at=LAST_LINE
    )
    Patient.objects.update(since=NOW - timedelta(days=800))
    cast.patient.refresh_from_db()
    erase_contact(patient=cast.patient, by=cast.privacy_officer, at=NOW)
    assert address(cast) == "-"


@pytest.mark.parametrize(
    ("jurisdiction", "refused"),
    [
        ("US-OR", "kept until .*21 CFR 1304.04"),
        ("UK", "kept until .*Misuse of Drugs Regulations 2001"),
        ("CA", "kept until .*G.04.002A"),
        ("PT", "no rule in the pack in force"),
    ],
)
def test_before_the_day_of_the_place_nothing_goes(
    cast: Cast, vial: Container, jurisdiction: str, refused: str
) -> None:
    type(cast.site).objects.filter(pk=cast.site.pk).update(jurisdiction=jurisdiction)
    patient = Patient.objects.select_related("site", "person").get(pk=cast.patient.pk)
    with pytest.raises(Refused, match=refused):
        actions.erase_ledger_words(patient=patient, by=cast.privacy_officer, at=NOW)
    assert EntryNote.objects.get().text == "Ruth fell in the hall."
    assert vial


def test_after_its_day_the_words_go_and_the_lines_stay(cast: Cast, vial: Container) -> None:
    actions.erase_ledger_words(patient=cast.patient, by=cast.privacy_officer, at=TWO_YEARS_ON)
    assert EntryNote.objects.get().text == address(cast) == "-"
    assert fault_in(vial) is None
    assert vial.entries.count() == 3
    assert Event.objects.get(name="care.stock.words-erased").detail == {"notes": 1, "addresses": 1}
    with pytest.raises(Refused, match="holds no words"):
        actions.erase_ledger_words(patient=cast.patient, by=cast.privacy_officer, at=TWO_YEARS_ON)


def test_the_page_names_the_rule_and_refuses_until_its_day(
    cast: Cast, vial: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, own = Client(), f"/care/stock/patients/{cast.patient.pk}/erase/"
    client.force_login(cast.privacy_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert (
        "RETAIN-CD-RECORDS-US@1"
        in client.get(f"/care/disclosures/of/{cast.patient.pk}/keeping/").content.decode()
    )
    early = client.post(own, {"password": PASSWORD, "once": str(uuid4())})
    assert early.status_code == 422
    assert "kept until" in early.content.decode()
    assert 'name="password"' not in early.content.decode()
    assert EntryNote.objects.get().text != "-"
    monkeypatch.setattr(timezone, "now", lambda: TWO_YEARS_ON)
    client.force_login(cast.privacy_officer, backend="django.contrib.auth.backends.ModelBackend")
    assert own in client.get(f"/care/disclosures/of/{cast.patient.pk}/keeping/").content.decode()
    assert client.post(own, {"password": "no", "once": str(uuid4())}).status_code == 422
    assert client.post(own, {"password": PASSWORD, "once": str(uuid4())}).status_code == 302
    assert EntryNote.objects.get().text == "-"
    client.force_login(cast.monitor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(own).status_code == 403
    client.force_login(cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(own).status_code == 404
    assert vial
