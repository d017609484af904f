"""What of a person is kept how long, by dated rules of the place, and what holds an erasure."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.audit.models import Event
from mooring.care.disclosures.queries.records import privacy_rules
from mooring.care.patients.models import Patient
from mooring.content.schema.privacy import PrivacyRule
from mooring.identity.models import SitePolicy
from mooring.identity.queries import policy_in_force
from mooring.rules.retention import Judged, Keeping, judge, strictest
from mooring.rules.verdict import Refused
from mooring.sentences.times import full_day_words

CLINICAL, CONTACT, LEDGER, PAPERS, ACCOUNTING = "clinical", "contact", "stock", "papers", "disclosures"
KEPT = {
    CLINICAL: gettext_lazy("The clinical record"),
    CONTACT: gettext_lazy("Contact details, support people, messages"),
    LEDGER: gettext_lazy("The controlled-drug register: postal address, words at its lines"),
    PAPERS: gettext_lazy("Papers, and files that came in"),
    ACCOUNTING: gettext_lazy("Disclosures and their consents"),
}
RULE_OF = {PAPERS: CLINICAL}
"""A kind that has no rule of its own is kept as another one: papers are a part of the clinical record."""
ACTS_OF = {LEDGER: "care.stock.", PAPERS: "care.papers.", ACCOUNTING: "care.disclosures."}
"""Whose acts are the entries of a kind; of the others every act in the record is one."""
ERASING = "-erased"
"""How the name of an act ends that erases: it is no entry of what it erased."""


@dataclass(frozen=True)
class KeptKind:
    """One kind of record: which rule or signed policy keeps it, since which last entry, and whether it may go."""

    code: str
    rule: PrivacyRule | None
    policy: SitePolicy | None
    last_on: date
    judged: Judged

    @property
    def title(self) -> str:
        return str(KEPT[self.code])

    @property
    def may_go(self) -> bool:
        return self.judged.keeping == Keeping.MAY_GO


def kept_kinds(patient: Patient, at: datetime) -> dict[str, KeptKind]:
    """What of a person is kept how long, by kind; the strictest of the rules and the site's signed period counts."""
    today, policy = patient.site.today(at), _signed_period(patient, at)
    rules = [rule for rule in privacy_rules(patient.site, today) if rule.retention is not None]
    return {kind: _kept(patient, kind, rules, policy, today) for kind in KEPT}


def _signed_period(patient: Patient, at: datetime) -> SitePolicy | None:
    """The policy of the site, where it was signed with a period for clinical records."""
    try:
        policy = policy_in_force(patient.site, at)
    except Refused:
        return None
    return policy if policy.keep_clinical_years else None


def _kept(
    patient: Patient, kind: str, rules: list[PrivacyRule], policy: SitePolicy | None, today: date
) -> KeptKind:
    records, last_on = RULE_OF.get(kind, kind), _last_entry(patient, ACTS_OF.get(kind, ""))
    of_kind = [rule for rule in rules if rule.retention is not None and rule.retention.records == records]
    rule = max(of_kind, key=_years_of, default=None)
    signed = policy if records == CLINICAL else None
    periods = [each.retention for each in of_kind if each.retention is not None]
    periods += [signed.keeps_clinical] if signed is not None else []
    judged = judge(strictest(periods), last_on=last_on, birth_date=patient.birth_date, today=today)
    return KeptKind(kind, rule, signed, last_on, judged)


def refuse_while_kept(patient: Patient, kind: str, at: datetime) -> None:
    """Nothing of a kind is erased before its day, nor where no rule in force lets it go."""
    kept = kept_kinds(patient, at)[kind]
    if kept.judged.keeping == Keeping.STAYS_UNTIL and kept.judged.from_day is not None:
        raise Refused(
            _("{kind}: kept until {day}, by the rule of this site ({law}).").format(
                kind=kept.title,
                day=full_day_words(kept.judged.from_day),
                law=kept.rule.law if kept.rule else kept.policy or "",
            )
        )
    if not kept.may_go:
        raise Refused(
            _("{kind}: no rule in the pack in force says that it may go, and no period is signed.").format(
                kind=kept.title
            )
        )


def address_is_held(patient: Patient, at: datetime) -> bool:
    """Whether the postal address stays for the controlled-drug register, which bears it beside each dose."""
    in_ledger = Event.objects.filter(
        subject__in=patient.subject_refs, name__startswith=ACTS_OF[LEDGER]
    ).exclude(name__endswith=ERASING)
    return in_ledger.exists() and not kept_kinds(patient, at)[LEDGER].may_go


def _years_of(rule: PrivacyRule) -> int:
    """A site's own period before ours without one; of several, the longest."""
    return (rule.retention.years if rule.retention else None) or 0


def _last_entry(patient: Patient, acts: str) -> date:
    """The day of the last act of these rooms in any of the person's records."""
    entries = Event.objects.filter(subject__in=patient.subject_refs, name__startswith=acts)
    last = entries.exclude(name__endswith=ERASING).order_by("-id").first()
    return patient.site.today(last.at if last else patient.since)
