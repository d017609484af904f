"""Which way a dose goes: its route or compartment, and the enantiomer that it holds."""

import numpy as np
import numpy.typing as npt

from mooring.pharmacology import events
from mooring.pharmacology.errors import EventError, PharmacologyError
from mooring.pharmacology.events import (
    DOSE,
    MODELLED_DURATION,
    MODELLED_RATE,
    RESET_AND_DOSE,
    Events,
)
from mooring.pharmacology.model import Input, Model, Route
from mooring.pharmacology.parameters import Grade

SHARE_S = {"ketamine": 0.5, "esketamine": 1.0, "arketamine": 0.0}


def kinds_of(rows: Events) -> tuple[npt.NDArray[np.int64], tuple[tuple[str, str], ...]]:
    """For each row the number of its pair of route (or "cmt:…") and drug, and the pairs."""
    a, routes = _numbered(rows.route)
    if "" in routes:
        a, routes = _numbered(np.where(rows.route != "", rows.route, np.char.add("cmt:", rows.cmt)))
    b, drugs = _numbered(rows.drug)
    return a * len(drugs) + b, tuple((one, other) for one in routes for other in drugs)


def _numbered(text: npt.NDArray[np.str_]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """For each row the number of its word, and the words."""
    if events.filled_by_one(text) or (text == text[0]).all():
        return np.broadcast_to(np.int64(0), text.shape), [str(text[0])]
    words = list(dict.fromkeys(text.tolist()))
    numbers = np.zeros(len(text), np.int64)
    for number, word in enumerate(words[1:], start=1):
        numbers[text == word] = number
    return numbers, words


def route_of(model: Model, name: str) -> Route:
    """The route, or what `cmt:…` names: straight into a compartment, by name or by number from 1."""
    if not name.startswith("cmt:"):
        return model.route(name)
    compartment = _compartment(model, name.removeprefix("cmt:"))
    if compartment not in model.compartments:
        known = ", ".join(model.compartments)
        raise PharmacologyError(f"{model.id} has no compartment {compartment!r}; it has {known}")
    straight = (Input(compartment, lambda p, d: 1.0),)
    return Route(name, straight, lambda p, d: 1.0, "the event table", "D", infusible=True)


def _compartment(model: Model, cmt: str) -> str:
    """A compartment by its name, or by its number from 1 in the model's order."""
    if cmt.isdigit() and 1 <= int(cmt) <= len(model.compartments):
        return model.compartments[int(cmt) - 1]
    return cmt


def share_s(model: Model, drug: str) -> float:
    """The share of S in what is given; the model's own drug where the dose does not say."""
    given = drug or model.drug
    if model.drug != "ketamine" and given != model.drug:
        raise PharmacologyError(f"{model.id} is a model of {model.drug}; it cannot be given {given}")
    if model.drug == "ketamine" and given not in SHARE_S:
        raise PharmacologyError(f"{model.id} holds {', '.join(SHARE_S)}; it cannot be given the drug {given}")
    return SHARE_S.get(given, 1.0)


def grade_of(model: Model, output: str, table: Events) -> Grade:
    """The grade of one output after these doses: the weakest of the output and of every way that is used.

    Straight into a compartment is nobody's measured route: D.
    """
    grades: list[Grade] = [model.output(output).grade]
    rows = table.take(np.flatnonzero(events.one_of(table.evid, (DOSE, RESET_AND_DOSE))))
    if len(rows):
        kind, kinds = kinds_of(rows)
        used = {kinds[number][0] for number in np.unique(kind).tolist()}
        grades += [route_of(model, name).grade for name in sorted(used)]
    return max(grades)


def check_ways(model: Model, table: Events) -> None:
    """Whether `model` can take every dose of the table. Raises `EventError` naming row and columns."""
    rows = np.flatnonzero(events.one_of(table.evid, (DOSE, RESET_AND_DOSE)))
    if not len(rows):
        return
    doses = table.take(rows)
    kind, kinds = kinds_of(doses)
    for number, (name, drug) in enumerate(kinds):
        mine = doses.take(np.flatnonzero(kind == number))
        if not len(mine):
            continue
        column = "cmt" if name.startswith("cmt:") else "route"
        try:
            route = route_of(model, name)
            column = "drug"
            share_s(model, drug)
        except PharmacologyError as refused:
            raise EventError(f"row {mine.row[0]}, column {column!r}: {refused}") from None
        _check_times(route, mine)
        _check_compartments(model, route, mine)


def _check_times(route: Route, doses: Events) -> None:
    """A stated time only where the route takes one, a modelled one only where the route has one."""
    own = any(each.over_h is not None or each.rate_mg_per_h is not None for each in route.inputs)
    timed = (doses.rate_mg_per_h > 0) | (doses.dur_h > 0)
    if not route.infusible and timed.any():
        at = int(np.flatnonzero(timed)[0])
        column = "dur" if doses.dur_h[at] > 0 else "rate"
        says = f"route {route.name!r} cannot be given over a time; its absorption is the model's"
        raise EventError(f"row {doses.row[at]}, column {column!r}: {says}")
    modelled = (doses.rate_mg_per_h == MODELLED_RATE) | (doses.rate_mg_per_h == MODELLED_DURATION)
    by_rate = any(each.rate_mg_per_h is not None for each in route.inputs)
    lacking = modelled & ~(own & ((doses.rate_mg_per_h == MODELLED_DURATION) | by_rate))
    if lacking.any():
        at = int(np.flatnonzero(lacking)[0])
        what = "rate" if doses.rate_mg_per_h[at] == MODELLED_RATE else "duration"
        raise EventError(
            f"row {doses.row[at]}, column 'rate': {doses.rate_mg_per_h[at]:g} asks for the model's {what}, "
            f"and {route.name!r} has none; state it in 'dur', or a rate above zero"
        )


def _check_compartments(model: Model, route: Route, doses: Events) -> None:
    """Where a row names a route and a compartment, the compartment is one that the route enters."""
    both = (doses.route != "") & (doses.cmt != "")
    if not both.any():
        return
    entered = {each.into for each in route.inputs}
    for cmt in dict.fromkeys(doses.cmt[both].tolist()):
        at = int(np.flatnonzero(both & (doses.cmt == cmt))[0])
        named = _compartment(model, cmt)
        if named not in entered:
            raise EventError(
                f"row {doses.row[at]}, columns 'route' and 'cmt': contradict each other; route {route.name!r} "
                f"enters {', '.join(sorted(entered))}, not {named}"
            )
