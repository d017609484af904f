"""In a programme under 42 CFR part 2 single answers about substance use are marked when they are given, and segmented."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from mooring.care.disclosures.models import Part2Mark
from mooring.care.disclosures.queries import scope_of
from mooring.care.screening.actions import close_finding, keep_draft, settle_fact
from mooring.care.screening.models import FindingClosure, Screening
from mooring.care.screening.queries import verdict_of
from mooring.care.treatments.actions.preparing import record_readiness
from mooring.care.treatments.models import Phase
from mooring.content.loader import load
from mooring.rules.verdict import ClosureKind
from tests.care.disclosures.test_copy import made
from tests.care.disclosures.test_disclose import consent_of, programme
from tests.care.screening.screenings import answered, sent
from tests.care.treatments.rows import cycle_in, signed_treatment
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
SUBSTANCES = {
    "alcohol_use_disorder",
    "drug_use_disorder",
    "ketamine_use_disorder",
    "substance_use_disorder_past",
}


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path: object) -> None:
    settings.HOME = tmp_path


def marked() -> set[str]:
    return {mark.why.removeprefix("fact:") for mark in Part2Mark.objects.all()}


def test_elsewhere_nothing_is_marked(cast: Cast) -> None:
    answered(cast, drug_use_disorder="yes")
    assert not Part2Mark.objects.exists()


def test_answers_and_what_clinicians_say_of_them_are_marked_at_the_source(cast: Cast) -> None:
    programme(cast)
    screening = answered(cast, drug_use_disorder="yes")
    assert marked() >= SUBSTANCES
    assert "stroke" not in marked()
    answers = Part2Mark.objects.count()
    settle_fact(screening=screening, key="drug_use_disorder", value="yes", by=cast.prescriber, at=LATER)
    settle_fact(screening=screening, key="stroke", value="no", by=cast.prescriber, at=LATER)
    closure = close_finding(
        screening=screening,
        rule=next(each for each in rules_of(screening) if each.startswith("DRUGS-NOW@")),
        kind=ClosureKind.OVERRIDDEN,
        reason="Seen by addiction care last week.",
        second=None,
        by=cast.prescriber,
        at=LATER,
    )
    assert isinstance(closure, FindingClosure)
    assert Part2Mark.objects.count() == answers + 2


def rules_of(screening: Screening) -> list[str]:
    return [finding.rule for finding in verdict_of(screening, LATER).findings]


def test_answers_of_the_day_are_marked(cast: Cast) -> None:
    programme(cast)
    cycle = cycle_in(Phase.READY, signed_treatment(cast))
    before = Part2Mark.objects.count()
    record_readiness(
        cycle=cycle,
        values={"substances_last_24h": "yes", "unwell_today": "no"},
        escort=None,
        by=cast.monitor,
        at=NOW,
    )
    assert Part2Mark.objects.count() == before + 1


def test_a_copy_for_others_holds_no_answer_about_substances_and_no_draft(cast: Cast) -> None:
    """Neither the fact, nor the draft of the form in which it was typed."""
    programme(cast)
    screening = answered(cast, drug_use_disorder="yes", stroke="yes")
    screening.refresh_from_db()
    assert screening.draft == {}, "what was sent stands in the facts"
    others = {"basis": "treatment", "recipient": "County clinic", "purpose": "Shared care"}
    copy, archive = made(cast, **others, kinds=("care_screening",))
    record = json.loads(archive.read("record.json"))
    keys = {fact["key"] for fact in record["care_screening.statedfact"]}
    assert "stroke" in keys
    assert not keys & SUBSTANCES
    assert "use_disorder" not in b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert copy.withheld["part2"] >= len(SUBSTANCES)


def test_under_a_consent_the_answers_leave(cast: Cast) -> None:
    programme(cast)
    answered(cast, drug_use_disorder="yes")
    consent = consent_of(cast, kinds=("care_screening",))
    asks = {"basis": "authorisation", "recipient": "Dr. Ada Okafor", "purpose": "Second opinion"}
    _copy, archive = made(cast, consent, **asks, kinds=("care_screening",))
    assert "drug_use_disorder" in archive.read("record.json").decode()


def test_answers_that_were_never_sent_leave_to_nobody_else(cast: Cast) -> None:
    screening = sent(cast)
    keep_draft(
        screening=screening,
        answers={"drug_use_disorder": "yes"},
        revision=0,
        by=cast.patient.person,
        at=timezone.now(),
    )
    others = {"basis": "treatment", "recipient": "County clinic", "purpose": "Shared care"}
    _copy, archive = made(cast, **others, kinds=("care_screening",))
    assert "drug_use_disorder" not in archive.read("record.json").decode()
    _own, archive = made(cast)
    assert "drug_use_disorder" in archive.read("record.json").decode()


def test_the_scope_names_facts_that_exist(cast: Cast) -> None:
    programme(cast)
    found = scope_of(cast.site, timezone.now())
    assert found is not None
    assert found[0] == "PART2-SCOPE@2"
    assert set(found[1].facts) <= set(load().data)
