"""Which consent texts are asked for, and whether a patient has signed them as they read now."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.digests import digest_of
from mooring.care.consents.models import Consent
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient
from mooring.care.patients.timeline import NextStep, TimelineEntry, newest
from mooring.care.screening.queries import setting_of
from mooring.content.pack import Pack
from mooring.content.schema.texts import Consent as Text
from mooring.identity.models import Person
from mooring.identity.packs import pack_in_force
from mooring.identity.roles import Permission
from mooring.rules.screening import Setting
from mooring.rules.verdict import Refused

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class Standing:
    """How a patient stands to one text: the consent that counts, or None when it is still to be asked."""

    text: Text
    consent: Consent | None
    earlier: Consent | None = None
    """The newest consent to another wording of the same text, if any: the patient is asked again."""


@dataclass(frozen=True)
class CurrentConsent:
    """All texts that are asked for, each with how the patient stands to it."""

    standings: tuple[Standing, ...]

    @property
    def current(self) -> bool:
        """Every text is signed as it reads now. Without any text nothing can be agreed to: False."""
        return bool(self.standings) and all(each.consent for each in self.standings)

    @property
    def missing(self) -> tuple[Text, ...]:
        return tuple(each.text for each in self.standings if each.consent is None)


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
    found = pack.consents.in_force(on)
    spoken = tuple(text for text in found if text.language == language)
    return spoken or tuple(text for text in found if text.language == FALLBACK_LANGUAGE)


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
    """How the patient stands to every text that this treatment asks for under this pack, on this day."""
    return _standings(patient, texts_needed(pack, on, patient.person.language, where))


def all_consents(patient: Patient, pack: Pack, *, on: date) -> CurrentConsent:
    """How the patient stands to every text of the pack."""
    return _standings(patient, texts_in_force(pack, on, patient.person.language))


def taken_back_since(patient: Patient, since: datetime) -> Consent | None:
    """A consent that was taken back at or after a moment and whose words were not signed again."""
    standing = Consent.objects.filter(patient=patient, withdrawn_at__isnull=True).values("text_digest")
    return (
        Consent.objects.filter(patient=patient, withdrawn_at__gte=since)
        .exclude(text_digest__in=standing)
        .order_by("-withdrawn_at")
        .first()
    )


def _standings(patient: Patient, texts: tuple[Text, ...]) -> CurrentConsent:
    given = list(
        Consent.objects.filter(patient=patient, withdrawn_at__isnull=True)
        .select_related("taken_by")
        .order_by("-signed_at", "-id")
    )
    return CurrentConsent(tuple(_standing(text, given) for text in texts))


def _standing(text: Text, given: list[Consent]) -> Standing:
    digest = text_digest(text)
    same_words = (each for each in given if each.text_digest == digest and each.text == text.key)
    same_text = (each for each in given if each.text.split("@")[0] == text.id and each.text_digest != digest)
    return Standing(text=text, consent=next(same_words, None), earlier=next(same_text, None))


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """Consents signed and withdrawn, each with the text and the colleague who was there."""
    if not may_on(person, patient, Permission.CONSENTS_READ):
        return []
    consents = Consent.objects.filter(patient=patient).select_related("taken_by", "withdrawn_to")
    entries = []
    for consent in consents:
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
    wanted = current_consent(patient, pack, on=patient.site.today(at), where=setting_of(patient.site))
    if wanted.current:
        return None
    return NextStep(
        _("Consent is not signed yet."), _("Open consents"), reverse("consents", args=[patient.pk])
    )
