"""The registry of models. A model is one file; its id is the file's name."""

from importlib import import_module

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.model import Model

IDS = (
    "mooring_racemic",
    "simons_2022",
    "perez_ruixo_2021",
    "fanta_otto_2021",
    "domino_1984",
    "clements_1981",
    "hijazi_2003",
    "herd_2007",
    "flint_2017",
)


def models() -> tuple[str, ...]:
    """The ids of all models."""
    return IDS


def model(id: str) -> Model:
    """The model called `id`. Raises `PharmacologyError` that lists the ids."""
    if id not in IDS:
        raise PharmacologyError(f"there is no model {id!r}; there are {', '.join(IDS)}")
    found: Model = import_module(f"mooring.pharmacology.models.{id}").MODEL
    return found
