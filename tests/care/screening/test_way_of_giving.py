"""A screening asks the questions of the route that is planned, and consents follow it."""

import pytest
from django.test import Client
from django.urls import reverse

from mooring.care.consents.queries import texts_needed
from mooring.care.screening.models import Screening
from mooring.care.screening.queries import questions_of, verdict_of, ways_of_giving, where_for
from mooring.identity.packs import pack_in_force
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def groups(screening: Screening) -> set[str]:
    return {rule.id for rule in questions_of(screening)}


def test_the_nose_is_asked_about_for_a_spray_and_not_for_an_infusion(cast: Cast) -> None:
    sign_pack_for(cast)
    ways = ways_of_giving(cast.site, NOW)
    assert (ways[0].route, ways[0].setting) == ("intravenous", "clinic")
    nasal = next(way for way in ways if way.product == "esketamine")
    client, page = Client(), reverse("screening-send", args=[cast.patient.pk])
    client.force_login(cast.coordinator)
    assert b"For which way of giving" in client.get(page).content
    assert client.post(page, {"way": "esketamine|intranasal|clinic"}).status_code == 302
    screening = Screening.objects.get()
    assert (screening.product, screening.route, screening.setting) == ("esketamine", "intranasal", "clinic")
    usual = Screening(
        pk=screening.pk, patient=cast.patient, pack=screening.pack, sent_by=cast.coordinator, sent_at=NOW
    )
    only_nasal = groups(screening) - groups(usual)
    assert only_nasal
    assert where_for(cast.patient) == nasal
    rules = {finding.rule.partition("@")[0] for finding in verdict_of(screening, NOW).findings}
    assert only_nasal & rules
    texts = texts_needed(pack_in_force(cast.site), NOW.date(), "en", where_for(cast.patient))
    assert [text.id for text in texts] == ["CONSENT-ESKETAMINE"]


def test_a_site_at_home_asks_for_the_tablet_at_home(cast: Cast) -> None:
    sign_pack_for(cast)
    cast.site.programme = "supervised-at-home"
    cast.site.save(update_fields=["programme"])
    usual = ways_of_giving(cast.site, NOW)[0]
    assert (usual.route, usual.setting) == ("sublingual", "at-home")
