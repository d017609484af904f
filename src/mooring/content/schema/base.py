"""What every item of knowledge carries: id, version, dates, sources with grade, author and checker."""

from __future__ import annotations

import functools
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from mooring.content import trigger
from mooring.content.grades import EvidenceKind, Grade, grade_of
from mooring.content.jurisdictions import within

Id = Annotated[
    str,
    StringConstraints(pattern=r"^([a-z][a-z0-9-]*:)?[A-Z0-9][A-Z0-9-]*$", max_length=60),
    Field(description="Capital letters, figures and hyphens; a site's own items begin with its name and ':'"),
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


def _readable(text: str) -> str:
    trigger.parse(text)
    return text


TriggerText = Annotated[str, AfterValidator(_readable), Field(description="See mooring.content.trigger")]


class Strict(BaseModel):
    """Frozen, and refuses keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Source(Strict):
    """One source of an item: the reference, what kind of evidence it is here, and where in it to look."""

    reference: str
    kind: EvidenceKind
    where: str = ""
    says: str = ""
    against: bool = False


class Graded(Strict):
    """Something that has a grade: what it rests on and its sources."""

    evidence: EvidenceKind
    sources: tuple[Source, ...] = ()
    basis: str = ""

    @functools.cached_property
    def grade(self) -> Grade:
        """A to D, as shown to people."""
        return grade_of(self.evidence, self.sources)

    @functools.cached_property
    def references(self) -> tuple[str, ...]:
        """The ids of the sources."""
        return tuple(source.reference for source in self.sources)

    @model_validator(mode="after")
    def _rests_on_something(self) -> Graded:
        if self.evidence == EvidenceKind.DESIGN_DEFAULT:
            if not (self.basis or self.sources):
                raise ValueError("a design-default says why in `basis`")
        elif not any(source.kind == self.evidence for source in self.sources):
            raise ValueError(f"evidence {self.evidence.value!r} needs a source of that kind")
        return self


class Item(Graded):
    """One version of one piece of knowledge."""

    id: Id
    version: int = Field(ge=1)
    title: Words
    effective_from: date
    effective_until: date | None = None
    author: Words
    checker: Words
    next_review: date
    changed: str = ""

    @property
    def key(self) -> str:
        """`id@version`, as stored with whatever it was applied to."""
        return f"{self.id}@{self.version}"

    def in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)

    @model_validator(mode="after")
    def _dates_and_people(self) -> Item:
        if self.effective_until is not None and self.effective_until < self.effective_from:
            raise ValueError("effective_until lies before effective_from")
        if self.next_review <= self.effective_from:
            raise ValueError("next_review lies before effective_from")
        if self.author.casefold() == self.checker.casefold():
            raise ValueError("the checker must be someone other than the author")
        return self


class Profile(Strict):
    """For whom and where an item holds; an empty list means everywhere."""

    products: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @functools.cached_property
    def everywhere(self) -> bool:
        return not (self.products or self.routes or self.jurisdictions or self.settings)

    def fits(self, product: str, route: str, jurisdiction: str, setting: str) -> bool:
        """Whether the item holds for this product, by this route, there."""
        if self.everywhere:
            return True
        if self.jurisdictions and not within(jurisdiction, self.jurisdictions):
            return False
        pairs = ((self.products, product), (self.routes, route), (self.settings, setting))
        return all(not allowed or wanted in allowed for allowed, wanted in pairs)
