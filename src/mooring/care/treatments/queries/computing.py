"""A dose order as it comes out of what a prescriber chose and the weight of the day, before anybody signs it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from mooring.care.observations.models import Observation, ObservationKind
from mooring.care.observations.queries import change_limits, newest, standing_values
from mooring.care.patients.models import Patient
from mooring.care.treatments.models import Ceiling, Cycle, DoseOrder, Treatment
from mooring.care.treatments.queries.reading import last_given, protocol_of, weight_on
from mooring.content.pack import Pack
from mooring.content.schema.presentations import Presentation, Pump
from mooring.content.schema.protocols import ProtocolTemplate
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.rules import change, dose_limits
from mooring.rules.body import body_of
from mooring.rules.doses.basis import Basis, WeightUsed
from mooring.rules.doses.ordered import OrderedDose, computed
from mooring.rules.verdict import Refused, Verdict
from mooring.sentences.findings import spoken
from mooring.sentences.times import day_words
from mooring.words.numbers import percentage, with_unit


@dataclass(frozen=True)
class DoseChoice:
    """What a prescriber decides about today's dose; everything else is computed.

    `amount` is in mg per what the protocol says, `presentation` is `id@version`, `chosen` what the shape asks besides
    (`SHAPES[shape].chosen`), `weight_used` which weight a dose per kilogram is counted from.
    """

    amount: Decimal
    presentation: str
    chosen: Mapping[str, Any]
    weight_used: WeightUsed = WeightUsed.ACTUAL


@dataclass(frozen=True)
class UnusualChange:
    """That this dose, or the weight under it, differs much from the last one: it is typed again, with a reason."""

    dose: DoseOrder | None
    weight: Observation | None


@dataclass(frozen=True)
class Computed:
    """An order as it comes out, before anybody signs it; no `weight` where the dose is not counted from one."""

    weight: Observation | None
    presentation: Presentation | None
    order: OrderedDose
    verdict: Verdict
    unusual: UnusualChange | None

    @property
    def shown(self) -> str:
        """The figures in one line, by which signer and server know that they mean the same order."""
        figures = json.dumps([str(self.order.mg), self.order.data()], sort_keys=True)
        weight = self.weight.pk if self.weight else 0
        return f"{weight}|{self.order.mg}|{hashlib.sha256(figures.encode()).hexdigest()[:16]}"


def compute_order(*, cycle: Cycle, choice: DoseChoice, at: datetime) -> Computed:
    """The order for a cycle at one moment, with the verdict of the protocol's limits; nothing is stored.

    Raises `Refused` without a signed pack, without a weight that the site's policy lets carry a dose where the dose
    is counted from it, and for amounts that are not above 0.
    """
    treatment = cycle.treatment
    site = treatment.patient.site
    pack, today, protocol = pack_in_force(site), site.today(at), protocol_of(treatment)
    measured, weight = _weight(cycle, protocol, at)
    basis = _basis(treatment.patient, protocol, choice, measured)
    drawn_from, pump = pack.presentations.get(choice.presentation), pump_of(pack, site, at)
    try:
        order = computed(
            basis, choice.chosen, protocol=protocol, presentation=drawn_from, pump=pump, on=today
        )
    except (ValueError, ArithmeticError) as error:
        raise Refused(_("Dose, strength and duration must be above 0.")) from error
    verdict = dose_limits.check(
        order,
        protocol,
        weight,
        drawn_from,
        pump,
        ceiling_mg=treatment.limit_mg,
        treated=treated_of(treatment, at),
    )
    return Computed(measured, drawn_from, order, spoken(verdict), _unusual(cycle, measured, order, at))


def treated_of(treatment: Treatment, at: datetime) -> dose_limits.Treated:
    """Age and law of the patient, and whether this treatment gave no dose yet."""
    patient = treatment.patient
    return dose_limits.Treated(
        age=patient.age_on(patient.site.today(at)),
        jurisdiction=patient.site.jurisdiction,
        first=not Cycle.objects.filter(treatment=treatment, administered=True).exists(),
    )


def _weight(
    cycle: Cycle, protocol: ProtocolTemplate, at: datetime
) -> tuple[Observation | None, dose_limits.Weight | None]:
    """The weight that may carry the dose, with its day and how long the policy lets it."""
    if protocol.dose.per == "session":
        return None, None
    site, dated = cycle.treatment.patient.site, weight_on(cycle.treatment.patient, at)
    if dated.observation is None:
        raise Refused(_("No weight is recorded. Weigh the patient first."))
    if not dated.fresh:
        raise Refused(
            _(
                "The weight is {age_days} days old; the site allows {fresh_days}. Weigh the patient again."
            ).format(age_days=dated.age_days, fresh_days=dated.fresh_days)
        )
    measured = dated.observation
    return measured, dose_limits.Weight(measured.value, site.today(measured.at), dated.fresh_days)


def _basis(
    patient: Patient, protocol: ProtocolTemplate, choice: DoseChoice, measured: Observation | None
) -> Basis:
    if measured is None:
        return Basis(protocol.dose.per, choice.amount)
    kg = weights_of(patient, measured).get(choice.weight_used)
    if kg is None:
        raise Refused(
            _("Ideal and adjusted weight need a height and the sex at birth. Measure the height first.")
        )
    return Basis(protocol.dose.per, choice.amount, kg, choice.weight_used)


def weights_of(patient: Patient, measured: Observation) -> dict[WeightUsed, Decimal]:
    """The weights that a dose can be counted from: the measured one, and where height and sex are known the others."""
    found = {WeightUsed.ACTUAL: measured.value}
    height = newest(patient, ObservationKind.HEIGHT, until=measured.at)
    height = height or newest(patient, ObservationKind.HEIGHT)
    if height is None:
        return found
    body = body_of(float(measured.value), float(height.value), patient.sex_at_birth)
    for used, kg in ((WeightUsed.IDEAL, body.ideal_kg), (WeightUsed.ADJUSTED, body.adjusted_kg)):
        if kg is not None:
            found[used] = Decimal(str(round(kg, 1)))
    return found


def ceiling_of(site: Site, protocol: ProtocolTemplate) -> Decimal | None:
    """The ceiling that the site's medical director signed last for this protocol."""
    signed_last = Ceiling.objects.filter(site=site, protocol=protocol.id).order_by("-id").first()
    return signed_last.most_mg if signed_last else None


