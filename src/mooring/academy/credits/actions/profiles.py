"""Acts on credit profiles: saving one's own, and forgetting birthdays that no report needs any more."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.academy.credits.models import CreditProfile
from mooring.academy.credits.queries.profiles import opened, seal
from mooring.audit.recording import CLOCK, Actor, note, recorded
from mooring.content.licences import PLACES, PROFESSIONS, fits, month_day_holds, npi_holds
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("academy.credits.profile-saved")
def save_profile(
    *,
    person: Person,
    profession: str,
    jurisdiction: str = "",
    licence_number: str = "",
    npi: str = "",
    birthday: str = "",
    by: Person,
    at: datetime,
) -> CreditProfile:
    """Save in which profession one claims, and the numbers that bodies ask for.

    Refused with every reason: an unknown profession or place, a licence number of another form, an NPI whose check
    digit is wrong, a day that no year has. Claims that were made keep what they said.
    """
    licence_number, npi, birthday = licence_number.strip().upper(), npi.strip(), birthday.strip()
    reasons = []
    if profession not in PROFESSIONS:
        reasons.append(_("Choose your profession from the list."))
    if jurisdiction and jurisdiction not in PLACES:
        reasons.append(_("Choose where you are licensed from the list."))
    if licence_number and not jurisdiction:
        reasons.append(_("Choose where the licence was issued."))
    elif licence_number and not fits(licence_number, profession=profession, jurisdiction=jurisdiction):
        reasons.append(
            _(
                "{number} does not look like a licence number of a {profession} there. Copy it from your licence."
            ).format(number=licence_number, profession=profession)
        )
    if npi and not npi_holds(npi):
        reasons.append(_("This is not an NPI: it has ten digits, and the last one checks the others."))
    if birthday and not month_day_holds(birthday):
        reasons.append(_("Enter month and day of birth as MM-DD, for example 04-17."))
    if reasons:
        raise Refused(*reasons)
    profile, _new = CreditProfile.objects.update_or_create(
        person=person,
        defaults={
            "profession": profession,
            "jurisdiction": jurisdiction,
            "sealed": seal(licence_number=licence_number, npi=npi, birthday=birthday),
            "birth_until": None,
            "saved_at": at,
        },
    )
    note(profession=profession, jurisdiction=jurisdiction)
    return profile


def forget_birthdays(*, at: datetime) -> int:
    """The clock's turn: delete birthdays where the reports that needed them were accepted 90 days ago."""
    due = list(CreditProfile.objects.filter(birth_until__lt=at.date()))
    for row in due:
        forget_birthday(profile=row, by=CLOCK, at=at)
    return len(due)


@recorded("academy.credits.birthday-forgotten")
def forget_birthday(*, profile: CreditProfile, by: Actor, at: datetime) -> CreditProfile:
    """Delete month and day of birth from a profile; everything else stays."""
    known = opened(profile)
    CreditProfile.objects.filter(pk=profile.pk).update(
        sealed=seal(licence_number=known.licence_number, npi=known.npi, birthday=""), birth_until=None
    )
    return profile
