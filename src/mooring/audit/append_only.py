"""Tables that only grow: the database itself refuses to change or delete a row.

`@append_only` marks a model. `guards.py` makes the triggers that refuse, and looks at every start whether they
stand.
"""

from typing import TypeVar

from django.apps import apps
from django.db import models

M = TypeVar("M", bound=type[models.Model])
_labels: set[str] = set()


def append_only(model: M) -> M:
    """Mark a model whose rows are never changed or deleted."""
    _labels.add(model._meta.label_lower)
    return model


def labels() -> frozenset[str]:
    """`app.model` of every append-only table."""
    return frozenset(_labels)


def tables() -> list[str]:
    """The names of all append-only tables."""
    return sorted(apps.get_model(label)._meta.db_table for label in _labels)
