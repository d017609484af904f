"""The site's own ceiling: set and signed by the medical director, where a protocol prints none."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from mooring.audit.models import Event
from mooring.care.treatments.actions import sign_ceiling
from mooring.care.treatments.models import Ceiling
from mooring.rules.verdict import Refused
from tests.care.treatments.before_dosing import drafted, knowing_clinic
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def sign(cast: Cast, protocol: str = "IV-PTSD-6", mg: str = "60", reason: str = "Our practice.") -> Ceiling:
    return sign_ceiling(
        site=cast.site, protocol=protocol, most_mg=Decimal(mg), reason=reason, by=cast.director, at=NOW
    )


def test_without_it_nothing_is_planned_and_with_it_the_limit_is_signed(cast: Cast) -> None:
    knowing_clinic(cast)
    theirs = {"protocol": "IV-PTSD-6@1", "indication": "PTSD"}
    with pytest.raises(Refused, match=r"no ceiling in milligrams.*under Ceilings"):
        drafted(cast, **theirs)
    sign(cast)
    assert Event.objects.filter(name="care.treatments.ceiling-signed").count() == 1


def test_the_newest_counts_for_the_next_plan(cast: Cast) -> None:
    knowing_clinic(cast)
    sign(cast, mg="60")
    sign(cast, mg="50")
    treatment = drafted(cast, protocol="IV-PTSD-6@1", indication="PTSD")
    assert treatment.limit_mg == 50


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"protocol": "IV-STD-6"}, "prints its own ceiling"),
        ({"protocol": "IV-OTHER"}, "not in the signed pack"),
        ({"mg": "0"}, "above 0"),
        ({"reason": " "}, "what the ceiling rests on"),
    ],
)
def test_what_cannot_be_signed_says_why(cast: Cast, changed: dict[str, str], says: str) -> None:
    knowing_clinic(cast)
    with pytest.raises(Refused, match=says):
        sign(cast, **changed)


def test_the_page_is_the_directors(cast: Cast) -> None:
    knowing_clinic(cast)
    page, client = reverse("ceilings-of-site", args=[cast.site.pk]), Client()
    client.force_login(cast.prescriber)
    assert client.get(page).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(page).status_code == 404
    client.force_login(cast.director)
    assert client.get(reverse("ceilings")).headers["Location"] == page
    assert b"Not signed" in client.get(page).content
    given = {"protocol": "SC-KADS", "most_mg": "90", "reason": "As in the trial.", "password": "wrong"}
    assert client.post(page, given).status_code == 422
    assert client.post(page, {**given, "password": PASSWORD}).status_code == 302
    assert Ceiling.objects.get().most_mg == 90
    assert "90\u00a0mg" in client.get(page).content.decode()
