"""A patient who moves to another programme in the middle: what changes, what goes along, what holds them here."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.outcomes.actions import end_treatment
from mooring.care.outcomes.actions.moving import move_patient
from mooring.care.outcomes.queries.moving import moving_of
from mooring.care.patients.facts import facts_of
from mooring.care.patients.models import Patient
from mooring.care.treatments.actions import Decided, decide_course
from mooring.care.treatments.actions.asking import AskingPlan, plan_measure
from mooring.care.treatments.models import MeasureDue, Phase, Treatment
from mooring.identity.models import CareTeamMember, RoleAssignment, Site
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import make_link, token_of
from mooring.work.models import Task, TaskLink
from tests.care.measures.questionnaires import asked
from tests.care.treatments.before_dosing import drafted, knowing_clinic, planned
from tests.care.treatments.rows import cycle_in, signed_treatment
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast: Cast) -> Site:
    """The other site gives at home; the therapist works there, too."""
    Site.objects.filter(pk=cast.other_site.pk).update(programme="supervised-at-home")
    RoleAssignment.objects.create(
        person=cast.therapist, role=Role.THERAPIST, site=cast.other_site, held_from=NOW
    )
    cast.other_site.refresh_from_db()
    return cast.other_site


def move(cast: Cast, to: Site, **changed: Any) -> Patient:
    usual: dict[str, Any] = {"reason": "Lives too far away.", "by": cast.prescriber, "at": NOW}
    patient = Patient.objects.select_related("person", "site").get(pk=cast.patient.pk)
    return move_patient(patient=patient, to=to, **{**usual, **changed})


def test_planned_doses_are_cancelled_and_the_treatment_ends_as_moved(cast: Cast, home: Site) -> None:
    treatment = planned(cast).treatment
    patient = move(cast, home)
    treatment.refresh_from_db()
    assert (patient.site, treatment.state, treatment.outcome) == (home, "ended", "moved")
    assert set(treatment.cycles.values_list("phase", flat=True)) == {"void"}
    task = Task.objects.get(kind="moved-in")
    assert (task.site, task.role) == (home, Role.PRESCRIBER)
    event = Event.objects.get(name="care.outcomes.patient-moved")
    assert (event.detail["to"], event.detail["planned"]) == (home.pk, 6)
    assert "far away" not in str(event.detail)


def test_every_dose_and_duty_goes_along(cast: Cast, home: Site) -> None:
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    cycle_in(Phase.INTEGRATING, treatment)
    owed = Task.objects.create(
        kind="integration-contact",
        site=cast.site,
        about="care_treatments.cycle:1",
        subject=cast.patient.subject_ref,
        title="Call",
        address="/",
        act="Call",
        role=Role.THERAPIST,
        owner=cast.facilitator,
        opens_at=NOW,
        due_at=NOW,
        made_at=NOW,
    )
    patient = move(cast, home)
    owed.refresh_from_db()
    assert (owed.site, owed.state, owed.owner) == (home, "open", None)
    assert [fact.value for fact in facts_of(patient, NOW).by_key["dose_given"]] == [treatment.pk]
    treatment.refresh_from_db()
    assert treatment.state == "signed"  # its last dose is still followed up


def test_the_team_there_is_who_works_there(cast: Cast, home: Site) -> None:
    patient = move(cast, home)
    there = CareTeamMember.objects.filter(team=patient.care_team, until__isnull=True)
    assert [member.person for member in there] == [cast.therapist]
    left = CareTeamMember.objects.filter(until=NOW).exclude(team=patient.care_team)
    assert {member.person for member in left} == {cast.therapist, cast.facilitator}


def test_the_checks_after_the_last_dose_go_along(cast: Cast, home: Site) -> None:
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    closed = cycle_in(Phase.CLOSED, treatment)
    line = AskingPlan(instrument="CHECK-AFTER-DOSE", when="after", hours=720)
    plan_measure(treatment=treatment, line=line, by=cast.prescriber, at=closed.dosed_at or NOW)
    move(cast, home)
    treatment.refresh_from_db()
    assert treatment.outcome == "moved"
    due = MeasureDue.objects.get(planned__treatment=treatment, cycle=closed)
    assert (due.sent_at, due.dropped_at) == (None, None)


def test_who_leaves_for_other_care_is_asked_nothing_more(cast: Cast) -> None:
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    closed = cycle_in(Phase.CLOSED, treatment)
    line = AskingPlan(instrument="CHECK-AFTER-DOSE", when="after", hours=720)
    plan_measure(treatment=treatment, line=line, by=cast.prescriber, at=closed.dosed_at or NOW)
    end_treatment(treatment=treatment, outcome="moved", outcome_note="", by=cast.prescriber, at=NOW)
    assert MeasureDue.objects.get(cycle=closed).dropped_at == NOW


def test_no_further_dose_follows_under_the_plan_of_before(cast: Cast, home: Site) -> None:
    knowing_clinic(cast)
    treatment = signed_treatment(cast)
    cycle_in(Phase.INTEGRATING, treatment)
    move(cast, home)
    treatment = Treatment.objects.select_related("patient__site", "pack__site").get(pk=treatment.pk)
    with pytest.raises(Refused):
        decide_course(
            treatment=treatment,
            decided=Decided(step="taper", reason="On.", doses=1, gap_days=7),
            proposed=[],
            seen=0,
            by=cast.prescriber,
            at=NOW,
        )


def test_a_draft_is_withdrawn(cast: Cast, home: Site) -> None:
    knowing_clinic(cast)
    treatment = drafted(cast)
    move(cast, home)
    treatment.refresh_from_db()
    assert treatment.state == "withdrawn"


@pytest.mark.parametrize("phase", [Phase.DOSING, Phase.RECOVERY, Phase.DISCHARGED])
def test_a_dose_under_way_holds_the_patient(cast: Cast, home: Site, phase: Phase) -> None:
    cycle_in(phase, signed_treatment(cast))
    with pytest.raises(Refused, match="Sign its session off first"):
        move(cast, home)
    assert Patient.objects.get(pk=cast.patient.pk).site == cast.site


def test_a_duty_that_no_one_there_may_do_is_completed_here(cast: Cast, home: Site) -> None:
    Task.objects.create(
        kind="rems-form",
        site=cast.site,
        about="x",
        subject=cast.patient.subject_ref,
        title="Send the form",
        address="/",
        act="Send",
        role=Role.AUTHORISED_REPRESENTATIVE,
        opens_at=NOW,
        due_at=NOW,
        made_at=NOW,
    )
    with pytest.raises(Refused, match="Send the form"):
        move(cast, home)


def test_without_a_reason_or_to_nowhere_it_says_why(cast: Cast, home: Site) -> None:
    with pytest.raises(Refused, match="Enter why"):
        move(cast, home, reason=" ")
    with pytest.raises(Refused, match="another site"):
        move(cast, cast.site)


def test_the_page_says_what_changes_and_takes_the_signature(
    cast: Cast, home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(cast)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert moving_of(cast.patient, home, NOW).planned == 6
    address, client = reverse("patient-move", args=[cast.patient.pk]), Client()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    client.force_login(cast.monitor)
    assert client.get(address).status_code == 403
    client.force_login(cast.prescriber)
    shown = client.get(address).content.decode()
    assert "6 planned doses are cancelled" in shown
    assert "supervised at home" in shown.lower()
    typed = {"to": home.pk, "reason": "Lives too far away."}
    assert client.post(address, {**typed, "password": "wrong"}).status_code == 422
    assert client.post(address, {**typed, "password": PASSWORD}).status_code == 302
    assert Patient.objects.get(pk=cast.patient.pk).site == home


def test_an_open_link_names_the_site_of_now(
    cast: Cast, home: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A questionnaire sent before the move is answered after it: whom to call is the site that looks after them."""
    asked(cast)
    Site.objects.filter(pk=home.pk).update(
        phone="+1 503 555 0190",
        crisis_lines=[{"name": "River Line", "number": "555 0191", "what": "day and night"}],
    )
    link = TaskLink.objects.get()
    other = make_link(
        kind="invitation", person=cast.coordinator, about=cast.coordinator, opens="invitation", site=cast.site,
        birth_date=None, lasts=timedelta(days=1), by=cast.director, at=NOW,
    )  # fmt: skip
    move(cast, home)
    link.refresh_from_db()
    other.refresh_from_db()
    assert (link.site, link.state, other.site) == (home, "open", cast.site)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    door = client.get(reverse("task-link", args=[token_of(link)])).content.decode()
    for named in (home.name, "+1 503 555 0190", "River Line"):
        assert named in door
    assert cast.site.phone not in door
    assert Event.objects.get(name="work.links.moved-to-site").detail["count"] == 1
