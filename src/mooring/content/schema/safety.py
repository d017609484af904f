"""Adverse events: the list of terms, and which of them a product's label names."""

from __future__ import annotations

from typing import Literal

from mooring.content.schema.base import Code, Item, Strict, Words


class ExpectedUnder(Strict):
    """That a product's label, or its printed table, names the event: then it is expected."""

    product: str
    document: Words
    reference: str
    where: str = ""


class AdverseTerm(Item):
    """One term of the register. `symptoms` and `scripts` are what it is called in a session's log.

    The list is ours, in the manner of MedDRA's preferred terms; a licensed code is typed beside it by who holds one.
    """

    code: Code
    sort: Literal["effect", "incident"] = "effect"
    group: Words
    symptoms: tuple[Code, ...] = ()
    scripts: tuple[str, ...] = ()
    expected: tuple[ExpectedUnder, ...] = ()
