"""What this room answers about a patient: entries of the timeline, the next step."""

from datetime import timedelta

import pytest

from mooring.care.consents.actions import withdraw_consent
from mooring.care.consents.queries import next_step_of, timeline_of
from tests.care.consents.signing import signed_consent
from tests.packs import sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
ALL = 10


def test_signing_and_withdrawing_are_entries_newest_first(cast: Cast) -> None:
    consent = signed_consent(cast, sign_pack_for(cast))
    later = NOW + timedelta(hours=1)
    withdraw_consent(consent=consent, by=cast.monitor, at=later)
    entries = timeline_of(cast.prescriber, cast.patient, ALL)
    assert [(entry.what, entry.at) for entry in entries][:1] == [("Consent withdrawn", later)]
    assert "Jonas Lind" in entries[0].meta
    assert [entry.what for entry in timeline_of(cast.prescriber, cast.patient, 1)] == ["Consent withdrawn"]


def test_who_may_not_read_consents_gets_no_entries_and_no_step(cast: Cast) -> None:
    signed_consent(cast, sign_pack_for(cast))
    assert timeline_of(cast.stranger, cast.patient, ALL) == []
    assert next_step_of(cast.stranger, cast.patient, NOW) is None


def test_the_next_step_is_the_consent_until_every_text_is_signed(cast: Cast) -> None:
    signed = sign_pack_for(cast)
    step = next_step_of(cast.prescriber, cast.patient, NOW)
    assert step is not None
    assert step.url == f"/care/consents/of/{cast.patient.pk}/"
    signed_consent(cast, signed)
    assert next_step_of(cast.prescriber, cast.patient, NOW) is None
