"""Signing a consent: what is asked before it counts, and what is stored."""

import pytest

from mooring.audit.models import Event
from mooring.care.consents.models import Consent
from mooring.care.consents.queries import text_digest
from mooring.content.loader import load
from mooring.identity.models import Person
from mooring.rules.verdict import Refused
from tests.care.consents.signing import TEXT_KEY, answers, signed_consent, text_of
from tests.packs import changed, sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_signed_in_the_room(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    consent = signed_consent(cast, signed, at=NOW, signed_name="  ruth   CALLOWAY ")
    assert (consent.text, consent.text_digest) == (TEXT_KEY, text_digest(text_of(signed)))
    assert consent.signed_name == "ruth CALLOWAY"
    assert (consent.taken_by, consent.pack, consent.signed_at) == (cast.therapist, signed, NOW)
    event = Event.objects.get(name="care.consents.signed")
    assert event.subject == cast.patient.subject_ref
    assert event.detail == {"text": TEXT_KEY, "text_digest": consent.text_digest}


def test_each_unanswered_question_refuses_by_its_name(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    text = text_of(signed)
    whole = answers(text)
    for section in text.sections:
        for kind in ("understood", "choices"):
            if section.code not in whole[kind]:
                continue
            rest = {code: value for code, value in whole[kind].items() if code != section.code}
            with pytest.raises(Refused, match=section.heading):
                signed_consent(cast, signed, **{kind: rest})
    again = {**whole["understood"], next(iter(whole["understood"])): False}
    with pytest.raises(Refused, match="again with the patient"):
        signed_consent(cast, signed, understood=again)
    assert not Consent.objects.exists()


@pytest.mark.parametrize("name", ["", "Ruth", "Jonas Lind", "<b>Ruth Calloway</b>"])
def test_another_name_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="not the name on this record"):
        signed_consent(cast, sign_pack_for(cast), signed_name=name)


@pytest.mark.parametrize("typed", ["Simon O’Neil", "simon oneil", "O`NEIL Simon", "Simon\u00a0O'Neil\u200b"])
def test_case_w6_one_name_from_another_keyboard_signs(cast: Cast, typed: str) -> None:
    """Case W6: an iPad types a curly apostrophe; the record has a straight one."""
    Person.objects.filter(pk=cast.patient.person_id).update(legal_name="Simon O'Neil")
    cast.patient.person.refresh_from_db()
    assert signed_consent(cast, sign_pack_for(cast), signed_name=typed).pk


def test_the_same_words_are_signed_once(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    signed_consent(cast, signed)
    with pytest.raises(Refused, match="already"):
        signed_consent(cast, signed)


def test_a_pack_signed_meanwhile_refuses_the_old_text(cast: Cast) -> None:
    old = sign_pack_for(cast)
    sign_pack_for(cast, changed(load(), "consents", TEXT_KEY, title="Consent, new"), at=NOW)
    with pytest.raises(Refused, match="was signed while"):
        signed_consent(cast, old)


def test_a_text_that_is_not_in_the_pack_is_refused(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    foreign = text_of(signed).model_copy(update={"title": "Something else"})
    with pytest.raises(Refused, match="not in force"):
        signed_consent(cast, signed, text=foreign)
