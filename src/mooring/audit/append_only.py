"""Tables that only grow: the database itself refuses to change or delete a row.

`@append_only` marks a model. `guards.py` makes the triggers that refuse, and looks at every start whether they
stand.
"""

from typing import TypeVar

from django.apps import apps
from django.db import models

M = TypeVar("M", bound=type[models.Model])
_labels: set[str] = set()
_measured: set[str] = set()


def append_only(model: M) -> M:
    """Mark a model whose rows are never changed or deleted."""
    _labels.add(model._meta.label_lower)
    return model


def measured_by_device(model: M) -> M:
    """Mark an append-only model whose rows come from a device, many a minute: no act of a person names them.

    The guards in the database hold them; `audit verify` speaks of what a person confirmed from them.
    """
    _measured.add(model._meta.label_lower)
    return append_only(model)


def named_labels() -> frozenset[str]:
    """`app.model` of every append-only table whose rows stand in the event of the act that wrote them."""
    return frozenset(_labels - _measured)


def labels() -> frozenset[str]:
    """`app.model` of every append-only table."""
    return frozenset(_labels)


def tables() -> list[str]:
    """The names of all append-only tables."""
    return sorted(apps.get_model(label)._meta.db_table for label in _labels)
