"""What every answer carries, and what makes a model this one and no other."""

from hashlib import sha256

import numpy as np

from mooring.pharmacology.linear_system import system
from mooring.pharmacology.model import Array, Given, Model, PeopleArrays
from mooring.pharmacology.population import individual

DISCLAIMER = "A model's typical answer, for teaching and research; it gives no dosing advice."
# Changes when the same inputs come to mean other numbers; a store of another version is not taken up.
VERSION = "3"
PROBES_MG = (1.0, 28.0, 90.0)


def probe_people(model: Model) -> PeopleArrays:
    """Made-up people in whom every covariate differs, so that a changed covariate shows."""
    weight, age, female = (
        np.ravel(each)
        for each in np.meshgrid(
            [9.0, 47.0, 70.0, 131.0], [3.0, 41.0, 83.0], [0.0, 1.0, np.nan], indexing="ij"
        )
    )
    count = np.arange(len(weight))
    other: dict[str, Array] = {
        name: np.asarray(10.0 + 37.0 * ((count + place) % 7), float)
        for place, name in enumerate(model.own_covariates)
    }
    asian, japanese = (count % 3 > 0).astype(float), (count % 3 > 1).astype(float)
    arrays = (weight, age, female, asian, japanese, (count % 2).astype(float))
    return PeopleArrays(
        *arrays,
        other,
        (count % 4).astype(float),
        ((count // 2) % 4).astype(float),
        (count % 5 > 3).astype(float),
    )


def identity(model: Model) -> str:
    """A digest of all that a model answers with: coefficients, flows, outputs, routes and covariates.

    Formulas are functions, so they are known by what they answer: the system and every route's inputs, in
    people in whom every covariate differs, with every coefficient off its typical value.
    """
    people = probe_people(model)
    count = len(people.weight_kg)
    effects = {
        each.symbol: 0.03 * np.sin(np.arange(count) + place) * (each.value if each.domain == "real" else 1.0)
        for place, each in enumerate(model.coefficients)
    }
    with np.errstate(all="ignore"):
        values = individual(model, people, effects)
        built = system(model, values, shape=(count,), outputs=model.outputs)
        digest = sha256(repr((model.id, model.version, VERSION, model.table(), model.covariances)).encode())
        digest.update(
            repr([(each.omega2, each.added_sd, each.occasion_omega2) for each in model.coefficients]).encode()
        )
        digest.update(repr((built.states, built.outputs)).encode())
        digest.update(built.A.tobytes() + built.H.tobytes())
        amounts = {name: 3.0 + index for index, name in enumerate(model.compartments)}
        for flow in model.saturable:
            moved = flow.amount_per_h({**vars(values), **amounts})
            digest.update(f"{flow.source} {flow.target}".encode() + np.asarray(moved, float).tobytes())
        for name, formula in model.initial:
            digest.update(name.encode() + np.asarray(formula(values), float).tobytes())
        for route in model.routes_table:
            for each in route.inputs:
                digest.update(f"{route.name} {each.into} {route.infusible}".encode())
                for mg in PROBES_MG:
                    given = Given(np.full(count, mg), np.full(count, 0.4 * mg), 0.3)
                    times = (each.over_h, each.lag_h, each.rate_mg_per_h)
                    shares = [each.fraction(values, given), 1.0 if each.part is None else each.part(given)]
                    shares += [np.nan if formula is None else formula(values) for formula in times]
                    for share in shares:
                        digest.update(np.broadcast_to(np.asarray(share, float), (count,)).tobytes())
    return digest.hexdigest()
