"""Who may be handed which part of a cohort: participants their own, who teaches at its site everything."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mooring.academy.cohorts.models import Cohort, CohortApplication, CohortPlace, LiveSlot, MakeUp, PreWork
from mooring.academy.events.access import may_take_part
from mooring.audit.looking import saw
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def leads(person: Person, cohort: Cohort) -> bool:
    """Whether a person teaches at the cohort's site."""
    return cohort.site_id in person.sites_where(Permission.COURSES_TEACH)


def cohorts_for(person: Person) -> "QuerySet[Cohort]":
    """The cohorts that a person may read of; 404 for who takes no part in courses."""
    if not may_take_part(person):
        raise Http404
    return Cohort.objects.select_related("site", "course", "led_by")


def get_cohort_for(person: Person, pk: int, *, to: str = "read") -> Cohort:
    """A cohort; to lead it takes teaching at its site: 403 for everybody else who may read of it."""
    found = cohorts_for(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    if to == "lead" and not leads(person, found):
        raise PermissionDenied
    return found


def own_place(person: Person, cohort: Cohort) -> CohortPlace | None:
    """The person's own place in a cohort, waiting or seated."""
    found = _places().filter(cohort=cohort, person=person, left_at__isnull=True)
    return found.first()


def get_own_seat(person: Person, pk: int) -> CohortPlace:
    """The person's own seat in the cohort of this number; 404 for everybody without one."""
    found = _places().filter(cohort=pk, person=person, left_at__isnull=True, waiting=False).first()
    if found is None or not may_take_part(person):
        raise Http404
    return found


def get_slot_for(person: Person, pk: int, *, to: str = "attend") -> tuple[LiveSlot, CohortPlace | None]:
    """A live slot with one's own place in its cohort; to lead it, teaching at its site. 404 for a stranger."""
    found = LiveSlot.objects.select_related("cohort__site", "cohort__course", "cohort__led_by").filter(pk=pk)
    slot = found.first()
    if slot is None:
        raise Http404
    place = own_place(person, slot.cohort)
    seated = place is not None and not place.waiting
    if leads(person, slot.cohort):
        if to == "attend" and not seated:
            raise Http404
        return slot, place if seated else None
    if not seated:
        raise Http404
    if to == "lead":
        raise PermissionDenied
    return slot, place


def get_seat_of_slot(person: Person, pk: int) -> tuple[LiveSlot, CohortPlace]:
    """A live slot of a cohort in which the person has a seat."""
    slot, place = get_slot_for(person, pk)
    if place is None:
        raise Http404
    return slot, place


def get_pre_work_for(person: Person, pk: int) -> tuple[PreWork, CohortPlace]:
    """A piece of pre-work for a participant who is to do it."""
    found = PreWork.objects.select_related("slot__cohort").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found, get_own_seat(person, found.slot.cohort_id)


def get_pre_work_to_lead(person: Person, pk: int) -> PreWork:
    found = PreWork.objects.select_related("slot__cohort__site").filter(pk=pk).first()
    if found is None:
        raise Http404
    _must_lead(person, found.slot.cohort)
    return found


def _must_lead(person: Person, cohort: Cohort) -> None:
    """404 for who has no part in courses at all or in this cohort, 403 for its participants."""
    if leads(person, cohort):
        return
    if own_place(person, cohort) is None:
        raise Http404
    raise PermissionDenied


def get_application_for(person: Person, pk: int) -> CohortApplication:
    """An application, for who decides it; the look leaves a row. 404 for everybody else, the applicant too."""
    found = (
        CohortApplication.objects.select_related("cohort__site", "cohort__course", "person")
        .filter(pk=pk)
        .first()
    )
    if found is None or not leads(person, found.cohort):
        raise Http404
    saw(person, [found.subject_ref])
    return found


def get_participant_for(person: Person, pk: int) -> CohortPlace:
    """A participant, for who leads the cohort; the look leaves a row."""
    found = _places().filter(pk=pk).first()
    if found is None:
        raise Http404
    _must_lead(person, found.cohort)
    saw(person, [found.subject_ref])
    return found


def get_make_up_for(person: Person, pk: int) -> MakeUp:
    """Make-up work, for who leads the cohort."""
    found = (
        MakeUp.objects.select_related("slot__cohort__site", "slot__cohort__course", "participant__person")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    _must_lead(person, found.slot.cohort)
    saw(person, [found.subject_ref])
    return found


def _places() -> "QuerySet[CohortPlace]":
    return CohortPlace.objects.select_related(
        "cohort__site",
        "cohort__course",
        "person",
        "certificate",
        "enrolment__version__course",
        "enrolment__learner",
    )
