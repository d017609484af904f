"""The credit profile: checked, encrypted, and the one basis on which a person claims (case E1)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from mooring.academy.credits.actions.profiles import forget_birthdays, save_profile
from mooring.academy.credits.models import Certificate, CreditProfile
from mooring.academy.credits.queries.profiles import profile_of
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from tests.academy.checks.studying import signed_in
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def saved(cast: Cast, **changed: str) -> CreditProfile:
    given = {"profession": "physician", "jurisdiction": "OR", "licence_number": "MD-1234"} | changed
    return save_profile(person=cast.learner, by=cast.learner, at=NOW, **given)


def test_case_e1_a_licence_of_another_form_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="does not look like a licence number of a physician"):
        saved(cast, licence_number="asdf!!")
    assert not CreditProfile.objects.exists()


def test_case_e1_a_course_gives_credit_in_one_profession(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    claim(enrolment, "tiny-cme")
    with pytest.raises(Refused, match="already claimed this course as Continuing medical education"):
        claim(enrolment, "tiny-ce", profession="psychologist", jurisdiction="WA")
    assert Certificate.objects.count() == 1


def test_case_e1_profession_and_licence_come_from_the_profile(cast: Cast) -> None:
    enrolment = finished(cast.learner, credit_course(cast.educator))
    client = signed_in(cast.learner)
    address = reverse("credit-claim", args=[enrolment.pk, "tiny-cme"])
    page = client.get(address).content.decode()
    assert "No profession yet" in page
    assert 'name="licence_number"' not in page
    saved(cast)
    assert client.post(address, {"amount": "0.5", "attested": "on"}).status_code == 302
    said = Certificate.objects.get().says
    assert (said["profession"], said["licence_number"]) == ("physician", "MD-1234")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"profession": "wizard"}, "from the list"),
        ({"jurisdiction": "XX"}, "from the list"),
        ({"jurisdiction": ""}, "where the licence was issued"),
        ({"npi": "1234567890"}, "not an NPI"),
        ({"birthday": "02-30"}, "MM-DD"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, changed: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        saved(cast, **changed)


def test_numbers_are_stored_encrypted_and_no_year_is_asked(cast: Cast) -> None:
    row = saved(cast, npi="1234567893", birthday="04-17")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM academy_credits_creditprofile WHERE id = %s", [row.pk])
        stored = bytes(cursor.fetchone()[0])
    for number in (b"MD-1234", b"1234567893", b"04-17"):
        assert number not in stored
    known = profile_of(cast.learner)
    assert known is not None
    assert (known.licence_number, known.npi, known.birthday) == ("MD-1234", "1234567893", "04-17")
    assert "MD-1234" not in str(Event.objects.get(name="academy.credits.profile-saved").__dict__)


def test_the_birthday_is_forgotten_after_its_day_and_nothing_else(cast: Cast) -> None:
    row = saved(cast, birthday="04-17")
    CreditProfile.objects.filter(pk=row.pk).update(birth_until=NOW.date())
    assert forget_birthdays(at=NOW) == 0
    assert forget_birthdays(at=NOW + timedelta(days=1)) == 1
    known = profile_of(cast.learner)
    assert known is not None
    assert (known.birthday, known.licence_number) == ("", "MD-1234")


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(cast: Cast) -> None:
    client, address = signed_in(cast.learner), reverse("credit-profile")
    wrong = client.post(address, {"profession": "nurse", "jurisdiction": "OR", "licence_number": "x"})
    assert wrong.status_code == 422
    assert "does not look like" in wrong.content.decode()
    right = {"profession": "nurse", "jurisdiction": "OR", "licence_number": "201412345RN"}
    assert client.post(address, right).status_code == 302
    assert "201412345RN" in client.get(address).content.decode()
