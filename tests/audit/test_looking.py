"""Nobody looks unseen."""

import pytest

from mooring.audit.looking import looking_at, saw
from mooring.audit.models import Access, AccessKind
from mooring.audit.queries import openings_of
from mooring.audit.recording import COMMAND_LINE

pytestmark = pytest.mark.django_db


def test_one_opening_is_one_row_however_often_the_record_is_handed_out() -> None:
    with looking_at("/care/patients/7/"):
        for _ in range(3):
            saw(COMMAND_LINE, ["care_patients.patient:7"])
    row = Access.objects.get()
    assert (row.viewer, row.screen, row.kind) == ("command-line", "/care/patients/7/", AccessKind.VIEW)
    assert list(openings_of(["care_patients.patient:7"])) == [row]


def test_a_list_is_one_row_with_its_subjects_beside_it() -> None:
    with looking_at("/care/patients/", kind=AccessKind.SEARCH):
        saw(COMMAND_LINE, [f"care_patients.patient:{pk}" for pk in range(40)])
    assert Access.objects.get().subjects.count() == 40
    assert openings_of(["care_patients.patient:39"]).count() == 1
    assert openings_of(["care_patients.patient:40"]).count() == 0


def test_two_openings_are_two_rows() -> None:
    for _ in range(2):
        with looking_at("/care/patients/7/"):
            saw(COMMAND_LINE, ["care_patients.patient:7"])
    assert openings_of(["care_patients.patient:7"]).count() == 2