def pump_of(pack: Pack, site: Site, at: datetime) -> Pump | None:
    """The pump of the pack in force; where a site signs its own, the one that came last."""
    found = pack.pumps.in_force(site.today(at))
    return found[-1] if found else None


def presentations_for(pack: Pack, cycle: Cycle, at: datetime) -> tuple[Presentation, ...]:
    """What can be given in this cycle: each presentation of its product that is given by its route."""
    protocol, on = protocol_of(cycle.treatment), cycle.treatment.patient.site.today(at)
    return tuple(
        presentation
        for presentation in pack.presentations.in_force(on)
        if (presentation.product, presentation.salt_basis) == (protocol.product, protocol.salt_basis)
        and presentation.use_by(protocol.route) is not None
    )


def unusual_words(computed: Computed) -> list[str]:
    """What differs much from the last time, one sentence each, with the last value and its day."""
    found: list[str] = []
    unusual = computed.unusual
    if unusual is None:
        return found
    if unusual.dose is not None:
        found.append(
            _("{dose} differs by {share} from the last dose ({last} on {day}).").format(
                dose=with_unit(computed.order.mg, "mg"),
                share=percentage(abs(float(change.changed_by(computed.order.mg, unusual.dose.dose_mg)))),
                last=with_unit(unusual.dose.dose_mg, "mg"),
                day=day_words(unusual.dose.signed_at),
            )
        )
    if unusual.weight is not None and computed.weight is not None:
        found.append(
            _("The weight of {weight} differs by {share} from the one before ({last} on {day}).").format(
                weight=with_unit(computed.weight.value, "kg"),
                share=percentage(abs(float(change.changed_by(computed.weight.value, unusual.weight.value)))),
                last=with_unit(unusual.weight.value, "kg"),
                day=day_words(unusual.weight.at),
            )
        )
    return found


def _unusual(
    cycle: Cycle, weight: Observation | None, order: OrderedDose, at: datetime
) -> UnusualChange | None:
    """A dose that differs much from the last one of the same drug and route, or a weight from the one before."""
    limits = change_limits(cycle.treatment.patient.site, at)
    last, dose, other = last_given(cycle.treatment.patient, before=cycle), None, None
    if last and (last[1].drug, last[1].route) == (order.product, order.route):
        steps = protocol_of(cycle.treatment).dose.choices
        known_step = order.mg in steps and last[1].dose_mg in steps
        if not known_step and change.differs(order.mg, last[1].dose_mg, limits.of("dose_mg")):
            dose = last[1]
    if weight is not None:
        earlier = standing_values(weight.patient, ObservationKind.WEIGHT).filter(at__lt=weight.at).first()
        unlike = earlier is not None and change.differs(weight.value, earlier.value, limits.of("weight_kg"))
        other = earlier if unlike else None
    return UnusualChange(dose, other) if dose or other else None
