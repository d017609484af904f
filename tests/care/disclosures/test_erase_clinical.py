"""The clinical record goes when the site's own signed period is over: what is left names nobody and says nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.audit import guards, seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Access, Event
from mooring.audit.recording import COMMAND_LINE
from mooring.care.disclosures.actions.erasing import erase_clinical
from mooring.care.disclosures.models import RecordDisclosure
from mooring.care.disclosures.queries import CLINICAL, kept_kinds
from mooring.care.screening.models import Screening, StatedFact
from mooring.care.stock.models import LedgerEntry
from mooring.care.treatments.models import Cycle, DoseOrder, ReadinessFact
from mooring.identity.models import Person, SitePolicy
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from mooring.work.portable.tables import columns_of, own_models
from tests.care.screening.screenings import answered
from tests.care.stock.rows import drawn, given, order_of, safe_of, vials
from tests.care.treatments.rows import weight_of
from tests.packs import sign_pack_for
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db
EIGHT_YEARS = timedelta(days=8 * 366)


def signed_period(cast: Cast, years: int, age: int = 0) -> None:
    last = SitePolicy.objects.filter(site=cast.site).latest("number")
    last.pk, last.number = None, last.number + 1
    last.keep_clinical_years, last.keep_minors_until_age = years, age
    last.save(force_insert=True)


def treated(cast: Cast) -> None:
    """Screened, weighed, dosed out of a vial; every task is done."""
    sign_pack_for(cast)
    (vial,) = vials(cast, safe_of(cast))
    order = order_of(cast)
    drawn(cast, vial, order)
    given(cast, order)
    weight_of(cast, "71.3")
    answered(cast)
    Task.objects.filter(state="open").update(state="done", closed_at=timezone.now())
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())


def erase(cast: Cast, **other: object) -> None:
    named = {"second": cast.director, "at": timezone.now() + EIGHT_YEARS} | other
    erase_clinical(patient=cast.patient, by=cast.privacy_officer, **named)  # type: ignore[arg-type]


def everything() -> str:
    """Every value of every table but the events and openings, which keep who acted."""
    kept = []
    for model in own_models():
        if model not in (Event, Access):
            for row in model._base_manager.all():
                kept += [str(getattr(row, column.name)) for column in columns_of(model)]
    return "\n".join(kept)


def test_what_goes_what_stays_and_verify_after_it(cast: Cast) -> None:
    treated(cast)
    signed_period(cast, 7)
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    lines = list(LedgerEntry.objects.values_list("pk", "order", "patient"))
    assert "Calloway" in everything()
    erase(cast)
    assert not Screening.objects.filter(treatments=None).exists()
    assert not StatedFact.objects.exists()
    assert not ReadinessFact.objects.exists()
    assert "71.3" not in everything()
    assert "Calloway" not in everything()
    assert list(LedgerEntry.objects.values_list("pk", "order", "patient")) == lines
    assert DoseOrder.objects.exists(), "the register names it"
    assert Cycle.objects.exists()
    assert Person.objects.get(pk=cast.patient.person_id).legal_name == "-"
    assert seals.verify() is None, "what an act erased is no forgery"
    assert guards.missing("default") == []
    detail = Event.objects.get(name="care.disclosures.clinical-erased").detail
    assert detail["second"] == cast.director.actor_ref
    assert detail["name"] is True
    assert detail["rows"] > 10


@pytest.mark.parametrize(
    ("years", "age", "says"),
    [(0, 0, "no period is signed"), (10, 0, "kept until"), (7, 40, "kept until")],
    ids=["no period", "not yet over", "not yet of age"],
)
def test_nothing_goes_without_a_signed_period_or_before_its_day(
    cast: Cast, years: int, age: int, says: str
) -> None:
    treated(cast)
    signed_period(cast, years, age)
    if age:
        type(cast.patient).objects.update(birth_date=(timezone.now() - timedelta(days=12 * 366)).date())
        cast.patient.refresh_from_db()
    with pytest.raises(Refused, match=says):
        erase(cast)
    assert StatedFact.objects.exists()


def test_it_takes_two_and_no_open_task(cast: Cast) -> None:
    treated(cast)
    signed_period(cast, 7)
    for second in (cast.privacy_officer, cast.coordinator):
        with pytest.raises(Refused, match="medical director"):
            erase(cast, second=second)
    Task.objects.filter(subject=cast.patient.subject_ref).update(state="open", closed_at=None)
    with pytest.raises(Refused, match="open tasks"):
        erase(cast)


def test_a_name_that_may_be_asked_for_stays_until_its_own_period_is_over(cast: Cast) -> None:
    treated(cast)
    signed_period(cast, 1)
    RecordDisclosure.objects.create(
        patient=cast.patient,
        basis="treatment",
        recipient="County clinic",
        what="a letter",
        purpose="shared care",
        channel="paper",
        by=cast.coordinator,
        at=timezone.now(),
    )
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    erase(cast, at=timezone.now() + timedelta(days=800))
    assert not StatedFact.objects.exists()
    assert Person.objects.get(pk=cast.patient.person_id).legal_name == "Ruth Calloway"


def test_the_page_lists_both_and_takes_both_signatures(cast: Cast, client: Client) -> None:
    treated(cast)
    address = f"/care/disclosures/of/{cast.patient.pk}/erase/"
    client.force_login(cast.privacy_officer)
    page = client.get(address).content.decode()
    assert "no period is set" in page
    assert "Stated facts" in page
    assert 'name="second_password"' not in page
    sent = {
        "number": cast.patient.record_number,
        "password": PASSWORD,
        "second": cast.director.pk,
        "second_password": PASSWORD,
        "once": str(uuid4()),
    }
    assert client.post(address, sent).status_code == 422
    assert client.post(address, {**sent, "number": "another"}).status_code == 422
    assert kept_kinds(cast.patient, timezone.now())[CLINICAL].policy is None
    assert StatedFact.objects.exists()
    client.force_login(cast.coordinator)
    assert client.get(address).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
