"""The parts of a patient's story, told through the rooms' own acts.

Everything here is made up: names, answers, pressures, scores. Nothing is advice.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from mooring.audit.recording import VISITOR
from mooring.care.consents.actions import sign_consent
from mooring.care.consents.queries import texts_needed
from mooring.care.measures.actions import ask_measure, fill_measure
from mooring.care.measures.models import Asked
from mooring.care.observations.actions import record_observation, tell_no_allergy
from mooring.care.observations.models import Observation
from mooring.care.patients.actions import add_support_person
from mooring.care.patients.models import Patient, SupportPerson
from mooring.care.referrals.actions import book_call, join_lead, receive_interest
from mooring.care.referrals.models import Lead
from mooring.care.screening.actions import answer_screening, decide_screening, send_screening, settle_fact
from mooring.care.screening.models import Screening
from mooring.care.screening.queries import mark_of, questions_of, verdict_of
from mooring.care.treatments.actions import Intended, draft_treatment, sign_treatment
from mooring.care.treatments.models import Treatment
from mooring.demonstration.staff import Staff
from mooring.identity.models import Person, Site
from mooring.identity.packs import parsed, signed_pack_in_force
from mooring.identity.roles import Role
from mooring.rules.screening import Setting
from mooring.work.models import TaskLink

PROTOCOL, INSTRUMENT = "IV-STD-6", "PHQ-9"


@dataclass(frozen=True)
class Character:
    """Who a story is about: a made-up person, with what a dose needs to know."""

    legal_name: str
    chosen_name: str
    pronouns: str
    birth_date: date
    phone: str
    email: str
    about: str = "I have been low for a long time and would like to know whether this could help."
    weight_kg: str = "72.0"
    scores: tuple[int, ...] = (19, 15, 11, 8, 6, 4)


def device_key(who: Character, number: int) -> UUID:
    """The `number`-th key that a device made in somebody's story."""
    return uuid5(NAMESPACE_URL, f"{who.legal_name}/{number}")


