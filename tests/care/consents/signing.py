"""How the tests of this room sign: every question understood, every choice made."""

from datetime import datetime, timedelta
from typing import Any

from mooring.care.consents.actions import sign_consent
from mooring.care.consents.models import Consent
from mooring.content.schema.texts import ConsentText as Text
from mooring.identity.models import SignedPack
from mooring.identity.packs import parsed
from tests.people import NOW, Cast
from tests.told import told

TEXT_KEY = "CONSENT-IV-KETAMINE@1"


def text_of(signed: SignedPack, key: str = TEXT_KEY) -> Text:
    return parsed(signed).consents[key]


def answers(text: Text) -> dict[str, Any]:
    return {
        "understood": {section.code: True for section in text.sections if section.teach_back},
        "choices": {section.code: section.code == "touch" for section in text.sections if section.choice},
    }


@told
def signed_consent(
    cast: Cast, signed: SignedPack, at: datetime = NOW - timedelta(days=10), **other: Any
) -> Consent:
    text = other.pop("text", None) or text_of(signed)
    given: dict[str, Any] = {"signed_name": "Ruth Calloway", "by": cast.therapist, **answers(text), **other}
    return sign_consent(patient=cast.patient, pack=signed, text=text, at=at, **given)


def post_of(text: Text, **other: str) -> dict[str, str]:
    """What a browser sends when everything is answered."""
    found = {f"understood_{section.code}": "yes" for section in text.sections if section.teach_back}
    found |= {f"choice_{section.code}": "no" for section in text.sections if section.choice}
    return found | {"signed_name": "Ruth Calloway", **other}
