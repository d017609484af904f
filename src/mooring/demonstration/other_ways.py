"""Three treatments that are no infusion: esketamine from enrolment, an injection, lozenges at home with a chaperone.

Each is told once, by the rooms' own acts; the dose at home is going on. Everything is made up.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from mooring.care.patients.models import Patient, SupportPerson
from mooring.care.safety import actions as safety
from mooring.care.sessions import actions
from mooring.care.sessions.models import ChaperoneConsole, Session
from mooring.care.sessions.queries import chart_of, knowledge_of
from mooring.care.treatments.actions import (
    make_ready,
    record_readiness,
    sign_ceiling,
    sign_order,
    write_preparation,
)
from mooring.care.treatments.actions.home import HomePlan, arrange_home, dispense, record_visit
from mooring.care.treatments.gate import asked_again, read_gate
from mooring.care.treatments.models import Cycle, Touch
from mooring.care.treatments.queries import DoseChoice, asked_on_the_day, compute_order, escorts_of
from mooring.content.orderable import needs_ceiling
from mooring.demonstration.dosing import ASKED, LEAVING, minutes
from mooring.demonstration.staff import HOME, QUAY, Staff
from mooring.demonstration.stories import cycles_of, eligible
from mooring.demonstration.telling import Character, Teller
from mooring.identity.models import Site
from mooring.identity.packs import parsed, signed_pack_in_force
from mooring.rules.doses.parts import DosePart, not_before
from mooring.rules.rems_programme import Acknowledgment, Attestation
from mooring.rules.session_entry import EntryKind

FIELDS: Mapping[str, dict[str, Any]] = {
    "device": {"lot": "26C081", "use_by": "2027-08-31"},
    "injection": {"site": "deltoid", "side": "left", "lot": "K50-77"},
    "unit": {"lot": "LZ-1107"},
}
SIGNS = {"systolic_mmhg": 128, "diastolic_mmhg": 80, "heart_rate_per_min": 72, "spo2_percent": 98}
CEILING_MG = Decimal(400)


def tell_other_ways(staff: Staff, now: datetime) -> None:
    """Each story at its site; a protocol without a printed ceiling gets the director's first."""
    quay, home = staff.sites[QUAY], staff.sites[HOME]
    stories: tuple[tuple[Site, str, str, str, dict[str, Any], str], ...] = (
        (quay, "IN-ESK-TRD", "Ilse Fontaine", "they/them", {}, "ESKETAMINE-DEVICE-28@1"),
        (
            quay,
            "IM-KAP",
            "Pavel Novak",
            "he/him",
            {"concentration_mg_per_ml": Decimal(50), "sites": 2},
            "KETAMINE-50@1",
        ),
        (
            home,
            "SL-HOME-4",
            "Tala Whitlock",
            "she/her",
            {"mg_each": Decimal(100), "hold_min": 10, "afterwards": "spit"},
            "KETAMINE-LOZENGE@1",
        ),
    )
    for number, (site, protocol, name, pronouns, chosen, product) in enumerate(stories):
        who = Character(
            legal_name=name,
            chosen_name="",
            pronouns=pronouns,
            birth_date=date(1984, 3, 7 + number),
            phone=f"+1 503 555 016{number}",
            email=f"{name.lower().replace(' ', '.')}@mail.example",
        )
        OtherWay(Teller(staff, site, now, who, protocol), chosen, product).tell()


