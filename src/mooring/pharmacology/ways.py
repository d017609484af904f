"""Which way a dose goes: its route or compartment, and the enantiomer that it holds."""

import numpy as np
import numpy.typing as npt

from mooring.pharmacology import events
from mooring.pharmacology.errors import EventError, PharmacologyError
from mooring.pharmacology.events import Events
from mooring.pharmacology.model import Input, Model, Route

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
    compartment = name.removeprefix("cmt:")
    if compartment.isdigit() and 1 <= int(compartment) <= len(model.compartments):
        compartment = model.compartments[int(compartment) - 1]
    if compartment not in model.compartments:
        known = ", ".join(model.compartments)
        raise PharmacologyError(f"{model.id} has no compartment {compartment!r}; it has {known}")
    straight = (Input(compartment, lambda p, d: 1.0),)
    return Route(name, straight, lambda p, d: 1.0, "the event table", "D", infusible=True)


def share_s(model: Model, drug: str) -> float:
    """The share of S in what is given; the model's own drug where the dose does not say."""
    if drug and drug != model.drug and model.drug != "ketamine":
        raise PharmacologyError(f"{model.id} is a model of {model.drug}; it cannot be given {drug}")
    return SHARE_S[drug or model.drug]


def check_ways(model: Model, table: Events) -> None:
    """Whether `model` can take every dose of the table. Raises `EventError` naming row and column."""
    rows = np.flatnonzero(events.one_of(table.evid, (1, 4)))
    if not len(rows):
        return
    doses = table.take(rows)
    kind, kinds = kinds_of(doses)
    timed = (doses.rate_mg_per_h > 0) | (doses.dur_h > 0)
    for number, (name, drug) in enumerate(kinds):
        mine = rows[kind == number]
        if not len(mine):
            continue
        column = "cmt" if name.startswith("cmt:") else "route"
        try:
            route = route_of(model, name)
            column = "drug"
            share_s(model, drug)
        except PharmacologyError as refused:
            raise EventError(f"row {mine[0] + 1}, column {column!r}: {refused}") from None
        if not route.infusible and (over := rows[(kind == number) & timed]).size:
            column = "dur" if table.dur_h[over[0]] > 0 else "rate"
            says = f"route {name!r} cannot be given over a time; its absorption is the model's"
            raise EventError(f"row {over[0] + 1}, column {column!r}: {says}")
