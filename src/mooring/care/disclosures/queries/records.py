"""Marks, consents and disclosures of a patient, and what may leave."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.disclosures.models import (
    DisclosureChannel,
    DisclosureConsent,
    Part2Mark,
    RecordCopy,
    RecordDisclosure,
)
from mooring.care.patients.models import ExternalAccess, Patient
from mooring.content.schema.privacy import ConsentStatements, PrivacyRule, Scope
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import policy_in_force
from mooring.rules.disclosure import (
    WITHOUT_CONSENT,
    DisclosureBasis,
    Leaving,
    Subject,
    why_not,
)
from mooring.rules.verdict import Refused
from mooring.sentences.disclosure import AGAINST
from mooring.sentences.times import full_day_words
from mooring.work.portable.of_patient import (
    Gathered,
    Root,
    gather,
    leads_to,
    marked_with,
    withhold_drafts,
    withhold_rows,
    withhold_tables,
)

ROOMS = "care_"
NOT_BY = frozenset({"care_referrals.Lead.may_be_patient", "care_referrals.Lead.may_be_lead"})
"""Keys that only suspect a connection: an interest form that may be of somebody else."""
KINDS = {
    "care_patients": gettext_lazy("name, contact, care team"),
    "care_observations": gettext_lazy("vitals, medicines, laboratory"),
    "care_measures": gettext_lazy("questionnaires"),
    "care_screening": gettext_lazy("screening"),
    "care_consents": gettext_lazy("consents to treatment"),
    "care_treatments": gettext_lazy("treatments and dose orders"),
    "care_sessions": gettext_lazy("dosing sessions"),
    "care_integration": gettext_lazy("follow-up and integration"),
    "care_stock": gettext_lazy("controlled drugs given"),
    "care_disclosures": gettext_lazy("disclosures"),
    "care_papers": gettext_lazy("papers and uploaded files"),
    "care_rems": gettext_lazy("forms of the esketamine programme"),
}
TO_THE_PATIENT_ALONE = "care_disclosures"
"""What was disclosed before, and under which consents, goes to nobody else."""


def kinds_of_record() -> list[tuple[str, str]]:
    """Every kind of record that a disclosure may hold: one for each room of care that keeps something of a patient."""
    return [
        (config.label, kind_words(config.label))
        for config in apps.get_app_configs()
        if config.label.startswith(ROOMS)
        and config.label != TO_THE_PATIENT_ALONE
        and any(leads_to(model, Patient, NOT_BY) for model in config.get_models())
    ]


def kind_words(label: str) -> str:
    """A kind of record in words; a room that was not named here yet by its own name."""
    return str(KINDS.get(label, label.removeprefix(ROOMS).replace("_", " ")))


def privacy_rules(site: Site, on: date) -> list[PrivacyRule]:
    """The rules that hold at the site on a day, from its pack in force; none where no pack is signed."""
    try:
        pack = pack_in_force(site)
    except Refused:
        return []
    return [rule for rule in pack.privacy.in_force(on) if rule.holds_at(site.jurisdiction)]


def is_part2_programme(site: Site, at: datetime) -> bool:
    """Whether the site's signed policy says that it is a programme under 42 CFR part 2."""
    try:
        return policy_in_force(site, at).part2_programme
    except Refused:
        return False


def scope_of(site: Site, at: datetime) -> tuple[str, Scope] | None:
    """What is marked at its source here, with the rule's `id@version`; None where the site is no such programme."""
    if not is_part2_programme(site, at):
        return None
    for rule in privacy_rules(site, site.today(at)):
        if rule.scope is not None:
            return rule.key, rule.scope
    return None


def marked_rows(patient: Patient) -> frozenset[str]:
    """`app.model:pk` of every row of this person that is marked."""
    marks = Part2Mark.objects.filter(patient__in=patient.records)
    return frozenset(marks.values_list("row", flat=True))


def has_part2(patient: Patient, kinds: Iterable[str]) -> bool:
    """Whether any marked row lies in these kinds of record."""
    labels = {row.partition(".")[0] for row in marked_rows(patient)}
    return bool(labels & set(kinds))


def statements_of(site: Site, at: datetime) -> tuple[str, ConsentStatements] | None:
    """The statements of a consent to disclose, with their `id@version`."""
    for rule in privacy_rules(site, site.today(at)):
        if rule.consent is not None:
            return rule.key, rule.consent
    return None


def notice_of(site: Site, at: datetime) -> tuple[str, str] | None:
    """The short notice on redisclosure that travels today: its `id@version` and its words."""
    for rule in privacy_rules(site, site.today(at)):
        if rule.notice is not None:
            return rule.key, rule.notice.words
    return None


def consents_of(patient: Patient) -> list[DisclosureConsent]:
    """Every consent to disclose of a person, newest first."""
    found = DisclosureConsent.objects.filter(patient__in=patient.records)
    return list(found.select_related("taken_by", "revoked_to", "patient__site").order_by("-signed_at", "-pk"))


