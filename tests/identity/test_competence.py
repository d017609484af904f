"""Who is competent for an act today: the signed requirements against the credentials on record."""

from datetime import timedelta

import pytest

from mooring.identity.competence import may_act
from mooring.identity.models import Credential, RoleAssignment
from mooring.rules.verdict import Refused
from tests.packs import grant, sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
ACT = "sign-dose-order"


def test_without_credentials_the_verdict_names_each(cast: Cast) -> None:
    sign_pack_for(cast)
    verdict = may_act(cast.prescriber, ACT, at=NOW, site=cast.site)
    assert not verdict.allowed
    assert len(verdict.findings) == 2


def test_with_both_it_is_allowed_until_they_expire(cast: Cast) -> None:
    sign_pack_for(cast)
    grant(cast.prescriber, "professional-licence", "controlled-drug-registration")
    assert may_act(cast.prescriber, ACT, at=NOW, site=cast.site).allowed
    assert not may_act(cast.prescriber, ACT, at=NOW + timedelta(days=301), site=cast.site).allowed


def test_a_revoked_credential_is_none(cast: Cast) -> None:
    sign_pack_for(cast)
    grant(cast.prescriber, "professional-licence", "controlled-drug-registration")
    Credential.objects.filter(kind="professional-licence").update(revoked_at=NOW)
    assert not may_act(cast.prescriber, ACT, at=NOW, site=cast.site).allowed


def test_a_second_role_without_requirements_opens_no_back_door(cast: Cast) -> None:
    sign_pack_for(cast)
    RoleAssignment.objects.create(
        person=cast.prescriber, role="coordinator", site=cast.site, held_from=NOW - timedelta(days=9)
    )
    assert not may_act(cast.prescriber, ACT, at=NOW, site=cast.site).allowed


def test_an_act_that_nobody_asks_credentials_for_is_allowed(cast: Cast) -> None:
    sign_pack_for(cast)
    assert may_act(cast.coordinator, "read-a-book", at=NOW, site=cast.site).allowed


def test_no_title_goes_around_a_requirement(cast: Cast) -> None:
    sign_pack_for(cast)
    assert not may_act(cast.director, ACT, at=NOW, site=cast.site).allowed


def test_without_a_signed_pack_it_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="no signed knowledge pack"):
        may_act(cast.prescriber, ACT, at=NOW, site=cast.site)
