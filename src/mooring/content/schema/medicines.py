"""The list of medicines and allergens that matter to a dose: names, classes of our own, and the facts they carry.

The list is not a formulary: a name that is missing is classified by a clinician, since unknown may not pass. A site
adds items of its own under `MOORING_CONTENT` (its formulary, or a code system that it has a licence for).
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from mooring.content.schema.base import Code, Item, Key, Strict, Words


class MedicineClass(Strict):
    """A class of medicines: the fact that one of it makes true, and what else is asked about it.

    `yardstick`: the daily dose is asked for in the equivalent of this substance. `last_taken`: so is the last time,
    and `taken_sets` is the fact that holds it where a rule counts from it.
    """

    code: Code
    title: Words
    sets: Key | None = None
    yardstick: Literal["", "morphine", "lorazepam"] = ""
    last_taken: bool = False
    taken_sets: Key | None = None


class ListedMedicine(Strict):
    """A substance: its classes, other names, and common brand names of the US, the UK and the EU."""

    name: Words
    classes: tuple[Code, ...]
    also: tuple[Words, ...] = ()
    brands: tuple[Words, ...] = ()


class ListedAllergen(Strict):
    """A substance to which an allergy matters here; `sets` is the fact that it makes true."""

    code: Code
    name: Words
    also: tuple[Words, ...] = ()
    sets: Key | None = None


class MedicineList(Item):
    """Classes, medicines and allergens; several lists in force are read as one."""

    classes: tuple[MedicineClass, ...] = ()
    medicines: tuple[ListedMedicine, ...] = ()
    allergens: tuple[ListedAllergen, ...] = ()

    @model_validator(mode="after")
    def _each_name_once(self) -> MedicineList:
        codes = [each.code for each in self.classes] + [each.code for each in self.allergens]
        names = [name.casefold() for each in self.medicines for name in (each.name, *each.also, *each.brands)]
        for found in (codes, names):
            if twice := sorted({each for each in found if found.count(each) > 1}):
                raise ValueError(f"given twice: {', '.join(twice)}")
        return self