def disclosures_of(patient: Patient) -> list[RecordDisclosure]:
    """Every disclosure of a person's records, newest first."""
    found = RecordDisclosure.objects.filter(patient__in=patient.records)
    return list(found.select_related("by", "consent", "patient__site").order_by("-at", "-pk"))


def copies_of(patient: Patient) -> list[RecordCopy]:
    """Copies of the record that were asked for, newest first."""
    found = RecordCopy.objects.filter(patient__in=patient.records)
    return list(found.select_related("asked_by").order_by("-pk"))


def external_of(patient: Patient) -> list[ExternalAccess]:
    """Every access from outside, newest first."""
    found = ExternalAccess.objects.filter(patient__in=patient.records)
    return list(found.select_related("person", "given_by").order_by("-pk"))


def copy_in_words(consent: DisclosureConsent, statements: ConsentStatements | None) -> str:
    """The consent as it travels with each disclosure: every element in a line of its own."""
    patient = consent.patient
    ends = full_day_words(consent.expires_on) if consent.expires_on else _("none")
    kinds = ", ".join(kind_words(label) for label in consent.kinds) or _("all records")
    lines = [
        (_("Patient"), patient.person.legal_name),
        (_("Who may disclose"), consent.discloser),
        (_("Which records"), f"{consent.records} ({kinds})"),
        (_("To whom"), f"{consent.recipient} ({consent.get_recipients_display()})"),
        (_("Purpose"), consent.purpose or _("treatment, payment and health care operations")),
        (_("Expires"), ends),
        (_("Signed by"), f"{consent.signed_name}, {full_day_words(patient.site.today(consent.signed_at))}"),
    ]
    if consent.signed_for:
        lines.append((_("On whose authority"), consent.signed_for))
    if statements is not None:
        lines += [
            (_("Taking it back"), statements.revoking),
            (_("Passing it on"), statements.redisclosure),
            (_("Refusing"), statements.refusing),
        ]
    return "\n".join(f"{name}: {value}" for name, value in lines)


@dataclass(frozen=True, kw_only=True)
class ToDisclose:
    """What leaves, as typed or as an export puts it together.

    `part2` says whether records of substance use are among it; `withheld` which kinds were left out.
    """

    basis: str
    recipient: str
    what: str
    kinds: tuple[str, ...]
    purpose: str
    channel: str = DisclosureChannel.PAPER
    recipient_address: str = ""
    part2: bool | None = None
    has_notes: bool = False
    withheld: tuple[str, ...] = ()
    package_digest: str = ""


def reasons_against(
    patient: Patient, leaving: ToDisclose, consent: DisclosureConsent | None, at: datetime, *, part2: bool
) -> list[str]:
    """Why this may not leave, in words; nothing where it may."""
    basis = DisclosureBasis(leaving.basis)
    if not leaving.purpose.strip():
        return [_("Enter what it is for.")]
    if consent is None:
        reasons = []
        if part2 and basis not in WITHOUT_CONSENT:
            reasons.append(
                _("Records of substance use are among them. They leave under a consent that covers them.")
            )
        if leaving.has_notes and basis != DisclosureBasis.COURT:
            reasons.append(str(AGAINST["notes"]))
        if basis == DisclosureBasis.AUTHORISATION:
            reasons.append(_("Choose the consent under which it leaves."))
        return reasons
    if consent.patient_id not in patient.records:
        return [_("This consent is of another patient.")]
    facts = Leaving(
        records=frozenset(leaving.kinds),
        recipient=leaving.recipient,
        basis=basis,
        on=patient.site.today(at),
        has_notes=leaving.has_notes or Subject(consent.subject) == Subject.NOTES,
    )
    return [str(AGAINST[code]) for code in why_not(consent.permitted(), facts)]


def root_of(patient: Patient) -> Root:
    return Root(model=Patient, keys=patient.records, refs=patient.subject_refs, not_by=NOT_BY)


def may_hold_part2(copy: RecordCopy) -> bool:
    """Whether the copy holds marked records: there are some, and its basis or its consent lets them leave."""
    if not has_part2(copy.patient, copy.kinds):
        return False
    return copy.consent_id is not None or DisclosureBasis(copy.basis) in WITHOUT_CONSENT


def gathered_for(copy: RecordCopy, *, part2: bool, on_table: Callable[[str], None]) -> Gathered:
    """The rows that go into a copy: for the patient everything, for others the kinds asked for, segmented."""
    found = gather(root_of(copy.patient), on_table=on_table)
    if copy.basis != DisclosureBasis.PATIENT:
        withhold_drafts(found)
    if not part2:
        withhold_rows(found, marked_with(found, marked_rows(copy.patient)), "part2")
    if copy.basis != DisclosureBasis.PATIENT:
        withhold_tables(found, (*copy.kinds, "identity"))
    return found
