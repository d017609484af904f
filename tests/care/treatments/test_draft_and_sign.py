"""From an eligible screening to a signed treatment: what is refused on the way, and what it leaves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from mooring.audit.models import Event
from mooring.care.screening.models import Screening
from mooring.care.treatments.actions import draft_treatment, sign_treatment, withdraw_draft
from mooring.care.treatments.models import Phase, Treatment
from mooring.content.loader import load
from mooring.rules.verdict import Refused
from mooring.work.models import Task
from tests.care.treatments.before_dosing import CREDENTIALS, drafted, intended, knowing_clinic
from tests.care.treatments.rows import decided_screening
from tests.packs import changed, grant, sign_pack_for
from tests.people import NOW, Cast, make_person

pytestmark = pytest.mark.django_db


def test_a_draft_has_its_cycles_on_open_days(cast: Cast) -> None:
    pack = knowing_clinic(cast)
    treatment = drafted(cast, first_on=date(2026, 11, 14))  # a Saturday; the site opens on weekdays
    assert (treatment.pack, treatment.limit_mg, treatment.state) == (pack, Decimal("80"), "draft")
    days = list(treatment.cycles.order_by("number").values_list("target_date", flat=True))
    assert days[0] == date(2026, 11, 16)
    assert len(days) == 6
    assert all(day.isoweekday() <= 5 for day in days)
    assert (days[-1] - days[0]).days <= 21


@pytest.mark.parametrize("decision", ["wait", "not-eligible"])
def test_no_treatment_without_an_eligible_decision(cast: Cast, decision: str) -> None:
    knowing_clinic(cast)
    with pytest.raises(Refused, match="did not find the patient eligible"):
        draft_treatment(
            screening=decided_screening(cast, decision), intended=intended(), by=cast.prescriber, at=NOW
        )


def test_on_conditions_is_eligible(cast: Cast) -> None:
    knowing_clinic(cast)
    draft_treatment(
        screening=decided_screening(cast, "conditions"), intended=intended(), by=cast.prescriber, at=NOW
    )


@pytest.mark.parametrize("state", ["sent", "answered"])
def test_an_undecided_or_superseded_screening_is_refused(cast: Cast, state: str) -> None:
    pack = knowing_clinic(cast)
    first = decided_screening(cast)
    newer = Screening.objects.create(
        patient=cast.patient, pack=pack, state=state, sent_by=cast.coordinator, sent_at=NOW
    )
    for screening, says in ((newer, "did not find"), (first, "newer screening")):
        with pytest.raises(Refused, match=says):
            draft_treatment(screening=screening, intended=intended(), by=cast.prescriber, at=NOW)


def test_what_was_screened_for_another_setting_is_read_again_for_this_one(cast: Cast) -> None:
    knowing_clinic(cast)
    sign_pack_for(cast, changed(load(), "protocols", "IV-STD-6@1", setting="inpatient"), at=NOW)
    screening = decided_screening(cast, besides=("ergometrine_or_vasopressor",))
    with pytest.raises(Refused, match="Ask again first") as refused:
        draft_treatment(screening=screening, intended=intended(), by=cast.prescriber, at=NOW)
    assert any("Ergometrine" in reason for reason in refused.value.reasons)


def test_without_a_signed_pack_nothing_is_drafted(cast: Cast) -> None:
    screening = Screening(patient=cast.patient)
    with pytest.raises(Refused, match="no signed knowledge pack"):
        draft_treatment(screening=screening, intended=intended(), by=cast.prescriber, at=NOW)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("amount", Decimal("0.6"), "outside the protocol"),
        ("doses", 9, "outside the protocol"),
        ("duration_min", 5, "outside the protocol"),
        ("first_on", NOW.date() - timedelta(days=3), "in the past"),
        ("protocol", "IV-OTHER@1", "not in the signed pack"),
        ("measure", "GAD-7@9", "not in the signed pack"),
        ("indication", "tiredness", "not meant for this"),
    ],
)
def test_what_lies_outside_the_protocol_is_refused(cast: Cast, field: str, value: object, says: str) -> None:
    knowing_clinic(cast)
    with pytest.raises(Refused, match=says):
        drafted(cast, **{field: value})
    assert not Treatment.objects.exists()


def test_one_treatment_is_open_at_a_time(cast: Cast) -> None:
    knowing_clinic(cast)
    drafted(cast)
    with pytest.raises(Refused, match="open treatment already, made by Kofi Mensah"):
        draft_treatment(screening=Screening.objects.get(), intended=intended(), by=cast.director, at=NOW)


def test_signing_owes_a_preparation_for_every_dose(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = sign_treatment(treatment=drafted(cast), by=cast.prescriber, at=NOW)
    assert (treatment.state, treatment.signed_by, treatment.signed_at) == ("signed", cast.prescriber, NOW)
    tasks = Task.objects.filter(kind="preparation")
    assert tasks.count() == 6
    assert {task.owner for task in tasks} == {cast.therapist}
    assert Event.objects.get(name="care.treatments.signed").detail == {"protocol": "IV-STD-6@1"}


def test_without_credentials_it_is_not_signed(cast: Cast) -> None:
    sign_pack_for(cast)
    with pytest.raises(Refused, match="not recorded"):
        sign_treatment(treatment=drafted(cast), by=cast.prescriber, at=NOW)
    assert Treatment.objects.get().state == "draft"


def test_the_second_prescriber_is_told(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = drafted(cast)
    second = make_person("Ada Brandt", ("prescriber", cast.site))
    as_second_read_it = Treatment.objects.get(pk=treatment.pk)
    sign_treatment(treatment=treatment, by=cast.prescriber, at=NOW)
    grant(second, *CREDENTIALS)
    for by in (second, cast.prescriber):
        with pytest.raises(Refused, match="Kofi Mensah signed this treatment a moment ago"):
            sign_treatment(treatment=as_second_read_it, by=by, at=NOW)


def test_a_protocol_that_changed_since_the_draft_is_not_signed(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = drafted(cast)
    sign_pack_for(cast, changed(load(), "protocols", "IV-STD-6@1", summary="Revised."), at=NOW)
    with pytest.raises(Refused, match="protocol has changed"):
        sign_treatment(treatment=treatment, by=cast.prescriber, at=NOW)


def test_a_draft_taken_back_leaves_void_cycles_and_room_for_another(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = withdraw_draft(treatment=drafted(cast), by=cast.prescriber, at=NOW)
    assert treatment.state == "withdrawn"
    assert set(treatment.cycles.values_list("phase", flat=True)) == {Phase.VOID}
    with pytest.raises(Refused, match="withdrawn since a moment ago"):
        sign_treatment(treatment=treatment, by=cast.prescriber, at=NOW)
    draft_treatment(screening=treatment.screening, intended=intended(), by=cast.prescriber, at=NOW)


def test_a_signed_treatment_is_not_withdrawn(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = sign_treatment(treatment=drafted(cast), by=cast.prescriber, at=NOW)
    with pytest.raises(Refused, match="signed this treatment a moment ago"):
        withdraw_draft(treatment=treatment, by=cast.prescriber, at=NOW)
