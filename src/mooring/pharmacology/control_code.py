"""The abbreviated code of $PK and $ERROR: assignments in their order, as formulas that this library reads.

IF in one line, IF … THEN … ELSEIF … ELSE … ENDIF, comparisons with letters or signs, .AND. and .OR.
Example: "IF (WT.GT.80.AND.SEX.EQ.1) CL = CL*1.2" is CL = where(WT > 80 and SEX == 1, CL*1.2, CL).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.formulas import OfPeople, TextFormula
from mooring.pharmacology.model import USUAL_COVARIATES

PROPERTIES = {"WT": "weight_kg", "AGE": "age_years"}
# Columns of codes under a name that means something else here: SEX is 0 and 1 there, "female" and "male" here.
CODED = tuple(name.upper() for name in USUAL_COVARIATES)
# Columns of the data that say what happens, not who it happens to.
EVENTS = ("ID", "TIME", "AMT", "RATE", "EVID", "MDV", "DV", "ADDL", "II", "SS", "CMT", "L1", "L2", "DATE")
COMPARISONS = {
    "EQ": "==",
    "NE": "!=",
    "GT": ">",
    "GE": ">=",
    "LT": "<",
    "LE": "<=",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
}
FUNCTIONS = {"EXP": "exp", "LOG": "log", "SQRT": "sqrt", "MIN": "min", "MAX": "max"}


@dataclass(frozen=True)
class Line:
    """One assignment: what is worked out, from what; `properties` are the columns of the data that it reads."""

    name: str
    text: TextFormula
    properties: tuple[str, ...]

    @property
    def formula(self) -> OfPeople:
        return OfPeople(self.text, self.properties)


@dataclass
class Branches:
    """An IF block that is open: the conditions of its branches so far, and what each assigns."""

    conditions: list[str]
    assigned: list[set[str]] = field(default_factory=lambda: [set()])
    closed: bool = False  # an ELSE stands

    @property
    def condition(self) -> str:
        """When the branch that is open counts."""
        others = [f"not ({each})" for each in self.conditions[:-1]]
        last = [] if self.closed else [f"({self.conditions[-1]})"]
        return " and ".join((*others, *last))


def assignments(
    statements: Sequence[str], record: str, known: Collection[str], columns: Collection[str]
) -> list[Line]:
    """The assignments of $PK or $ERROR. `known` are names that have a value before the first line."""
    return _Reading(record, set(known), set(columns)).read(statements)


def columns_of(records: Sequence[str]) -> list[str]:
    """The columns of $INPUT by name; "WT=BW" is known by either."""
    return re.findall(r"[A-Z]\w*", " ".join(records).upper())


class _Reading:
    def __init__(self, record: str, names: set[str], columns: set[str]) -> None:
        self.record, self.names, self.columns = record, names, columns
        self.lines: list[Line] = []
        self.open: list[Branches] = []

    def read(self, statements: Sequence[str]) -> list[Line]:
        for raw in statements:
            self._statement(raw, raw.upper().strip())
        if self.open:
            raise PharmacologyError(f"${self.record}: an IF block has no ENDIF")
        return self.lines

    def _statement(self, raw: str, text: str) -> None:
        begins = re.fullmatch(r"IF\s*\((.*)\)\s*THEN", text)
        other = re.fullmatch(r"ELSE\s*IF\s*\((.*)\)\s*THEN", text)
        if begins:
            self.open.append(Branches([translated(begins[1])]))
        elif other or re.fullmatch(r"ELSE|END\s*IF", text):
            self._branch(raw, text, other)
        else:
            told = re.fullmatch(r"([A-Z]\w*)\s*=(?!=)\s*(.+)", text)
            inline = None if told else _inline(text)
            if inline:
                self.open.append(Branches([translated(inline[0])]))
                told = re.fullmatch(r"([A-Z]\w*)\s*=(?!=)\s*(.+)", inline[1])
            if told is None:
                raise PharmacologyError(
                    f"${self.record}: {raw!r} is not read; lines are NAME = …, IF (…) NAME = …, and IF blocks"
                )
            if inline and told[1] not in self.names | self._inside():
                raise PharmacologyError(f"${self.record}: {told[1]} has no value before {raw!r}")
            self._assign(told[1], translated(told[2]))
            if inline:
                self.open.pop()

    def _inside(self) -> set[str]:
        """The names that open IF blocks have given a value so far."""
        return {name for block in self.open for branch in block.assigned for name in branch}

    def _branch(self, raw: str, text: str, other: re.Match[str] | None) -> None:
        if not self.open or (self.open[-1].closed and not text.startswith("END")):
            raise PharmacologyError(f"${self.record}: {raw!r} stands in no IF block")
        block = self.open[-1]
        if text.startswith("END"):
            self._close(self.open.pop())
            return
        block.assigned.append(set())
        block.closed = other is None
        block.conditions.append(translated(other[1]) if other else "1 > 0")

    def _close(self, block: Branches) -> None:
        """What some branches alone give a value has none in the others."""
        some = {name for branch in block.assigned for name in branch}
        every = set.intersection(*block.assigned) if block.closed else set()
        lacking = sorted(some - every - self.names)
        if lacking:
            raise PharmacologyError(
                f"${self.record}: {', '.join(lacking)} has no value where no condition of its IF block holds"
            )
        self.names |= some
        if self.open:
            self.open[-1].assigned[-1] |= some

    def _assign(self, name: str, text: str) -> None:
        known = self.names | self._inside()
        if self.open:
            conditions = " and ".join(f"({block.condition})" for block in self.open)
            text = f"where({conditions}, {text}, {name if name in known else '0'})"
        self._add(name, text, known)
        if self.open:
            self.open[-1].assigned[-1].add(name)
        else:
            self.names.add(name)

    def _add(self, name: str, text: str, known: set[str]) -> None:
        what = f"${self.record}: {name}"
        formula = TextFormula(text, what)
        formula.check({*known, *self.columns})
        read = [each for each in formula.names if each not in known]
        events = [each for each in read if each in EVENTS and self.record == "PK"]
        if events:
            raise PharmacologyError(f"{what} reads {events[0]}, which is no property of people")
        for each in read:
            text = re.sub(rf"\b{each}\b", property_of(each), text)
        self.lines.append(Line(name, TextFormula(text, what), tuple(property_of(each) for each in read)))


def property_of(column: str) -> str:
    """The property of people that a column of the data is."""
    own = column.lower() + ("_code" if column in CODED else "")
    return PROPERTIES.get(column, own)


def _inline(text: str) -> tuple[str, str] | None:
    """The condition and the statement of an IF in one line."""
    begins = re.match(r"IF\s*\(", text)
    if begins is None:
        return None
    depth, at = 1, begins.end()
    while at < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return text[begins.end() : at - 1], text[at:].strip()


def translated(text: str) -> str:
    """NONMEM's arithmetic in ours: THETA(1) → THETA_1, EXP( → exp(, .GT. → >, 1.5D0 → 1.5E0."""
    text = re.sub(r"\b(THETA|ETA|EPS|ERR|A)\s*\(\s*(\d+)\s*\)", r"\1_\2", text)
    text = re.sub(r"(?<![\w.])(\d+\.?\d*|\.\d+)D([+-]?\d+)", r"\1E\2", text)
    text = re.sub(r"\bD?(EXP|LOG|SQRT|MIN|MAX)1?\s*\(", lambda told: FUNCTIONS[told[1]] + "(", text)
    text = re.sub(r"\.(EQ|NE|GT|GE|LT|LE|AND|OR|NOT)\.", lambda told: f" {COMPARISONS[told[1]]} ", text)
    return text.replace("/=", "!=").strip()
