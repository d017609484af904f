"""From doses to what the engine needs: when, for each subject, which state jumps by how much.

At one time the order is that of the table's rows: rates of earlier rows go off, a reset empties, doses enter.
F and lag act on boluses and infusions alike.
"""

from mooring.pharmacology.assembly import assembled
from mooring.pharmacology.doses import Doses, Periods
from mooring.pharmacology.errors import EventError
from mooring.pharmacology.inputs import pulses_of, starting
from mooring.pharmacology.linear_system import System
from mooring.pharmacology.model import Model, Values
from mooring.pharmacology.program import Array, Program
from mooring.pharmacology.steady_state import settled


def compiled(
    model: Model,
    system: System,
    values: Values,
    doses: Doses,
    *,
    until_h: Array | float,
    periods: Periods | None = None,
) -> Program:
    """The program of one chunk. Raises `PharmacologyError` for a route or compartment the model lacks."""
    pulses = [*starting(model, values, doses), *pulses_of(model, values, doses)]
    if (doses.ss > 0).any():
        if model.saturable:
            row = int(doses.row[doses.ss > 0].min())
            raise EventError(
                f"row {row}, column 'ss': {model.id} is not linear; write the doses out (addl, ii)"
            )
        pulses += settled(model, system, values, doses)
    return assembled(system, pulses, doses, until_h=until_h, periods=periods)
