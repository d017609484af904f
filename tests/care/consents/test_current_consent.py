"""A consent counts for the words that were signed: a changed text asks again before the next dose."""

from datetime import date, timedelta

import pytest

from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.queries import current_consent
from mooring.content.loader import load
from mooring.content.pack import Pack
from mooring.rules.screening import Setting
from mooring.work.models import Message
from tests.care.consents.signing import TEXT_KEY, signed_consent, text_of
from tests.packs import changed, sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def standing(cast: Cast, pack: Pack, on: date = TODAY) -> bool:
    return current_consent(cast.patient, pack, on=on, where=Setting()).current


def test_signed_is_current_and_taken_back_is_not(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    assert not standing(cast, load())
    consent = signed_consent(cast, signed)
    assert standing(cast, load())
    withdraw_consent(consent=consent, by=cast.monitor, at=NOW)
    assert not standing(cast, load())


def test_a_new_version_asks_again(cast: Cast) -> None:
    signed_consent(cast, sign_pack_for(cast))
    newer = changed(load(), "consents", TEXT_KEY, version=2, title="Consent to ketamine, revised")
    assert not standing(cast, newer)
    found = current_consent(cast.patient, newer, on=TODAY, where=Setting())
    assert [text.key for text in found.missing] == ["CONSENT-IV-KETAMINE@2"]
    assert found.statuses[0].earlier is not None


def test_words_changed_without_a_new_version_ask_again_and_can_be_signed(cast: Cast) -> None:
    signed_consent(cast, sign_pack_for(cast))
    section = load().consents[TEXT_KEY].sections[0].model_copy(update={"text": "Other words."})
    sections = (section, *load().consents[TEXT_KEY].sections[1:])
    quiet_change = changed(load(), "consents", TEXT_KEY, sections=sections)
    assert not standing(cast, quiet_change)
    newer = sign_pack_for(cast, quiet_change, at=NOW - timedelta(days=5))
    signed_consent(cast, newer, at=NOW - timedelta(days=4))
    assert standing(cast, quiet_change)


def test_a_reference_added_to_the_text_does_not_ask_again(cast: Cast) -> None:
    signed_consent(cast, sign_pack_for(cast))
    assert standing(cast, changed(load(), "consents", TEXT_KEY, basis="Looked at again."))


def test_without_a_text_nothing_is_current(cast: Cast) -> None:
    pack = load()
    empty = Pack(data=pack.data, shelves={**pack.shelves, "consents": {}}, references=pack.references)
    assert not standing(cast, empty)


def test_another_route_asks_for_its_own_text(cast: Cast) -> None:
    signed_consent(cast, sign_pack_for(cast))
    nasal = Setting(product="esketamine", route="intranasal")
    assert not current_consent(cast.patient, load(), on=TODAY, where=nasal).current


def test_taking_back_tells_the_care_team_at_once(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    withdraw_consent(consent=signed_consent(cast, signed), by=cast.monitor, at=NOW)
    told = Message.objects.filter(urgent=True)
    assert {message.person for message in told} == {cast.therapist, cast.facilitator}
    assert text_of(signed).key in told[0].body
