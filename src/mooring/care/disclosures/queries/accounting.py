"""The accounting that each law gives a patient, by its own window: as rows for the page, as a paper for the patient."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from mooring.care.disclosures.models import RecordDisclosure
from mooring.care.disclosures.queries.records import disclosures_of, privacy_rules
from mooring.care.patients.models import Patient
from mooring.care.patients.queries import whose_words
from mooring.content.schema.privacy import PrivacyRule
from mooring.rules.disclosure import accounted, window_start
from mooring.sentences.times import dated_moment_words, full_day_words
from mooring.work.documents.sheet import Sheet, SheetSection, letterhead_of


@dataclass(frozen=True)
class Accounted:
    """One law's accounting: the rule, from which day, and what it counts."""

    rule: PrivacyRule
    since: date
    disclosures: tuple[RecordDisclosure, ...]


def accounting_of(patient: Patient, at: datetime) -> list[Accounted]:
    """What the patient may ask for under each law that holds here, each by its own window."""
    on, made = patient.site.today(at), disclosures_of(patient)
    return [
        Accounted(
            rule, window_start(on, rule.accounting.window_years), tuple(accounted(made, rule.accounting, on))
        )
        for rule in privacy_rules(patient.site, on)
        if rule.accounting is not None
    ]


def accounting_sheet(patient: Patient, at: datetime) -> Sheet:
    """The accounting as the patient takes it home: under each law what it counts, date, recipient, what, why.

    The columns are those of 45 CFR 164.528(b)(2): the date, the name and, if known, the address of who received it, what
    was disclosed, for which purpose.
    """
    found = accounting_of(patient, at)
    today = full_day_words(patient.site.today(at))
    unknown = sorted(
        {row.recipient for each in found for row in each.disclosures if not row.recipient_address}
    )
    missing = [_("{recipient}: no address is recorded.").format(recipient=name) for name in unknown]
    if not found:
        missing.append(_("The knowledge pack in force names no law on accounting for this site."))
    return Sheet(
        "accounting",
        ", ".join(each.rule.key for each in found),
        _("Accounting of disclosures"),
        _(
            "Who received something of your record from us, as of {day}. Each law counts by its own rule."
        ).format(day=today),
        letterhead_of(patient.site),
        whose_words(patient),
        tuple(_section(each, patient, today) for each in found),
        tuple(missing),
    )


def _section(each: Accounted, patient: Patient, today: str) -> SheetSection:
    head = (_("Date"), _("To whom"), _("What"), _("Why"), _("How"))
    rows = tuple(_row(row, patient) for row in each.disclosures)
    return SheetSection(
        each.rule.title,
        (
            (_("Law"), each.rule.law),
            (_("Covers"), _("{first} to {last}").format(first=full_day_words(each.since), last=today)),
        ),
        () if rows else (_("Nothing was disclosed in this time that this law counts."),),
        head if rows else (),
        rows,
    )


def _row(row: RecordDisclosure, patient: Patient) -> tuple[str, ...]:
    recipient = ", ".join(part for part in (row.recipient, row.recipient_address) if part)
    return (
        dated_moment_words(row.at, patient.site.zone),
        recipient,
        row.what,
        f"{row.purpose} ({row.get_basis_display()})",
        str(row.get_channel_display()),
    )
