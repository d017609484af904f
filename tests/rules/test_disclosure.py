"""What a consent lets leave, and what each law counts: every case is one that a clinic meets."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from mooring.content.loader import load
from mooring.rules.disclosure import (
    DisclosureBasis,
    Leaving,
    Permitted,
    Recipients,
    Subject,
    accounted,
    missing_elements,
    why_not,
    window_start,
)

pytestmark = pytest.mark.pure
DAY = date(2026, 11, 12)
CONSENT = Permitted(
    subject=Subject.RECORDS,
    records=frozenset({"care_measures"}),
    recipients=Recipients.NAMED,
    recipient="Dr. Ada Okafor",
    all_future=False,
    purpose="second opinion",
    expires_on=date(2026, 12, 31),
    revoked_on=None,
)
LEAVING = Leaving(
    records=frozenset({"care_measures"}),
    recipient="dr ada okafor",
    basis=DisclosureBasis.AUTHORISATION,
    on=DAY,
)


def test_what_the_consent_names_leaves_under_it() -> None:
    assert why_not(CONSENT, LEAVING) == ()


@pytest.mark.parametrize(
    ("consent", "leaving", "code"),
    [
        ({"revoked_on": date(2026, 11, 1)}, {}, "revoked"),
        ({"expires_on": date(2026, 11, 11)}, {}, "expired"),
        ({}, {"records": frozenset({"care_measures", "care_sessions"})}, "records"),
        ({}, {"recipient": "Dr. Ada Okoro"}, "recipient"),
        ({"recipients": Recipients.TREATING}, {}, "recipient"),
        ({"all_future": True}, {}, "purpose"),
        ({}, {"has_notes": True}, "notes"),
        ({}, {"basis": DisclosureBasis.COURT}, "proceedings"),
    ],
)
def test_what_it_does_not_name_stays(consent: dict, leaving: dict, code: str) -> None:
    assert code in why_not(replace(CONSENT, **consent), replace(LEAVING, **leaving))


def test_one_consent_for_all_future_care_names_everyone_who_treats() -> None:
    everyone = replace(
        CONSENT,
        recipients=Recipients.TREATING,
        all_future=True,
        records=frozenset(),
        expires_on=None,
        purpose="",
    )
    assert missing_elements(everyone) == ()
    assert (
        why_not(everyone, replace(LEAVING, basis=DisclosureBasis.TREATMENT, recipient="Any Practice")) == ()
    )


def test_elements_that_are_missing_are_named() -> None:
    bare = replace(CONSENT, recipient=" ", purpose="", expires_on=None)
    assert missing_elements(bare) == ("recipient", "purpose", "expiry")
    assert missing_elements(replace(CONSENT, subject=Subject.NOTES, all_future=True)) == ("apart",)


@dataclass(frozen=True)
class Sent:
    day: date
    basis_code: str
    by_ehr: bool = False
    is_part2: bool = True
    is_consented: bool = True


SENT = {
    "authorised": Sent(DAY, "authorisation"),
    "treatment by paper": Sent(DAY, "treatment"),
    "treatment by record system": Sent(DAY, "treatment", by_ehr=True),
    "health authority": Sent(DAY, "public-health", is_part2=False, is_consented=False),
    "four years ago": Sent(date(2022, 11, 13), "public-health"),
    "own copy": Sent(DAY, "patient"),
}


def test_each_law_counts_by_its_own_window() -> None:
    """HIPAA: six years, without what was authorised or for care. Part 2: three, with it."""
    pack = load()
    counted = {
        name: {key for key, sent in SENT.items() if sent in accounted(SENT.values(), rule, DAY)}
        for name in ("HIPAA-ACCOUNTING", "PART2-ACCOUNTING")
        for rule in [pack.privacy.find(name, DAY).accounting]
    }
    assert counted == {
        "HIPAA-ACCOUNTING": {"health authority", "four years ago"},
        "PART2-ACCOUNTING": {"authorised", "treatment by record system"},
    }


def test_a_window_that_begins_on_a_day_that_is_not_begins_the_day_after() -> None:
    assert window_start(date(2028, 2, 29), 3) == date(2025, 3, 1)
    assert window_start(DAY, 6) == date(2020, 11, 12)


def test_the_notice_is_that_of_its_day() -> None:
    notice = load().privacy
    assert "use or disclosure" in notice.find("PART2-NOTICE", DAY).notice.words
    assert "use or" not in notice.find("PART2-NOTICE", date(2025, 6, 1)).notice.words
