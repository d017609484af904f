"""What the classic sets share: ketamine alone in two or three compartments, given intravenously."""

from mooring.pharmacology.constants import NG_PER_ML_PER_MG_PER_L
from mooring.pharmacology.model import Flow, Input, Output, Route
from mooring.pharmacology.parameters import Grade

COMPARTMENTS = ("central", "peripheral_1", "peripheral_2")


def mammillary(peripherals: int) -> tuple[Flow, ...]:
    """Flows of a mammillary model in volumes V1, V2, V3 and clearances CL, Q2, Q3."""
    flows = [Flow("central", None, lambda p: p.CL / p.V1)]
    if peripherals >= 1:
        flows.append(Flow("central", "peripheral_1", lambda p: p.Q2 / p.V1))
        flows.append(Flow("peripheral_1", "central", lambda p: p.Q2 / p.V2))
    if peripherals == 2:
        flows.append(Flow("central", "peripheral_2", lambda p: p.Q3 / p.V1))
        flows.append(Flow("peripheral_2", "central", lambda p: p.Q3 / p.V3))
    return tuple(flows)


def micro_constants(peripherals: int) -> tuple[Flow, ...]:
    """The same in rate constants per minute, as the older papers print them."""
    flows = [Flow("central", None, lambda p: 60 * p.k10)]
    if peripherals >= 1:
        flows.append(Flow("central", "peripheral_1", lambda p: 60 * p.k12))
        flows.append(Flow("peripheral_1", "central", lambda p: 60 * p.k21))
    if peripherals == 2:
        flows.append(Flow("central", "peripheral_2", lambda p: 60 * p.k13))
        flows.append(Flow("peripheral_2", "central", lambda p: 60 * p.k31))
    return tuple(flows)


def plasma(name: str, grade: Grade, note: str = "") -> Output:
    """Concentration in the central compartment of volume V1."""
    return Output(name, (("central", lambda p: NG_PER_ML_PER_MG_PER_L / p.V1),), grade, note)


def intravenous(source: str, grade: Grade) -> Route:
    return Route("iv", (Input("central", lambda p, d: 1.0),), lambda p, d: 1.0, source, grade, infusible=True)
