"""Which consent texts a patient needs, and whether they have signed them as they read now."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.digests import digest_of
from mooring.care.consents.models import Consent
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import NextStep, TimelineEntry, newest, read_once
from mooring.care.screening.queries import where_for
from mooring.content.pack import Pack
from mooring.content.schema.texts import ConsentText as Text
from mooring.identity.models import Person
from mooring.identity.packs import pack_in_force, parsed
from mooring.identity.roles import Permission
from mooring.rules.screening import Setting
from mooring.rules.verdict import Refused

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class ConsentStatus:
    """One text for one patient: the consent that is valid, or None while it still has to be signed."""

    text: Text
    consent: Consent | None
    earlier: Consent | None = None
    """The newest consent to another wording of the same text, if any: it has to be signed again."""


@dataclass(frozen=True)
class CurrentConsent:
    """All texts that are needed, each with its status for the patient."""

    statuses: tuple[ConsentStatus, ...]

    @property
    def current(self) -> bool:
        """Every text is signed as it reads now. Without any text nothing can be agreed to: False."""
        return bool(self.statuses) and all(status.consent for status in self.statuses)

    @property
    def missing(self) -> tuple[Text, ...]:
        return tuple(status.text for status in self.statuses if status.consent is None)


def text_digest(text: Text) -> str:
    """Hex SHA-256 of the words of a text: its title and sections, with their questions and choices."""
    return digest_of(
        {
            "title": text.title,
            "language": text.language,
            "sections": [section.model_dump(mode="json") for section in text.sections],
        }
    )


def texts_in_force(pack: Pack, on: date, language: str) -> tuple[Text, ...]:
    """The texts of a day in a patient's language, else in English where a text lacks that language."""
    texts = pack.consents.in_force(on)
    in_language = tuple(text for text in texts if text.language == language)
    return in_language or tuple(text for text in texts if text.language == FALLBACK_LANGUAGE)


def texts_needed(pack: Pack, on: date, language: str, where: Setting) -> tuple[Text, ...]:
    """The texts that this product, route and setting ask for."""
    asked = (where.product, where.route, where.setting)
    return tuple(
        text
        for text in texts_in_force(pack, on, language)
        if all(
            own in ("", "any", wanted)
            for own, wanted in zip((text.product, text.route, text.setting), asked, strict=True)
        )
    )


def current_consent(patient: Patient, pack: Pack, *, on: date, where: Setting) -> CurrentConsent:
    """The status of every text that this treatment needs under this pack, on this day."""
    return _statuses(patient, texts_needed(pack, on, patient.person.language, where))


def all_consents(patient: Patient, pack: Pack, *, on: date) -> CurrentConsent:
    """The status of every text of the pack."""
    return _statuses(patient, texts_in_force(pack, on, patient.person.language))


def _statuses(patient: Patient, texts: tuple[Text, ...]) -> CurrentConsent:
    valid = list(
        Consent.objects.filter(patient__in=patient.records, withdrawn_at__isnull=True)
        .select_related("taken_by")
        .order_by("-signed_at", "-id")
    )
    return CurrentConsent(tuple(_status(text, valid) for text in texts))


def _status(text: Text, valid: list[Consent]) -> ConsentStatus:
    digest = text_digest(text)
    same_words = (each for each in valid if each.text_digest == digest and each.text == text.key)
    same_text = (each for each in valid if each.text.split("@")[0] == text.id and each.text_digest != digest)
    return ConsentStatus(text=text, consent=next(same_words, None), earlier=next(same_text, None))


def consents_of(patient: Patient) -> list[Consent]:
    """All consents of a patient, newest first."""
    found = Consent.objects.filter(patient__in=patient.records).select_related("taken_by", "withdrawn_to")
    return list(found.order_by("-signed_at", "-id"))


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """Consents signed and withdrawn, each with the text and the colleague who was there."""
    if not may_on(person, patient, Permission.CONSENTS_READ):
        return []
    entries = []
    for consent in read_once(patient, consents_of):
        entries.append(
            TimelineEntry(consent.signed_at, _("Consent signed"), f"{consent.text}, {consent.taken_by}")
        )
        if consent.withdrawn_at:
            meta = f"{consent.text}, {consent.withdrawn_to}"
            entries.append(TimelineEntry(consent.withdrawn_at, _("Consent withdrawn"), meta))
    return newest(entries, most)


def next_step_of(person: Person, patient: Patient, at: datetime) -> NextStep | None:
    """Consent still to be signed, once nothing else stands before it; None when all of it is signed."""
    if not may_on(person, patient, Permission.CONSENTS_READ):
        return None
    try:
        pack = pack_in_force(patient.site)
    except Refused:
        return None
    wanted = current_consent(patient, pack, on=patient.site.today(at), where=where_for(patient))
    if wanted.current:
        return None
    return NextStep(
        _("Consent is not signed yet."), _("Open consents"), reverse("consents", args=[patient.pk])
    )


def agreed_to(patient: Patient, code: str) -> bool | None:
    """What the patient chose in the newest valid consent that leaves a choice on a section (such as `touch`).

    None where no valid consent asks. A consent's choice is the one place of this fact: what is agreed before a
    dose may ask for less, never for more.
    """
    valid = Consent.objects.filter(patient__in=patient.records, withdrawn_at__isnull=True)
    joined = valid.select_related("pack").defer("pack__body")
    for consent in joined.order_by("-signed_at", "-id"):
        for section in parsed(consent.pack).consents[consent.text].sections:
            if section.code == code and section.choice:
                choice: bool | None = consent.choices.get(section.code)
                return choice
    return None
