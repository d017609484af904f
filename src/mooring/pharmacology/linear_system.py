"""The linear system of some people: A and H from flows, followers and outputs, and which states matter."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mooring.pharmacology.model import Array, Model, Output, Values


@dataclass(frozen=True)
class System:
    """The linear system of one chunk: `A` (subjects, states, states), `H` (subjects, outputs, states).

    Where covariates change in time both have a second axis, of the periods.
    """

    A: Array
    H: Array
    states: tuple[str, ...]
    outputs: tuple[str, ...]
    whole: bool = False


def system(model: Model, values: Values, *, shape: tuple[int, ...], outputs: tuple[str, ...]) -> System:
    """A and H of `model` for these subjects, without the states that no wanted output depends on.

    `shape` is that of the values: (subjects,), or (subjects, periods).
    """
    states = (*model.compartments, *(each.name for each in model.followers))
    at = {name: index for index, name in enumerate(states)}
    A = np.zeros((*shape, len(states), len(states)))
    for flow in model.flows:
        rate = flow.rate_per_h(values)
        A[..., at[flow.source], at[flow.source]] -= rate
        if flow.target is not None:
            share = 1.0 if flow.reaches is None else flow.reaches(values)
            A[..., at[flow.target], at[flow.source]] += rate * share
    rows = {
        each.name: _row(each, values, at, shape) for each in model.responses if _wanted(each, model, outputs)
    }
    for follower in model.followers:
        if follower.of in rows:
            rate = np.broadcast_to(follower.rate_per_h(values), shape)
            A[..., at[follower.name], :] += rate[..., None] * rows[follower.of]
            A[..., at[follower.name], at[follower.name]] -= rate
    H = np.stack([rows[name] for name in outputs], axis=-2)
    everybody = tuple(range(len(shape)))
    keep = _closure((H != 0).any(axis=(*everybody, len(shape))), (A != 0).any(axis=everybody))
    if model.saturable or model.initial:
        return System(A, H, states, outputs, whole=True)
    kept = tuple(name for name, needed in zip(states, keep, strict=True) if needed)
    return System(A[..., keep, :][..., keep], H[..., keep], kept, outputs)


def _row(output: Output, values: Values, at: Mapping[str, int], shape: tuple[int, ...]) -> Array:
    row = np.zeros((*shape, len(at)))
    for state, factor in output.terms:
        row[..., at[state]] += factor(values)
    return row


def _wanted(output: Output, model: Model, outputs: tuple[str, ...]) -> bool:
    """Whether this output is asked for, directly or because an asked one follows it."""
    needed = set(outputs)
    for _ in model.followers:
        states = {state for each in model.responses if each.name in needed for state, _ in each.terms}
        needed |= {each.of for each in model.followers if each.name in states}
    return output.name in needed


def downstream(system: System, dosed: set[str]) -> System:
    """The system without the states that nothing ever enters; `dosed` are the states that doses enter."""
    links = (system.A != 0).any(axis=tuple(range(system.A.ndim - 2))).T
    keep = _closure(np.array([name in dosed for name in system.states]), links)
    if keep.all() or system.whole:
        return system
    states = tuple(name for name, kept in zip(system.states, keep, strict=True) if kept)
    return System(system.A[..., keep, :][..., keep], system.H[..., keep], states, system.outputs)


def _closure(seen: npt.NDArray[np.bool_], links: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """All states that can be reached from `seen` along `links[from, to]`."""
    for _ in range(len(seen)):
        wider = seen | links[seen].any(axis=0)
        if (wider == seen).all():
            break
        seen = wider
    return seen