class OtherWay:
    """One treatment of any shape, to a dose of yesterday, or at home to one that is going on."""

    def __init__(self, teller: Teller, chosen: Mapping[str, Any], product: str) -> None:
        self.teller, self.chosen, self.product = teller, chosen, product
        knowledge = parsed(signed_pack_in_force(teller.site))
        self.protocol = knowledge.protocols.find(teller.protocol_id, teller.site.today(teller.now))
        self.at_home = self.protocol.setting == "at-home"
        self.start = teller.now - minutes(22) if self.at_home else teller.at(-1, 10, 30)

    def tell(self) -> None:
        cycle = self.planned()
        self.prepared(cycle)
        session = self.started(cycle)
        ended_at = self.given(session)
        if self.at_home:
            return
        self.left(session, ended_at)

    def planned(self) -> Cycle:
        teller, days = self.teller, 9
        if needs_ceiling(self.protocol):
            director = teller.staff.people["Amara Nwosu"]
            sign_ceiling(
                site=teller.site,
                protocol=self.protocol.id,
                most_mg=CEILING_MG,
                reason="What the team is trained for.",
                by=director,
                at=teller.at(-60, 9),
            )
        screening = eligible(teller, days)
        teller.consent(screening.patient, teller.at(3 - days, 10))
        first_on = teller.site.today(self.start)
        draft = teller.draft(screening, first_on, teller.at(3 - days, 15))
        treatment = teller.sign(draft, teller.at(3 - days, 16, 30))
        if self.protocol.product == "esketamine":
            self.enrolled(treatment.patient)
        return cycles_of(treatment)[0]

    def enrolled(self, patient: Patient) -> None:
        """The setting certified by its representative, the patient enrolled and verified on the day."""
        teller = self.teller
        self.certified()
        first, *_middle, last = patient.person.legal_name.split()
        enrolment = safety.enrol_patient(
            patient=patient,
            form=safety.EnrolmentForm(
                first_name=first,
                last_name=last,
                address="14 Ferry Lane, Portland",
                phone=patient.person.phone,
                prescriber_phone=teller.site.phone,
                acknowledged=list(Acknowledgment),
                patient_signed_name=patient.person.legal_name,
            ),
            by=teller.prescriber,
            at=teller.at(-5, 11),
        )
        safety.move_enrolment(
            enrolment=enrolment,
            to="enrolled",
            on=teller.at(-4, 9).date(),
            reference="PE-20118",
            by=teller.coordinator,
            at=teller.at(-4, 9),
        )
        safety.verify_enrolment(
            enrolment=enrolment, enrolled=True, how="online", by=teller.monitor, at=self.start - minutes(55)
        )

    def certified(self) -> None:
        """The setting's form signed by its representative and confirmed by the programme."""
        teller, director = self.teller, self.teller.staff.people["Amara Nwosu"]
        form = safety.CertificationForm(
            kind="outpatient",
            setting_name=teller.site.name,
            address="1 Elm Quay, Portland",
            phone=teller.site.phone,
            supply=["pharmacy"],
            representative_credential="MD",
            representative_contact="amara.nwosu@elmquay.example",
            attested=list(Attestation),
        )
        signed = safety.certify_site(site=teller.site, form=form, by=director, at=teller.at(-90, 9))
        safety.confirm_certification(
            certification=signed,
            certified_on=teller.at(-85, 9).date(),
            confirmation="RC-40771",
            by=director,
            at=teller.at(-85, 9),
        )

    def prepared(self, cycle: Cycle) -> None:
        teller, patient = self.teller, cycle.treatment.patient
        write_preparation(
            cycle=cycle,
            intention="To meet what comes with more patience.",
            calming_plan="Slow breath out; music softer.",
            touch=Touch.HAND,
            call_shown=True,
            was=None,
            by=teller.therapist,
            at=self.start - timedelta(hours=18),
        )
        teller.weigh(patient, self.start - minutes(70))
        if self.at_home:
            self.arranged(cycle, patient)
        self.asked(cycle, patient)
        ready = make_ready(cycle=cycle, by=teller.monitor, at=self.start - minutes(40))
        amount = Decimal(300) if self.at_home else self.protocol.dose.start
        choice = DoseChoice(amount, self.product, self.chosen)
        shown = compute_order(cycle=ready, choice=choice, at=self.start - minutes(30)).shown
        sign_order(
            cycle=ready,
            choice=choice,
            shown=shown,
            reason="",
            by=teller.prescriber,
            at=self.start - minutes(30),
        )

    def asked(self, cycle: Cycle, patient: Patient) -> None:
        """Everything that this way of giving asks on the day."""
        teller = self.teller
        at = self.start - minutes(50)
        known = {
            **ASKED,
            "last_food": (at - timedelta(hours=9)).isoformat(),
            "last_drink": (at - timedelta(hours=3)).isoformat(),
            "nasal_spray_last_hour": "no",
            "home_person_here": "yes",
        }
        pack = parsed(signed_pack_in_force(teller.site))
        asked = {each.datum.key for each in asked_on_the_day(cycle, pack, teller.site.today(at))}
        asked |= {each.datum.key for each in asked_again(read_gate(cycle, at))}
        record_readiness(
            cycle=cycle,
            values={key: known[key] for key in asked if key in known},
            escort=escorts_of(patient).first(),
            by=teller.monitor,
            at=at,
        )

    def arranged(self, cycle: Cycle, patient: Patient) -> None:
        """Seen by the prescriber, dispensed, and the chaperone confirmed live today."""
        teller, at = self.teller, self.start - minutes(60)
        record_visit(
            patient=patient,
            way="video",
            words="Suited for a dose at home; knows what to do.",
            by=teller.prescriber,
            at=teller.at(-3, 11),
        )
        chaperone = SupportPerson.objects.get(patient=patient)
        plan = HomePlan(
            responsible=teller.prescriber,
            address="27 Alder Row, flat 3, Portland",
            finding="Second floor, bell “Whitlock”",
            emergency_number="911",
            emergency_service="Harbour General, Pier Street",
            chaperone=chaperone,
            confirmed_live=True,
            video_link="https://video.example/elm-quay-home",
        )
        arrange_home(cycle=cycle, plan=plan, by=teller.monitor, at=at)
        dispense(
            treatment=cycle.treatment,
            doses=2,
            units=6,
            on=teller.site.today(teller.at(-2, 9)),
            lot="LZ-1107",
            storage_told=True,
            by=teller.prescriber,
            at=at,
        )

    def started(self, cycle: Cycle) -> Session:
        teller, start = self.teller, self.start
        session = actions.open_session(cycle=cycle, by=teller.monitor, at=start - minutes(20))
        self.observe(session, start - minutes(15))
        if self.at_home:
            console, _code = actions.make_console(session=session, by=teller.monitor, at=start - minutes(12))
            actions.pair_console(console=console, by=console.person, at=start - minutes(10))
        for person, before in ((teller.monitor, 6), (teller.second, 5)):
            actions.enter_reading(
                session=session,
                reading=session.order.ordered.form.read_back.value,
                key=uuid4(),
                by=person,
                at=start - minutes(before),
            )
        first = session.order.ordered.parts[0]
        actions.start_dosing(
            session=session,
            happened_at=start,
            key=uuid4(),
            by=teller.monitor,
            at=start,
            part=FIELDS[first.kind],
        )
        return session

    def given(self, session: Session) -> datetime:
        """Every part after the first, each after its rest; at home the chaperone has answered once."""
        at = self.start
        for part in session.order.ordered.parts[1:]:
            at = not_before(part, chart_of(session, at).state.parts_given) or at + minutes(1)
            self.give(session, part, at)
        ended_at = max(at + minutes(1), self.start + minutes(session.order.ordered.form.planned_min))
        actions.end_dosing(
            session=session, happened_at=ended_at, key=uuid4(), by=self.teller.monitor, at=ended_at
        )
        if self.at_home:
            console = ChaperoneConsole.objects.get(session=session)
            actions.attest(
                console=console,
                answers="normal",
                happened_at=self.start + minutes(14),
                key=uuid4(),
                by=console.person,
                at=self.start + minutes(14),
            )
        return ended_at

    def give(self, session: Session, part: DosePart, at: datetime) -> None:
        actions.give_part(
            session=session,
            facts={"number": part.number, **FIELDS[part.kind]},
            happened_at=at,
            key=uuid4(),
            by=self.teller.monitor,
            at=at,
        )

    def observe(self, session: Session, at: datetime) -> None:
        planned = {datum.key for datum in knowledge_of(session).signs}
        signs = {**SIGNS, "respiratory_rate_per_min": 14, "moaas": 5}
        actions.write_entry(
            session=session,
            kind=EntryKind.VITALS,
            facts={key: value for key, value in signs.items() if key in planned},
            happened_at=at,
            key=uuid4(),
            by=self.teller.monitor,
            at=at,
        )

    def left(self, session: Session, ended_at: datetime) -> None:
        """Observed as planned, one mild effect in the register, discharged after two hours, signed off."""
        teller, last = self.teller, self.start + minutes(124)
        asked = {datum.key for datum in knowledge_of(session).discharge_data}
        for minute in (20, 40, 60, 90, 106, 122):
            at = self.start + minutes(minute)
            self.observe(session, at)
            if minute == 40:
                self.nauseous(session, at)
            if minute >= 90:
                actions.write_entry(
                    session=session,
                    kind=EntryKind.DISCHARGE_CHECK,
                    facts={key: value for key, value in LEAVING.items() if key in asked},
                    happened_at=max(at, ended_at),
                    key=uuid4(),
                    by=teller.monitor,
                    at=max(at, ended_at),
                )
        actions.discharge(session=session, overrides={}, second=None, key=uuid4(), by=teller.monitor, at=last)
        actions.sign_off(session=session, key=uuid4(), by=teller.prescriber, at=last + minutes(20))

    def nauseous(self, session: Session, at: datetime) -> None:
        line = actions.write_entry(
            session=session,
            kind=EntryKind.SYMPTOM,
            facts={"code": "nausea", "severity": 1},
            happened_at=at,
            key=uuid4(),
            by=self.teller.monitor,
            at=at,
        )
        safety.record_event(
            patient=session.patient,
            event=safety.NewEvent(
                term="AE-NAUSEA@1",
                onset_at=line.at,
                grade=1,
                found_in="session",
                cycle=session.cycle,
                entry_key=line.key,
            ),
            by=self.teller.monitor,
            at=at,
        )
