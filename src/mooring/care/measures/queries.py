"""Reads over questionnaires: the instrument that was asked, the baseline of an item, who answers a concern."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mooring.care.measures.models import Asked, AskedState, Concern, Filled
from mooring.care.patients.access import may_on
from mooring.care.patients.models import Patient, Sex
from mooring.care.patients.timeline import TimelineEntry, read_once
from mooring.content.pack import Pack
from mooring.content.schema.instruments import Instrument
from mooring.identity.models import Person, SignedPack, Site
from mooring.identity.packs import pack_in_force, parsed
from mooring.identity.queries import on_duty
from mooring.identity.roles import Permission, Role
from mooring.rules.scoring import BadAnswer, Score, band_of_total, score, skipped_by, watched
from mooring.rules.verdict import Refused
from mooring.sentences.findings import words_of
from mooring.words.numbers import number_range, plain_number
from mooring.work.models import Task
from mooring.work.queries import open_tasks_about

Answers = dict[str, float]
BANDS_OF = {Sex.FEMALE: "women", Sex.MALE: "men"}
TASK_KIND = 40
ANSWERING = (Role.PRESCRIBER, Role.MEDICAL_DIRECTOR, Role.THERAPIST)


def instruments_to_ask(pack: Pack, site: Site, at: datetime) -> list[Instrument]:
    """What a patient can be asked: instruments in force whose wording may be shown."""
    return [each for each in pack.instruments.in_force(site.today(at)) if patient_answers(each)]


def patient_answers(instrument: Instrument) -> bool:
    """Whether the patient answers it on a page of ours; what may not be shown is entered by a clinician."""
    return instrument.respondent == "patient" and _can_be_shown(instrument)


def instruments_to_enter(site: Site, at: datetime) -> list[Instrument]:
    """What a clinician can enter: every instrument in force that has items and a total."""
    pack = pack_in_force(site)
    return [each for each in pack.instruments.in_force(site.today(at)) if each.items and each.scales]


def instruments_of_a_plan(site: Site, at: datetime) -> dict[str, Instrument]:
    """By id, what the patient can be asked or a clinician can rate. `Refused` without a signed pack."""
    asked = instruments_to_ask(pack_in_force(site), site, at)
    return {each.id: each for each in (*asked, *instruments_to_enter(site, at))}


def open_asked(patient: Patient, instrument: str) -> Asked | None:
    """The questionnaire of this instrument (`id`, any version) that waits for the patient's answers."""
    return Asked.objects.filter(
        patient__in=patient.records, instrument__startswith=f"{instrument}@", state=AskedState.OPEN
    ).first()


def rating_kind(instrument: str) -> str:
    """The kind of the task that a clinician's rating of this instrument closes."""
    return f"rate-{instrument.lower()}"[:TASK_KIND]


def rated(
    instrument: Instrument, patient: Patient, answers: Answers, total: Decimal | None
) -> tuple[Decimal | None, str]:
    """Total and band of a rating; `Refused` where items are missing, or contradict each other or the total."""
    group = BANDS_OF.get(Sex(patient.sex_at_birth), "")
    contradicting = [code for code in sorted(skipped_by(instrument, answers)) if answers.get(code)]
    if contradicting:
        items = ", ".join(contradicting)
        raise Refused(
            _("{items} are not asked after the other answers. Check all of them.").format(items=items)
        )
    if total is None:
        try:
            result = score(instrument, answers, of=group)
        except BadAnswer as bad:
            raise Refused(words_of(bad.message)) from bad
        if not result.complete:
            missing = ", ".join(result.missing)
            raise Refused(_("Not entered yet: {items}.").format(items=missing))
        return (None if result.total is None else Decimal(str(result.total))), result.band
    scale = instrument.total
    if not scale.least <= total <= scale.most:
        span = number_range(scale.least, scale.most)
        raise Refused(_("The total of {short} lies in {span}.").format(short=instrument.short, span=span))
    if unwatched := [watch.item for watch in instrument.watch if watch.item not in answers]:
        items = ", ".join(dict.fromkeys(unwatched))
        raise Refused(
            _("Enter these items with the total, since they may be urgent: {items}.").format(items=items)
        )
    return total, band_of_total(instrument, float(total), of=group)


def asks_for_assessment(concern: Concern) -> bool:
    """Whether the answer is about suicide, so that a structured assessment closes it."""
    watches = instrument_of(concern.asked).watch
    return any(watch.item == concern.item and watch.name.startswith("suicidal") for watch in watches)


