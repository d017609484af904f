"""Marks, consents and disclosures of a patient, and the accounting that each law gives them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.audit.recording import reference
from mooring.care.disclosures.models import Disclosure, DisclosureConsent, Part2Mark
from mooring.care.patients.models import Patient
from mooring.content.schema.privacy import ConsentStatements, PrivacyRule, Scope
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.identity.queries import policy_in_force
from mooring.rules.disclosure import accounted, window_start
from mooring.rules.verdict import Refused
from mooring.sentences.times import full_day_words

ROOMS = "care_"
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


def kinds_of_record() -> list[tuple[str, str]]:
    """Every kind of record that a disclosure may hold: one for each room of care that keeps something of a patient."""
    labels = [config.label for config in apps.get_app_configs() if config.label.startswith(ROOMS)]
    return [(label, kind_words(label)) for label in labels if any(apps.get_app_config(label).get_models())]


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


def is_marked(row: object) -> bool:
    return Part2Mark.objects.filter(row=reference(row)).exists()  # type: ignore[arg-type]


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


def disclosures_of(patient: Patient) -> list[Disclosure]:
    """Every disclosure of a person's records, newest first."""
    found = Disclosure.objects.filter(patient__in=patient.records)
    return list(found.select_related("by", "consent", "patient__site").order_by("-at", "-pk"))


@dataclass(frozen=True)
class Accounted:
    """One law's accounting: the rule, from which day, and what it counts."""

    rule: PrivacyRule
    since: date
    disclosures: tuple[Disclosure, ...]


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
