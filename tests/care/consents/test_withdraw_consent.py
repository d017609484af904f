"""Taking a consent back: one act, at any time, once."""

import pytest

from mooring.audit.models import Event
from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.models import Consent
from mooring.rules.verdict import Refused
from tests.care.consents.signing import signed_consent
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def test_taken_back_stays_on_record(cast: Cast) -> None:
    consent = withdraw_consent(consent=signed_consent(cast, sign_pack_for(cast)), by=cast.monitor, at=NOW)
    assert (consent.withdrawn_at, consent.withdrawn_to) == (NOW, cast.monitor)
    assert Event.objects.filter(name="care.consents.withdrawn", subject=cast.patient.subject_ref).exists()


def test_the_second_is_told(cast: Cast) -> None:
    consent = signed_consent(cast, sign_pack_for(cast))
    withdraw_consent(consent=Consent.objects.get(pk=consent.pk), by=cast.monitor, at=NOW)
    with pytest.raises(Refused, match="already withdrawn"):
        withdraw_consent(consent=consent, by=cast.prescriber, at=NOW)


def test_after_taking_back_it_can_be_signed_anew(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    withdraw_consent(consent=signed_consent(cast, signed), by=cast.monitor, at=NOW)
    again = signed_consent(cast, signed, at=NOW)
    assert Consent.objects.count() == 2
    assert again.withdrawn_at is None
