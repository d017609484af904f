"""A dose order as it comes out of the weight of the day and a presentation, before anybody signs it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from mooring.care.observations.models import Observation, ObservationKind
from mooring.care.observations.queries import standing_values
from mooring.care.treatments.models import Cycle, DoseOrder
from mooring.care.treatments.queries.reading import last_given, protocol_of, weight_on
from mooring.content.pack import Pack
from mooring.content.schema.presentations import Presentation, Pump
from mooring.identity.models import Site
from mooring.identity.packs import pack_in_force
from mooring.rules import change, dose_limits
from mooring.rules.verdict import Refused, Verdict
from mooring.sentences.findings import spoken
from mooring.sentences.times import day_words
from mooring.words.numbers import percentage, with_unit


@dataclass(frozen=True)
class UnusualChange:
    """That this dose, or the weight under it, differs much from the last one: it is typed again, with a reason."""

    dose: DoseOrder | None
    weight: Observation | None


@dataclass(frozen=True)
class Computed:
    """An order as it comes out of the weight of the day, before anybody signs it."""

    weight: Observation
    presentation: Presentation | None
    order: dose_limits.OrderedDose
    verdict: Verdict
    unusual: UnusualChange | None

    @property
    def shown(self) -> str:
        """The figures in one line, by which signer and server know that they mean the same order."""
        each = self.order
        return f"{self.weight.pk}|{each.mg}|{each.ml}|{each.rate_ml_per_h}"


def compute_order(
    *,
    cycle: Cycle,
    dose_mg_per_kg: Decimal,
    presentation: str,
    concentration_mg_per_ml: Decimal,
    duration_min: int,
    at: datetime,
) -> Computed:
    """The order for a cycle at one moment, with the verdict of the protocol's limits; nothing is stored.

    `presentation` is `id@version` of what is drawn from. Raises `Refused` without a signed pack, and without a
    weight that the site's policy lets carry a dose.
    """
    treatment = cycle.treatment
    site = treatment.patient.site
    pack, today = pack_in_force(site), site.today(at)
    measured, fresh_days = _weight(cycle, at)
    protocol, pump = protocol_of(treatment), pump_of(pack, site, at)
    drawn_from = pack.presentations.get(presentation)
    comes_to = dose_limits.amounts(
        mg_per_kg=dose_mg_per_kg,
        weight_kg=measured.value,
        concentration_mg_per_ml=concentration_mg_per_ml,
        duration_min=duration_min,
        round_to_mg=protocol.dose.round_to_mg,
        rate_step=pump.step_ml_per_h if pump else dose_limits.RATE_STEP,
    )
    order = dose_limits.OrderedDose(
        product=protocol.product,
        salt_basis=protocol.salt_basis,
        route=protocol.route,
        mg=comes_to.mg,
        ml=comes_to.ml,
        concentration_mg_per_ml=concentration_mg_per_ml,
        on=today,
        mg_per_kg=dose_mg_per_kg,
        duration_min=duration_min,
        rate_ml_per_h=comes_to.rate_ml_per_h,
    )
    weight = dose_limits.Weight(measured.value, site.today(measured.at), fresh_days)
    verdict = dose_limits.check(order, protocol, weight, drawn_from, pump)
    return Computed(measured, drawn_from, order, spoken(verdict), _unusual(cycle, measured, order.mg))


def _weight(cycle: Cycle, at: datetime) -> tuple[Observation, int]:
    """The weight that may carry the dose, and how many days the policy lets it."""
    dated = weight_on(cycle.treatment.patient, at)
    if dated.observation is None:
        raise Refused(_("No weight is recorded. Weigh the patient first."))
    if not dated.fresh:
        raise Refused(
            _(
                "The weight is {age_days} days old; the site allows {fresh_days}. Weigh the patient again."
            ).format(age_days=dated.age_days, fresh_days=dated.fresh_days)
        )
    return dated.observation, dated.fresh_days


def pump_of(pack: Pack, site: Site, at: datetime) -> Pump | None:
    """The pump of the pack in force; where a site signs its own, the one that came last."""
    found = pack.pumps.in_force(site.today(at))
    return found[-1] if found else None


def presentations_for(pack: Pack, cycle: Cycle, at: datetime) -> tuple[tuple[Presentation, Decimal], ...]:
    """What can be drawn for this cycle: each presentation of its product, at each concentration for its route."""
    protocol, on = protocol_of(cycle.treatment), cycle.treatment.patient.site.today(at)
    return tuple(
        (presentation, concentration)
        for presentation in pack.presentations.in_force(on)
        if (presentation.product, presentation.salt_basis) == (protocol.product, protocol.salt_basis)
        for concentration in presentation.concentrations(protocol.route)
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
    if unusual.weight is not None:
        found.append(
            _("The weight of {weight} differs by {share} from the one before ({last} on {day}).").format(
                weight=with_unit(computed.weight.value, "kg"),
                share=percentage(abs(float(change.changed_by(computed.weight.value, unusual.weight.value)))),
                last=with_unit(unusual.weight.value, "kg"),
                day=day_words(unusual.weight.at),
            )
        )
    return found


def _unusual(cycle: Cycle, weight: Observation, mg: Decimal) -> UnusualChange | None:
    last = last_given(cycle.treatment.patient, before=cycle)
    dose = last[1] if last and change.differs(mg, last[1].dose_mg, change.DOSE) else None
    earlier = standing_values(weight.patient, ObservationKind.WEIGHT).filter(at__lt=weight.at).first()
    other = earlier if earlier and change.differs(weight.value, earlier.value, change.WEIGHT) else None
    return UnusualChange(dose, other) if dose or other else None
