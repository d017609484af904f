"""What changes when a patient moves to another site and its programme, read before anybody signs it."""

from dataclasses import dataclass
from datetime import datetime

from mooring.care.patients.models import Patient
from mooring.care.treatments.models import BEFORE_DOSING, Cycle, Phase, Treatment, TreatmentState
from mooring.care.treatments.queries import readiness_rules
from mooring.identity.models import CareTeamMember, Person, Site
from mooring.identity.packs import pack_in_force, setting_of
from mooring.identity.queries import holders
from mooring.rules.screening import rules_for
from mooring.rules.verdict import Refused
from mooring.work.models import Task, TaskState

UNDER_WAY = (Phase.DOSING, Phase.RECOVERY, Phase.DISCHARGED)
"""A dose that holds the patient here: its session is not signed off yet."""


@dataclass(frozen=True)
class Moving:
    """Moving one patient to one site: what is cancelled, what goes along, who stays."""

    under_way: Cycle | None
    treatment: Treatment | None
    planned: int
    tasks: tuple[Task, ...]
    homeless: tuple[Task, ...]
    staying: tuple[CareTeamMember, ...]
    leaving: tuple[CareTeamMember, ...]


def moving_of(patient: Patient, to: Site, at: datetime) -> Moving:
    """What would change; `homeless` are duties whose role nobody holds there."""
    cycles = Cycle.objects.filter(treatment__patient__in=patient.records).select_related("treatment")
    tasks = duties_elsewhere(patient, to)
    members = CareTeamMember.objects.filter(team=patient.care_team_id, until__isnull=True)
    staying: list[CareTeamMember] = []
    leaving: list[CareTeamMember] = []
    for member in members.select_related("person"):
        (staying if works_at(member.person, to) else leaving).append(member)
    return Moving(
        under_way=cycles.filter(phase__in=UNDER_WAY).order_by("pk").first(),
        treatment=Treatment.objects.filter(
            patient__in=patient.records, state__in=(TreatmentState.DRAFT, TreatmentState.SIGNED)
        ).first(),
        planned=cycles.filter(phase__in=BEFORE_DOSING).count(),
        tasks=tasks,
        homeless=tuple(task for task in tasks if not holders(to, task.role, at)),
        staying=tuple(staying),
        leaving=tuple(leaving),
    )


def duties_elsewhere(patient: Patient, to: Site) -> tuple[Task, ...]:
    """The open duties about the patient that belong to another site."""
    tasks = Task.objects.filter(subject__in=patient.subject_refs, state=TaskState.OPEN).exclude(site=to)
    return tuple(tasks.select_related("owner", "fallback", "site").order_by("due_at", "pk"))


def works_at(person: Person, site: Site) -> bool:
    return any(held.site_id == site.pk for held in person.standing)


def asked_there(here: Site, there: Site, at: datetime) -> tuple[str, ...]:
    """The titles of the conditions that the other programme asks and this one does not."""
    try:
        asked = [_titles(site, at) for site in (here, there)]
    except Refused:
        return ()
    return tuple(title for key, title in asked[1].items() if key not in asked[0])


def _titles(site: Site, at: datetime) -> dict[str, str]:
    pack, where, on = pack_in_force(site), setting_of(site), site.today(at)
    rules = [*rules_for(pack, on, where), *readiness_rules(pack, on, where)]
    return {rule.id: rule.title for rule in rules}
