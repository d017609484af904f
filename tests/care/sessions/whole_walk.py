"""One dose under any protocol, told through the acts: planned, ordered, double-checked, given, watched, discharged."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from mooring.care.consents.queries import texts_needed
from mooring.care.sessions import actions
from mooring.care.sessions.models import ChaperoneConsole, Session
from mooring.care.sessions.queries import SessionChart, chart_of, knowledge_of
from mooring.care.treatments.actions import (
    Intended,
    draft_treatment,
    make_ready,
    record_readiness,
    sign_ceiling,
    sign_order,
    sign_treatment,
)
from mooring.care.treatments.actions.home import HomePlan, arrange_home, record_visit
from mooring.care.treatments.gate import asked_again, read_gate
from mooring.care.treatments.models import Cycle, DoseOrder
from mooring.care.treatments.queries import DoseChoice, asked_on_the_day, compute_order, where_of
from mooring.content.orderable import needs_ceiling
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.identity.models import SignedPack
from mooring.identity.packs import parsed
from mooring.rules import discharge
from mooring.rules.doses.parts import DosePart, not_before
from mooring.rules.screening import Setting
from mooring.rules.session_entry import EntryKind
from tests.care.consents.signing import signed_consent
from tests.care.safety.rems_rows import enrolled
from tests.care.sessions.rows import ANSWERS, SIGNS
from tests.care.treatments.before_dosing import good_answers, prepared
from tests.care.treatments.rows import decided_screening, escort_of, weight_of
from tests.packs import grant, sign_pack_for
from tests.people import NOW, Cast
from tests.told import told

CLINICAL = ("professional-licence", "acls")
PRESCRIBING = (*CLINICAL, "controlled-drug-registration", "rems-site")
CEILING_MG = Decimal(500)

CHOSEN: dict[str, dict[str, Any]] = {
    "infusion": {"concentration_mg_per_ml": Decimal(1)},
    "injection": {"concentration_mg_per_ml": Decimal(50), "sites": 2},
    "devices": {},
    "sprays": {"mg_each": Decimal(10)},
    "units": {"mg_each": Decimal(50), "hold_min": 10, "afterwards": "spit"},
}
PRODUCT = {
    "infusion": "KETAMINE-50@1",
    "injection": "KETAMINE-50@1",
    "devices": "ESKETAMINE-DEVICE-28@1",
    "sprays": "KETAMINE-NASAL-SPRAY@1",
    "units": "KETAMINE-LOZENGE@1",
}
FIELDS = {
    "device": {"lot": "26C081", "use_by": "2027-08-31"},
    "injection": {"site": "deltoid", "side": "left", "lot": "K50-77"},
    "booster": {"site": "deltoid", "side": "right", "lot": "K50-77"},
    "spray": {"nostril": "left", "lot": "NS-12"},
    "unit": {"lot": "LZ-1107"},
}


@dataclass
class Walk:
    """A clinic that knows the protocol, and one patient on the way through a dose of it."""

    cast: Cast
    protocol_id: str
    amount: Decimal | None = None
    chosen: dict[str, Any] = field(default_factory=dict)
    presentation: str = ""
    reason: str = ""
    prescribing: tuple[str, ...] = PRESCRIBING
    in_rems: bool = True

    def __post_init__(self) -> None:
        cast = self.cast
        grant(cast.prescriber, *self.prescribing)
        grant(cast.therapist, "professional-licence", "ketamine-course")
        for person in (cast.monitor, cast.second_monitor):
            grant(person, *CLINICAL)
        self.pack: SignedPack = sign_pack_for(cast)
        self.protocol: ProtocolTemplate = parsed(self.pack).protocols[f"{self.protocol_id}@1"]
        if needs_ceiling(self.protocol):
            sign_ceiling(
                site=cast.site,
                protocol=self.protocol_id,
                most_mg=CEILING_MG,
                reason="What our team is trained for.",
                by=cast.director,
                at=NOW - timedelta(days=30),
            )

        if self.protocol.product == "esketamine" and self.in_rems:
            enrolled(cast)

    @property
    def shape(self) -> str:
        return self.protocol.given_as.shape if self.protocol.given_as else ""

    @told
    def plan(self) -> Cycle:
        cast, protocol = self.cast, self.protocol
        screening = decided_screening(cast)
        where = Setting(protocol.product, protocol.route, cast.site.jurisdiction, protocol.setting)
        for text in texts_needed(parsed(self.pack), NOW.date(), "en", where):
            signed_consent(cast, self.pack, text=text, signed_name=cast.patient.person.legal_name)
        weight_of(cast)
        intended = Intended(
            protocol=protocol.key,
            indication=protocol.indications[0],
            measure="PHQ-9@1",
            doses=protocol.spacing.cycles,
            amount=self.amount or protocol.dose.start,
            duration_min=protocol.duration.usual_min if protocol.duration else None,
            first_on=NOW.date(),
        )
        draft = draft_treatment(
            screening=screening, intended=intended, by=cast.prescriber, at=NOW - timedelta(hours=3)
        )
        treatment = sign_treatment(treatment=draft, by=cast.prescriber, at=NOW - timedelta(hours=2))
        return Cycle.objects.select_related("treatment__patient__site", "treatment__pack").get(
            treatment=treatment, number=1
        )

    @told
    def ready(self) -> Cycle:
        cast, at = self.cast, NOW - timedelta(minutes=20)
        cycle = self.plan()
        prepared(cast, cycle)
        self.at_home(cycle)
        known = {**good_answers(at), "nasal_spray_last_hour": "no", "home_person_here": "yes"}
        pack, where = parsed(self.pack), where_of(cycle.treatment)
        assert where.route == self.protocol.route
        asked = {each.datum.key for each in asked_on_the_day(cycle, pack, NOW.date())}
        asked |= {each.datum.key for each in asked_again(read_gate(cycle, at))}
        record_readiness(
            cycle=cycle,
            values={key: known[key] for key in asked if key in known},
            escort=escort_of(cast),
            by=cast.monitor,
            at=at,
        )
        return make_ready(cycle=cycle, by=cast.monitor, at=NOW - timedelta(minutes=10))

    @property
    def choice(self) -> DoseChoice:
        minutes = {"duration_min": self.protocol.duration.usual_min} if self.protocol.duration else {}
        return DoseChoice(
            self.amount or self.protocol.dose.start,
            self.presentation or PRODUCT[self.shape],
            {**CHOSEN[self.shape], **minutes, **self.chosen},
        )

    def at_home(self, cycle: Cycle) -> None:
        """Seen by the prescriber, arranged, and the chaperone confirmed live."""
        if self.protocol.setting != "at-home":
            return
        cast, at = self.cast, NOW - timedelta(minutes=40)
        record_visit(patient=cast.patient, way="video", words="Suited for home.", by=cast.prescriber, at=at)
        plan = HomePlan(
            responsible=cast.prescriber,
            address="27 Alder Row, flat 3",
            emergency_number="911",
            chaperone=escort_of(cast),
            confirmed_live=True,
        )
        arrange_home(cycle=cycle, plan=plan, by=cast.monitor, at=at)

    def paired(self, session: Session, at: datetime = NOW) -> ChaperoneConsole | None:
        """The chaperone's phone, paired with the session of a dose at home."""
        if self.protocol.setting != "at-home":
            return None
        console, _code = actions.make_console(session=session, by=self.cast.monitor, at=at)
        actions.pair_console(console=console, by=console.person, at=at)
        return ChaperoneConsole.objects.get(pk=console.pk)

    def order(self, cycle: Cycle) -> DoseOrder:
        at = NOW - timedelta(minutes=5)
        shown = compute_order(cycle=cycle, choice=self.choice, at=at).shown
        return sign_order(
            cycle=cycle, choice=self.choice, shown=shown, reason=self.reason, by=self.cast.prescriber, at=at
        )

    @told
    def opened(self) -> Session:
        cycle = self.ready()
        self.order(cycle)
        session = actions.open_session(cycle=cycle, by=self.cast.monitor, at=NOW)
        self.paired(session)
        self.observe(session, NOW)
        for person in (self.cast.monitor, self.cast.second_monitor):
            actions.enter_reading(
                session=session,
                reading=session.order.ordered.form.read_back.value,
                key=uuid4(),
                by=person,
                at=NOW + timedelta(minutes=1),
            )
        return session

    @told
    def started(self) -> Session:
        session, at = self.opened(), NOW + timedelta(minutes=2)
        parts = session.order.ordered.parts
        actions.start_dosing(
            session=session,
            happened_at=at,
            key=uuid4(),
            by=self.cast.monitor,
            at=at,
            part=FIELDS[parts[0].kind] if parts else None,
        )
        return session

    def give(
        self, session: Session, part: DosePart, at: datetime, *, later: datetime | None = None, **facts: Any
    ) -> None:
        """One part, given `at`, and recorded then or `later`."""
        actions.give_part(
            session=session,
            facts={"number": part.number, **FIELDS[part.kind], **facts},
            happened_at=at,
            key=uuid4(),
            by=self.cast.monitor,
            at=later or at,
        )

    def given(self, session: Session) -> datetime:
        """Every part after the first, each after its rest; when the dose is complete."""
        at = NOW + timedelta(minutes=2)
        for part in session.order.ordered.parts[1:]:
            at = not_before(part, chart_of(session, at).state.parts_given) or at + timedelta(minutes=1)
            self.give(session, part, at)
        minutes = session.order.ordered.form.planned_min
        at = max(at + timedelta(minutes=1), NOW + timedelta(minutes=2 + minutes))
        quantity = session.order.ordered.quantity
        actions.end_dosing(
            session=session,
            given_ml=quantity.ml if self.shape == "infusion" else None,
            happened_at=at,
            key=uuid4(),
            by=self.cast.monitor,
            at=at,
        )
        return at

    def observe(self, session: Session, at: datetime) -> None:
        planned = {datum.key for datum in knowledge_of(session).signs}
        actions.write_entry(
            session=session,
            kind=EntryKind.VITALS,
            facts={key: value for key, value in SIGNS.items() if key in planned},
            sure=list(SIGNS),
            happened_at=at,
            key=uuid4(),
            by=self.cast.monitor,
            at=at,
        )

    def check(self, session: Session, at: datetime) -> None:
        known = {**ANSWERS, "home_person_here": "yes"}
        asked = {datum.key for datum in knowledge_of(session).discharge_data}
        actions.write_entry(
            session=session,
            kind=EntryKind.DISCHARGE_CHECK,
            facts={key: value for key, value in known.items() if key in asked},
            happened_at=at,
            key=uuid4(),
            by=self.cast.monitor,
            at=at,
        )

    def floor(self, session: Session, now: datetime) -> datetime:
        """When the minimum stay of this route is reached."""
        chart = chart_of(session, now)
        earliest = discharge.earliest(chart.knowledge.plan, chart.state.started_at, chart.true_end)
        assert earliest is not None
        return earliest

    def leave(self, session: Session, ended_at: datetime) -> SessionChart:
        """Observed and asked twice, discharged at the floor, signed off."""
        last = max(self.floor(session, ended_at), ended_at + timedelta(minutes=20))
        for before in (17, 1):
            at = last - timedelta(minutes=before)
            self.observe(session, at)
            self.check(session, at)
        actions.discharge(
            session=session, overrides={}, second=None, key=uuid4(), by=self.cast.monitor, at=last
        )
        after = last + timedelta(minutes=10)
        actions.sign_off(session=session, key=uuid4(), by=self.cast.prescriber, at=after)
        return chart_of(session, after)
