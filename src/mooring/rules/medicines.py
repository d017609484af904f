"""What a name on the list of medicines or allergies means: recognised in free text, searched as one types, and read
into the facts that rules look at.

A name is recognised by whole words, in any case, wherever it stands: "Tranylcypromine 10 mg bd" is tranylcypromine,
"ketamine, anaphylaxis" is ketamine. What is not recognised is unclassified, and unknown may not pass: the fact
`medicines_unclassified` is yes until a clinician classifies it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from mooring.content.pack import Pack
from mooring.content.schema.medicines import ListedAllergen, ListedMedicine, MedicineClass
from mooring.rules.verdict import Fact, Standing

T = TypeVar("T")
YARDSTICKS = {"morphine": "morphine_mg_per_day", "lorazepam": "lorazepam_mg_per_day"}
SHOWN = 12


@dataclass(frozen=True)
class TakenMedicine:
    """A medicine that a patient takes now: `classes` is None until somebody has classified it."""

    name: str
    classes: tuple[str, ...] | None
    equivalent_mg: Decimal | None = None
    by: str = ""
    last_taken_at: datetime | None = None


@dataclass(frozen=True)
class KnownAllergy:
    """An allergy that stands: `code` is None until somebody has classified it, "" where it concerns no product."""

    substance: str
    code: str | None
    by: str = ""


@dataclass(frozen=True)
class Match:
    """A name of the list, and the substance that it belongs to."""

    name: str
    medicine: ListedMedicine


class Formulary:
    """The lists in force, read as one and indexed by folded name."""

    def __init__(self, pack: Pack, on: date) -> None:
        lists = pack.medicines.in_force(on)
        self.classes: Mapping[str, MedicineClass] = {
            each.code: each for item in lists for each in item.classes
        }
        self.allergens: Mapping[str, ListedAllergen] = {
            each.code: each for item in lists for each in item.allergens
        }
        self._names = {
            folded(name): Match(name, medicine)
            for item in lists
            for medicine in item.medicines
            for name in (*medicine.brands, *medicine.also, medicine.name)
        }
        self._allergen_names = {
            folded(name): allergen
            for allergen in self.allergens.values()
            for name in (allergen.name, *allergen.also)
        }

    def medicine_in(self, text: str) -> ListedMedicine | None:
        """The one medicine that a text names; None where it names none, or two different ones."""
        found = {match.medicine.name: match.medicine for match in _named_in(text, self._names)}
        return next(iter(found.values())) if len(found) == 1 else None

    def allergen_in(self, text: str) -> ListedAllergen | None:
        """The allergen that a text names; of several the first that a rule looks at."""
        found = sorted(_named_in(text, self._allergen_names), key=lambda allergen: allergen.sets is None)
        return found[0] if found else None

    def search(self, text: str) -> list[Match]:
        """Names for what has been typed so far: those that begin with it first, then those that hold it."""
        typed = folded(text)
        if len(typed) < 2:
            return []
        holding = [match for name, match in self._names.items() if typed in name]
        holding.sort(key=lambda match: (not folded(match.name).startswith(typed), folded(match.name)))
        return holding[:SHOWN]

    def search_allergens(self, text: str) -> list[ListedAllergen]:
        """Allergens whose name, or another name of them, holds what has been typed so far."""
        typed = folded(text)
        if len(typed) < 2:
            return []
        found = {each.code: each for name, each in self._allergen_names.items() if typed in name}
        return list(found.values())[:SHOWN]


@functools.lru_cache(maxsize=16)
def formulary(pack: Pack, on: date) -> Formulary:
    """The lists of a pack that are in force on a day; the same pack and day are read once."""
    return Formulary(pack, on)


def folded(text: str) -> str:
    """Without accents, capitals and signs: `St John's wort` is `st john s wort`."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) not in ("Mn", "Cf")
    )
    return re.sub(r"[^0-9a-z]+", " ", plain.casefold()).strip()


def _named_in(text: str, names: Mapping[str, T]) -> list[T]:
    """What the whole words of a text name; a longer name hides the shorter ones inside it."""
    words, found, at = folded(text).split(), [], 0
    while at < len(words):
        for length in range(min(8, len(words) - at), 0, -1):
            name = " ".join(words[at : at + length])
            if name in names:
                found.append(names[name])
                at += length
                break
        else:
            at += 1
    return found


def facts_from_medicines(
    medicines: Iterable[TakenMedicine], formulary: Formulary, at: datetime
) -> list[Fact]:
    """What the list of medicines says now: one fact a class, the daily equivalents, and what is unclassified.

    The list says only what is taken; that a class is not on it proves nothing and is left to the questions.
    """
    taken = list(medicines)
    unclassified = [each for each in taken if each.classes is None]
    facts = [_fact("medicines_unclassified", "yes" if unclassified else "no", at, unclassified)]
    for key in dict.fromkeys(each.sets for each in formulary.classes.values() if each.sets):
        of_key = [each for each in taken if _sets(each, key, formulary)]
        if of_key:
            facts.append(_fact(str(key), "yes", at, of_key))
    for yardstick, key in YARDSTICKS.items():
        measured = [each for each in taken if _measured_in(each, yardstick, formulary)]
        if measured and all(each.equivalent_mg is not None for each in measured):
            total = sum((each.equivalent_mg or Decimal(0) for each in measured), Decimal(0))
            facts.append(_fact(key, float(total), at, measured))
    return [*facts, *_last_taken(taken, formulary)]


def _last_taken(taken: list[TakenMedicine], formulary: Formulary) -> Iterable[Fact]:
    """When a class was last taken, for the rules that count hours from it; the moment is the value."""
    for medicine in taken:
        for code in medicine.classes or ():
            listed = formulary.classes.get(code)
            if listed is not None and listed.taken_sets and medicine.last_taken_at is not None:
                moment = medicine.last_taken_at
                yield Fact(listed.taken_sets, moment, moment, medicine.by, Standing.CONFIRMED)


def facts_from_allergies(allergies: Iterable[KnownAllergy], formulary: Formulary, at: datetime) -> list[Fact]:
    """What the list of allergies says now; the caller leaves it out where nobody has asked yet."""
    standing = list(allergies)
    unclassified = [each for each in standing if each.code is None]
    facts = [_fact("allergies_unclassified", "yes" if unclassified else "no", at, unclassified)]
    for key in dict.fromkeys(each.sets for each in formulary.allergens.values() if each.sets):
        codes = {code for code, each in formulary.allergens.items() if each.sets == key}
        of_key = [each for each in standing if each.code in codes]
        if of_key:
            facts.append(_fact(str(key), "yes", at, of_key))
    return facts


def _fact(key: str, value: object, at: datetime, sources: Iterable[TakenMedicine | KnownAllergy]) -> Fact:
    by = ", ".join(dict.fromkeys(each.by for each in sources if each.by))
    return Fact(key, value, at, by, Standing.CONFIRMED)


def _sets(medicine: TakenMedicine, key: str | None, formulary: Formulary) -> bool:
    known = [formulary.classes.get(code) for code in medicine.classes or ()]
    return any(each is not None and each.sets == key for each in known)


def _measured_in(medicine: TakenMedicine, yardstick: str, formulary: Formulary) -> bool:
    known = [formulary.classes.get(code) for code in medicine.classes or ()]
    return any(each is not None and each.yardstick == yardstick for each in known)