def _can_be_shown(instrument: Instrument) -> bool:
    """Its wording may be shown, and every item has words and answers to choose from."""
    return (
        instrument.licence.may_ship_text
        and bool(instrument.items)
        and all(item.text and instrument.answers_of(item) for item in instrument.items)
    )


def instrument_named(site: Site, key: str) -> Instrument:
    """The instrument stored as `id@version`, from the newest of the site's signed packs that holds it.

    `KeyError` when no signed pack does: a version, once published, is never changed.
    """
    current = pack_in_force(site).instruments
    if key in current:
        return current[key]
    for signed in SignedPack.objects.filter(site=site).order_by("-signed_at", "-id"):
        earlier = parsed(signed).instruments
        if key in earlier:
            return earlier[key]
    raise KeyError(f"no signed pack of {site} holds {key}")


def instrument_of(asked: Asked) -> Instrument:
    """What was asked, in the wording of its own version."""
    return instrument_named(asked.patient.site, asked.instrument)


def score_of(asked: Asked, answers: Answers) -> Score:
    """The score of these answers under the instrument's own version."""
    group = BANDS_OF.get(Sex(asked.patient.sex_at_birth), "")
    return score(instrument_of(asked), answers, of=group)


def filled_by(patient: Patient, instrument: str) -> "QuerySet[Filled]":
    """Every filled questionnaire of this instrument (`id`, any version), newest first."""
    found = Filled.objects.filter(patient__in=patient.records, instrument__startswith=f"{instrument}@")
    return found.select_related("by", "asked").order_by("-filled_at", "-pk")


def baseline_of(asked: Asked, item: str) -> float | None:
    """What the patient answered to this item the last time; None when it was never filled."""
    last = filled_by(asked.patient, asked.instrument.partition("@")[0]).first()
    value = last.answers.get(item) if last else None
    return None if value is None else float(value)


@dataclass(frozen=True)
class Raised:
    """Urgent response, beside what it was the last time."""

    item: str
    value: int
    baseline: int | None
    says: str
    asks: str

    @property
    def urgent(self) -> bool:
        """New, or higher than the last time; unchanged or lower is listed, not paged."""
        return self.baseline is None or self.baseline == 0 or self.value > self.baseline


def raised_by(asked: Asked, answers: Answers) -> list[Raised]:
    """The watched items of a draft or a whole set, however incomplete it is."""
    found = []
    for each in watched(instrument_of(asked), answers):
        before = baseline_of(asked, each.item)
        baseline = None if before is None else int(before)
        found.append(Raised(each.item, int(each.value), baseline, each.says, each.asks))
    return found


def who_answers(site: Site, at: datetime) -> list[Person]:
    """Who is on duty to answer a concern, in the order in which they are asked; nobody: an empty list."""
    found = [person for role in ANSWERING for person in on_duty(site, role, at)]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Told:
    """What the patient's page says about a concern: who was told, and by when they answer."""

    concern: Concern
    owner: Person | None

    @property
    def answered(self) -> bool:
        return self.concern.answered_at is not None


def told_about(asked: Asked) -> list[Told]:
    """The concerns that this questionnaire raised, each with who has it now."""
    found = []
    for concern in Concern.objects.filter(asked=asked).select_related("owner").order_by("pk"):
        task: Task | None = open_tasks_about(concern, "concern").first()
        found.append(Told(concern, task.owner if task else concern.owner))
    return found


def total_in_words(filled: Filled) -> str:
    """`14, moderate`, or the bare total where the instrument has no bands."""
    if filled.total is None:
        return _("not scored")
    total = plain_number(filled.total)
    return f"{total}, {filled.band}" if filled.band else total


def filled_of(patient: Patient) -> list[Filled]:
    """Every questionnaire that the patient filled, newest first."""
    return list(Filled.objects.filter(patient__in=patient.records).order_by("-filled_at", "-pk"))


def open_concerns_of(patient: Patient) -> list[Concern]:
    """Answers that still wait for a person's response, urgent ones first."""
    return list(
        Concern.objects.filter(patient__in=patient.records, answered_at__isnull=True).order_by(
            "-urgent", "pk"
        )
    )


def timeline_of(person: Person, patient: Patient, most: int) -> list[TimelineEntry]:
    """Questionnaires filled, with their totals."""
    if not may_on(person, patient, Permission.MEASURES_READ):
        return []
    return [
        TimelineEntry(filled.filled_at, f"{filled.instrument.partition('@')[0]}: {total_in_words(filled)}")
        for filled in read_once(patient, filled_of)[:most]
    ]
