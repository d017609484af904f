"""Touch is one fact: the consent holds it, and a preparation cannot say otherwise (case G5)."""

from datetime import timedelta

import pytest

from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.models import Consent
from mooring.care.treatments.actions.preparing import write_preparation
from mooring.care.treatments.models import Preparation
from mooring.rules.verdict import Refused
from tests.care.consents.signing import signed_consent
from tests.care.treatments.before_dosing import planned
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def prepare(cast: Cast, touch: str, agreed: bool) -> Preparation:
    cycle = planned(cast)
    consent = Consent.objects.get(patient=cast.patient)
    withdraw_consent(consent=consent, by=cast.monitor, at=NOW - timedelta(hours=2))
    choices = {**consent.choices, "touch": agreed}
    signed_consent(cast, consent.pack, choices=choices, at=NOW - timedelta(hours=1))
    return write_preparation(
        cycle=cycle,
        intention="Rest.",
        calming_plan="Breathe.",
        touch=touch,
        call_shown=True,
        was=None,
        by=cast.therapist,
        at=NOW,
    )


def test_case_g5_touch_against_the_consent_is_refused_at_preparation(cast: Cast) -> None:
    """Case G5: the consent says no to touch; "a hand to hold" is refused, and nothing is saved."""
    with pytest.raises(Refused, match="did not agree to touch"):
        prepare(cast, "hand", agreed=False)
    assert not Preparation.objects.exists()


@pytest.mark.parametrize(("touch", "agreed"), [("none", False), ("hand", True), ("none", True)])
def test_less_than_was_agreed_is_always_possible(cast: Cast, touch: str, agreed: bool) -> None:
    assert prepare(cast, touch, agreed).touch == touch