class Teller:
    """Tells one story at one site, relative to `now`; each part returns what the next one needs."""

    def __init__(
        self, staff: Staff, site: Site, now: datetime, who: Character, protocol_id: str = PROTOCOL
    ) -> None:
        self.staff, self.site, self.now, self.who, self.protocol_id = staff, site, now, who, protocol_id
        self.keys_used = 0
        self.coordinator = staff.holder(Role.COORDINATOR, site)
        self.prescriber = staff.holder(Role.PRESCRIBER, site)
        self.monitor = staff.holder(Role.MONITOR, site)
        self.second = next(
            each
            for each in (staff.people["Leila Haddad"], staff.holder(Role.MEDICAL_DIRECTOR, site))
            if each != self.monitor
        )
        self.therapist = staff.holder(Role.THERAPIST, site)
        self.facilitator = staff.holder(Role.FACILITATOR, site)

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A moment of the site's clock, so many days from today."""
        day = self.site.today(self.now) + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), self.site.zone)

    def key(self) -> UUID:
        """The next key of a device, always the same for the same story."""
        self.keys_used += 1
        return device_key(self.who, self.keys_used)

    def interest(self, at: datetime) -> Lead:
        lead = Lead(
            site=self.site,
            legal_name=self.who.legal_name,
            chosen_name=self.who.chosen_name,
            pronouns=self.who.pronouns,
            birth_date=self.who.birth_date,
            phone=self.who.phone,
            email=self.who.email,
            prefers="phone",
            about=self.who.about,
        )
        return receive_interest(lead=lead, by=VISITOR, at=at)

    def call(self, lead: Lead, call_at: datetime, at: datetime) -> Lead:
        return book_call(lead=lead, call_at=call_at, seen=lead.since, by=self.coordinator, at=at)

    def join(self, lead: Lead, at: datetime) -> Patient:
        joined = join_lead(
            lead=lead,
            call_note="We spoke for twenty minutes. Wants to continue.",
            team=self.team(),
            seen=lead.since,
            by=self.coordinator,
            at=at,
        )
        if joined.patient is None:
            raise LookupError("who joins becomes a patient")
        return joined.patient

    def team(self) -> tuple[tuple[Person, str], ...]:
        return (
            (self.therapist, Role.THERAPIST),
            (self.facilitator, Role.FACILITATOR),
            (self.prescriber, Role.PRESCRIBER),
        )

    def screen(self, patient: Patient, at: datetime) -> Screening:
        """The questions of the way in which it is to be given; for infusions those of every way."""
        where = None
        if self.protocol_id != PROTOCOL:
            protocol = parsed(signed_pack_in_force(self.site)).protocols.find(
                self.protocol_id, self.site.today(at)
            )
            where = Setting(protocol.product, protocol.route, self.site.jurisdiction, protocol.setting)
        return send_screening(patient=patient, by=self.coordinator, at=at, where=where)

    def answer(self, screening: Screening, at: datetime, **yes: str) -> Screening:
        """The patient answers every question with no, except those that are named."""
        told = {rule.question.about: "no" for rule in questions_of(screening) if rule.question} | yes
        link = TaskLink.objects.get(kind="screening", about=f"care_screening.screening:{screening.pk}")
        return answer_screening(
            screening=screening,
            answers=told,
            revision=screening.revision,
            link=link,
            by=screening.patient.person,
            at=at,
        )

    def measure_pressure(self, patient: Patient, upper: int, lower: int, at: datetime) -> None:
        seen = Observation(patient=patient, kind="blood-pressure", value=upper, second=lower, at=at)
        record_observation(observation=seen, by=self.monitor, at=at)

    def weigh(self, patient: Patient, at: datetime) -> None:
        seen = Observation(patient=patient, kind="weight", value=Decimal(self.who.weight_kg), at=at)
        record_observation(observation=seen, by=self.monitor, at=at)

    def first_visit(self, patient: Patient, at: datetime) -> None:
        """Weight, pressure, allergies and who takes them home, recorded when somebody first comes in."""
        self.measure_pressure(patient, 124, 78, at)
        self.weigh(patient, at + timedelta(minutes=4))
        tell_no_allergy(patient=patient, by=self.monitor, at=at + timedelta(minutes=8))
        sister = SupportPerson(
            patient=patient, name="Ada Winter", relation="sister", phone="+1 503 555 0138", escorts=True
        )
        add_support_person(support=sister, by=self.monitor, at=at + timedelta(minutes=10))

    def settle(self, screening: Screening, key: str, value: str, at: datetime) -> None:
        settle_fact(screening=screening, key=key, value=value, by=self.prescriber, at=at)

    def decide(
        self, screening: Screening, decision: str, at: datetime, told: str, conditions: str = ""
    ) -> Screening:
        """The prescriber asks what no form asks, finds nothing in it, and decides."""
        for key in verdict_of(screening, at).missing:
            self.settle(screening, key, "no", at - timedelta(minutes=5))
        return decide_screening(
            screening=screening,
            decision=decision,
            conditions=conditions,
            told=told,
            seen=mark_of(screening, at),
            by=self.prescriber,
            at=at,
        )

    def consent(self, patient: Patient, at: datetime) -> None:
        """Every text that has to be signed here, signed in the room."""
        pack = signed_pack_in_force(self.site)
        knowledge, today = parsed(pack), self.site.today(at)
        protocol = knowledge.protocols.find(self.protocol_id, today)
        where = Setting(protocol.product, protocol.route, self.site.jurisdiction, protocol.setting)
        for text in texts_needed(knowledge, today, patient.person.language, where):
            sign_consent(
                patient=patient,
                pack=pack,
                text=text,
                signed_name=patient.person.legal_name,
                understood={each.code: True for each in text.sections if each.teach_back},
                choices={each.code: each.code == "touch" for each in text.sections if each.choice},
                by=self.therapist,
                at=at,
            )

    def draft(self, screening: Screening, first_on: date, at: datetime) -> Treatment:
        pack = parsed(signed_pack_in_force(self.site))
        today = self.site.today(at)
        protocol = pack.protocols.find(self.protocol_id, today)
        intended = Intended(
            protocol=protocol.key,
            indication=protocol.indications[0],
            measure=pack.instruments.find(INSTRUMENT, today).key,
            doses=protocol.spacing.cycles,
            amount=protocol.dose.start,
            duration_min=int(protocol.duration.usual_min) if protocol.duration else None,
            first_on=first_on,
        )
        return draft_treatment(screening=screening, intended=intended, by=self.prescriber, at=at)

    def sign(self, treatment: Treatment, at: datetime) -> Treatment:
        return sign_treatment(treatment=treatment, by=self.prescriber, at=at)

    def ask(self, patient: Patient, at: datetime, *, in_clinic: bool = False) -> Asked:
        return ask_measure(
            patient=patient,
            instrument=INSTRUMENT,
            due_at=at + timedelta(hours=20),
            in_clinic=in_clinic,
            by=self.coordinator,
            at=at,
        )

    def fill(self, asked: Asked, score: int, at: datetime) -> None:
        """Fill the questionnaire in the clinic with answers that come to `score`; the ninth stays at none."""
        fill_measure(
            asked=asked,
            answers=answers_for(score),
            revision=asked.revision,
            link=None,
            by=self.therapist,
            at=at,
        )


def answers_for(score: int) -> dict[str, float]:
    """Nine answers that add up to `score` (0 to 24), spread evenly over the first eight."""
    each, left = divmod(score, 8)
    return {f"q{item}": float(each + (item <= left)) for item in range(1, 9)} | {"q9": 0.0}
