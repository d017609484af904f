"""Two links open in one browser, of one patient or of two: each form writes where it says."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mooring.care.measures.actions import ask_measure
from mooring.care.measures.models import Asked
from mooring.identity.models import Person
from mooring.work.access import COOKIE_SECONDS, FORM_SECONDS
from mooring.work.actions import token_of
from mooring.work.invitations import invite
from mooring.work.models import TaskLink
from tests.packs import sign_pack_for
from tests.people import Cast, make_patient

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet harbour in winter"


def questionnaire(cast: Cast, name: str, instrument: str = "PHQ-9") -> tuple[Asked, TaskLink]:
    """A questionnaire of a patient of this name, with its link."""
    patient = cast.patient if name == "Ruth Calloway" else make_patient(cast.site, name)
    now = timezone.now()
    asked = ask_measure(
        patient=patient,
        instrument=instrument,
        due_at=now + timedelta(days=1),
        in_clinic=False,
        by=cast.coordinator,
        at=now,
    )
    return asked, TaskLink.objects.latest("pk")


def tab(client: Client, link: TaskLink) -> tuple[str, dict[str, str]]:
    """Open a link in a tab of this browser: the page's address and the hidden fields of its form."""
    answer = client.post(f"/t/{token_of(link)}/", {"birth_date": "1981-04-09"}, follow=True)
    address = answer.redirect_chain[-1][0]
    html = answer.content.decode()
    hidden = {}
    for field in re.findall(r'<input[^>]*type="hidden"[^>]*>', html):
        names = dict(re.findall(r'([a-z_]+)="([^"]*)"', field))
        hidden[names["name"]] = names["value"]
    return address, hidden


def phq9(value: str) -> dict[str, str]:
    return {f"q{number}": value for number in range(1, 10)} | {"q9": "0"}


@pytest.mark.parametrize("second", ["Owen Castle", "Ruth Calloway"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
def test_case_w1_each_form_writes_where_it_says(cast: Cast, second: str, order: tuple[int, int]) -> None:
    """Case W1, whichever of the two links was opened last and whichever is sent first."""
    sign_pack_for(cast)
    browser = Client()
    one, one_link = questionnaire(cast, "Ruth Calloway")
    other, other_link = questionnaire(cast, second, "PHQ-9" if second != "Ruth Calloway" else "GAD-7")
    tabs = [tab(browser, one_link), tab(browser, other_link)]
    for index in order:
        address, hidden = tabs[index]
        assert browser.post(address, hidden | phq9(str(index + 1))).status_code == 200
    for asked, value in ((one, 1), (other, 2)):
        asked.refresh_from_db()
        assert asked.state == "done"
        answers = asked.filled.answers
        assert {answers[code] for code in answers if code != "q9"} == {value}


def test_a_form_of_one_link_is_refused_at_the_page_of_another(cast: Cast) -> None:
    """Case W1, forged: both links are open in this browser, and still no form reaches the other record."""
    sign_pack_for(cast)
    browser = Client()
    one, one_link = questionnaire(cast, "Ruth Calloway")
    other, other_link = questionnaire(cast, "Owen Castle")
    (one_address, _), (_, other_hidden) = tab(browser, one_link), tab(browser, other_link)
    assert browser.post(one_address, other_hidden | phq9("1")).status_code == 404
    assert browser.post(f"{one_address}draft/", other_hidden | phq9("1")).status_code == 404
    for asked in (one, other):
        asked.refresh_from_db()
        assert (asked.state, asked.draft) == ("open", {})


def test_the_page_says_whose_it_is_without_telling_bystanders_more(cast: Cast) -> None:
    sign_pack_for(cast)
    browser = Client()
    _, link = questionnaire(cast, "Ruth Calloway")
    address, _ = tab(browser, link)
    page = browser.get(address).content.decode()
    assert "For Ruth, born 9 Apr" in page
    assert "Calloway" not in page
    assert "1981" not in page


def test_a_page_left_open_past_its_cookie_still_sends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing typed is lost: the form proves its own link for a day; reading again needs the link again."""
    sign_pack_for(cast)
    browser = Client()
    asked, link = questionnaire(cast, "Ruth Calloway")
    address, hidden = tab(browser, link)
    browser.cookies.clear()
    assert COOKIE_SECONDS < FORM_SECONDS
    assert browser.get(address).status_code == 404
    assert browser.post(address, hidden | phq9("1")).status_code == 200
    asked.refresh_from_db()
    assert asked.state == "done"


def test_case_w2_two_invitations_in_one_browser_set_each_their_own_password(cast: Cast) -> None:
    """Case W2: the password that is typed on B's page is B's."""
    browser = Client()
    people, tabs = [], []
    for name in ("Noor Aziz", "Ben Okafor"):
        person = Person(legal_name=name, email=f"{name.split()[0].lower()}@example.org")
        link = invite(person=person, role="monitor", site=cast.site, by=cast.administrator, at=timezone.now())
        people.append(person)
        tabs.append(tab(browser, link))
    for index in (1, 0):
        address, hidden = tabs[index]
        typed = {"password": f"{PASSWORD} {index}", "again": f"{PASSWORD} {index}", "once": str(uuid4())}
        assert browser.post(address, hidden | typed).status_code == 302
    for index, person in enumerate(people):
        person.refresh_from_db()
        assert person.check_password(f"{PASSWORD} {index}")
