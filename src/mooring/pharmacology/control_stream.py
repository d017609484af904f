"""Models written for NONMEM: control streams of the linear library models, ADVAN1 to ADVAN4 with their TRANS.

A stream becomes a `Model` like any other: $PK line by line as formulas of THETA, ETA and columns of the data,
$OMEGA as the covariance of the ETAs, $ERROR as a residual error, worked out from how Y depends on each EPS.
What is not read is refused by name, never passed over: differential equations, mixtures, priors, BLOCK SAME,
IF blocks, errors of logarithms. Decision: docs/decisions/0017-control-streams-by-a-reader-of-our-own.md.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mooring.pharmacology.building import Entry, build
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.formulas import OfPeople, TextFormula
from mooring.pharmacology.model import Covariate, Model, Residual
from mooring.pharmacology.parameters import Parameter

SOURCE = "the control stream"
# Compartments, and the flows that each parametrisation states.
ONE, TWO = ("central",), ("central", "peripheral")
ORAL, ORAL_TWO = ("depot", *ONE), ("depot", *TWO)
OUT = {"central -> out": "CL / V"}
MICRO = {"central -> out": "K", "central -> peripheral": "K12", "peripheral -> central": "K21"}
ABSORBED = {"depot -> central": "KA"}
BETWEEN = {"central -> out": "CL / V1", "central -> peripheral": "Q / V1", "peripheral -> central": "Q / V2"}
LIBRARY: Mapping[tuple[int, int], tuple[tuple[str, ...], dict[str, str]]] = {
    (1, 1): (ONE, {"central -> out": "K"}),
    (1, 2): (ONE, OUT),
    (2, 1): (ORAL, ABSORBED | {"central -> out": "K"}),
    (2, 2): (ORAL, ABSORBED | OUT),
    (3, 1): (TWO, MICRO),
    (3, 4): (TWO, BETWEEN),
    (4, 1): (
        ORAL_TWO,
        ABSORBED | {"central -> out": "K", "central -> peripheral": "K23", "peripheral -> central": "K32"},
    ),
    (4, 4): (
        ORAL_TWO,
        ABSORBED
        | {"central -> out": "CL / V2", "central -> peripheral": "Q / V2", "peripheral -> central": "Q / V3"},
    ),
}
IGNORED = ("PROBLEM", "INPUT", "DATA", "ESTIMATION", "COVARIANCE", "TABLE", "SUBROUTINES", "SCATTERPLOT")
READ = ("PK", "ERROR", "THETA", "OMEGA", "SIGMA")
PROPERTIES = {"WT": "weight_kg", "AGE": "age_years"}
COMPARISONS = {"EQ": "==", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}
REFERENCE = {"weight_kg": 70.0, "age_years": 40.0}


def read_control_stream(text: str, *, drug: str, id: str = "control_stream", unit: str = "mg/L") -> Model:
    """The model of a NONMEM control stream.

    Times of the stream are hours and amounts mg; `unit` is that of its predictions. Doses of ADVAN2 and ADVAN4
    by "oral" enter the depot, by "iv" the central compartment. Columns of the data that $PK reads are
    properties of people of that name in lower case; WT and AGE are weight and age. Raises `PharmacologyError`
    that names the record of what is not read.
    """
    records = _records(text)
    compartments, flows = _structure(records)
    thetas = _thetas(records)
    etas, covariances = _etas(_blocks(records, "OMEGA"), "ETA")
    columns = re.findall(r"[A-Z]\w*", " ".join(records.get("INPUT", [])).upper())
    lines = _assignments(records["PK"], "PK", [*thetas, *etas], columns)
    properties = tuple(dict.fromkeys(name for line in lines for name in line.properties))
    known = {**thetas, **etas} | _individual(lines, thetas, etas, properties)
    output, scale = f"{drug}.plasma", _first(known, f"S{compartments.index('central') + 1}", "SC")
    model = build(
        id=id,
        drug=drug,
        compartments=compartments,
        parameters=known,
        flows=flows,
        outputs={output: "central" + (f" / {scale}" if scale else "")},
        routes={
            name: _entry(known, compartments, into)
            for name, into in (("oral", "depot"), ("iv", "central"))
            if into in compartments
        },
        residuals={output: _residual(records, columns)},
        covariances=covariances,
        properties=[name for name in properties if name not in REFERENCE],
        title=" ".join(records.get("PROBLEM", "")[:1]) or f"{drug}, a control stream",
        citation=f"a NONMEM control stream: {' '.join(records.get('PROBLEM', []))}".strip(),
    )
    individual = tuple(
        Covariate(line.name, line.properties[0] if line.properties else "", line.formula, SOURCE, "D")
        for line in lines
    )
    return replace(
        model,
        covariates=individual,
        responses=tuple(replace(each, unit=unit) for each in model.responses),
    )


def _records(text: str) -> dict[str, list[str]]:
    """Record name → its lines, comments removed. Names are known by their first three letters ($SUB, $EST)."""
    records: dict[str, list[str]] = {}
    current: list[str] | None = None
    for raw in text.splitlines():
        line = raw.split(";")[0].strip()
        if not line:
            continue
        if line.startswith("$"):
            word, _, line = line[1:].partition(" ")
            matching = [name for name in (*READ, *IGNORED) if name[:3] == word.upper()[:3]]
            if not matching:
                raise PharmacologyError(
                    f"${word.upper()} is not read; there are {', '.join('$' + n for n in READ)}"
                )
            name = matching[0]
            current = records.setdefault(name, [])
            if name in ("OMEGA", "SIGMA"):
                current.append("|")
        if current is None:
            raise PharmacologyError("a control stream begins with a record, such as $PROBLEM")
        if line.strip():
            current.append(line.strip())
    for name in ("PK", "ERROR", "THETA", "SUBROUTINES"):
        if not records.get(name):
            raise PharmacologyError(f"${name} is missing")
    return records


def _structure(records: Mapping[str, list[str]]) -> tuple[tuple[str, ...], dict[str, str]]:
    said = " ".join(records["SUBROUTINES"]).upper().replace("=", "")
    advan, trans = re.search(r"ADVAN(\d+)", said), re.search(r"TRANS(\d+)", said)
    pair = (int(advan[1]) if advan else 0, int(trans[1]) if trans else 1)
    if pair not in LIBRARY:
        known = ", ".join(f"ADVAN{a} TRANS{t}" for a, t in LIBRARY)
        raise PharmacologyError(f"$SUBROUTINES: {said!r} is not read; there are {known}")
    return LIBRARY[pair]


def _thetas(records: Mapping[str, list[str]]) -> dict[str, Parameter]:
    """The typical values: `init`, `(low, init)`, `(low, init, high)`, each with FIX or without."""
    said = re.sub(r"\bFIX(ED)?\b", "", " ".join(records["THETA"]).upper())
    known = {}
    for number, cell in enumerate(re.findall(r"\([^)]*\)|[^\s,()]+", said), start=1):
        try:
            parts = [_number(part) for part in re.split(r"[\s,]+", cell.strip("() ")) if part]
            low, value = (parts[0], parts[1]) if len(parts) > 1 else (-math.inf, parts[0])
        except (ValueError, IndexError):
            raise PharmacologyError(f"$THETA: {cell!r} is not read as (low, value, high)") from None
        domain = "positive" if low >= 0 and value > 0 else "real"
        symbol = f"THETA_{number}"
        known[symbol] = Parameter(symbol, value, "", symbol, SOURCE, "design", "D", domain=domain)  # type: ignore[arg-type]
    return known


def _number(text: str) -> float:
    if text.strip("+-").startswith("INF"):
        return -math.inf if text.startswith("-") else math.inf
    return float(text.replace("D", "E"))


def _blocks(records: Mapping[str, list[str]], name: str) -> np.ndarray:
    """The covariance matrix of $OMEGA or $SIGMA: diagonal values and BLOCK(n) triangles, in their order."""
    blocks: list[np.ndarray] = []
    for part in " ".join(records.get(name, [])).upper().split("|")[1:]:
        for word in ("SAME", "CORRELATION", "STANDARD", "CHOLESKY", "SD"):
            if re.search(rf"\b{word}\b", part):
                raise PharmacologyError(f"${name}: {word} is not read; write variances and covariances out")
        size = re.search(r"BLOCK\s*\((\d+)\)", part)
        numbers = re.sub(r"BLOCK\s*\(\d+\)|DIAGONAL\s*\(\d+\)|\bFIX(ED)?\b|[(),]", " ", part).split()
        try:
            values = [_number(each) for each in numbers]
            blocks += [_triangle(values, int(size[1]))] if size else [np.array([[each]]) for each in values]
        except ValueError:
            raise PharmacologyError(f"${name}: {part.strip()!r} is not read as variances") from None
    whole = np.zeros((sum(map(len, blocks)),) * 2)
    at = 0
    for block in blocks:
        whole[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    return whole


def _triangle(values: Sequence[float], size: int) -> np.ndarray:
    if len(values) != size * (size + 1) // 2:
        raise ValueError("a block of n has n (n + 1) / 2 values")
    block = np.zeros((size, size))
    block[np.tril_indices(size)] = values
    return block + np.tril(block, -1).T


def _etas(omega: np.ndarray, name: str) -> tuple[dict[str, Parameter], list[tuple[str, str, float]]]:
    known = {}
    for place in range(len(omega)):
        symbol = f"{name}_{place + 1}"
        sd = math.sqrt(omega[place, place])
        known[symbol] = Parameter(symbol, 0.0, "", symbol, SOURCE, "design", "D", added_sd=sd, domain="real")
    pairs = [
        (f"{name}_{b + 1}", f"{name}_{a + 1}", float(omega[a, b]))
        for a in range(len(omega))
        for b in range(a)
        if omega[a, b]
    ]
    return known, pairs


@dataclass(frozen=True)
class Line:
    """One assignment: what is worked out, from what; `properties` are the columns of the data that it reads."""

    name: str
    text: TextFormula
    properties: tuple[str, ...]

    @property
    def formula(self) -> OfPeople:
        return OfPeople(self.text, self.properties)


def _assignments(
    statements: Sequence[str], record: str, known: Sequence[str], columns: Sequence[str]
) -> list[Line]:
    """The assignments of $PK or $ERROR in their order, as formulas that this library reads."""
    lines: list[Line] = []
    names = set(known)
    for raw in statements:
        told = re.fullmatch(r"(?:IF\s*\((.*?)\)\s*)?([A-Z]\w*)\s*=\s*(.+)", raw.upper())
        if told is None:
            raise PharmacologyError(f"${record}: {raw!r} is not read; lines are NAME = …, or IF (…) NAME = …")
        condition, name, right = told.groups()
        text = _translated(right)
        if condition is not None:
            if name not in names:
                raise PharmacologyError(f"${record}: {name} has no value before {raw!r}")
            text = f"where({_translated(condition)}, {text}, {name})"
        formula = TextFormula(text, f"${record}: {name}")
        formula.check({*names, *columns})
        read = [each for each in formula.names if each not in names]
        for each in read:
            text = re.sub(rf"\b{each}\b", PROPERTIES.get(each, each.lower()), text)
        formula = TextFormula(text, f"${record}: {name}")
        lines.append(Line(name, formula, tuple(PROPERTIES.get(each, each.lower()) for each in read)))
        names.add(name)
    return lines


def _translated(text: str) -> str:
    """NONMEM's arithmetic in ours: THETA(1) → THETA_1, EXP( → exp(, .GT. → >."""
    text = re.sub(r"\b(THETA|ETA|EPS|ERR)\s*\(\s*(\d+)\s*\)", r"\1_\2", text)
    text = re.sub(r"\bD?(EXP|LOG|SQRT)\s*\(", lambda told: told[1].lower() + "(", text)
    text = re.sub(r"\.(EQ|GT|GE|LT|LE)\.", lambda told: f" {COMPARISONS[told[1]]} ", text)
    return text.strip()


def _individual(
    lines: Sequence[Line],
    thetas: Mapping[str, Parameter],
    etas: Mapping[str, Parameter],
    people: Sequence[str],
) -> dict[str, Parameter]:
    """What $PK works out, at the typical values, in somebody of 70 kg with every other column at 1."""
    values: dict[str, float] = {name: each.value for name, each in {**thetas, **etas}.items()}
    values |= {name: REFERENCE.get(name, 1.0) for name in people}
    known = {}
    for line in lines:
        value = values[line.name] = float(line.text(values))
        domain = "positive" if value > 0 else "real"
        known[line.name] = Parameter(
            line.name,
            value,
            "",
            f"{line.name} of $PK",
            SOURCE,
            "design",
            "D",
            domain=domain,  # type: ignore[arg-type]
        )
    return known


def _first(known: Mapping[str, Parameter], *names: str) -> str | None:
    return next((name for name in names if name in known), None)


def _entry(known: Mapping[str, Parameter], compartments: Sequence[str], into: str) -> Entry:
    number = compartments.index(into) + 1
    return Entry(
        into,
        _first(known, f"F{number}") or 1.0,
        _first(known, f"ALAG{number}"),
        _first(known, f"D{number}"),
        _first(known, f"R{number}"),
    )


def _residual(records: Mapping[str, list[str]], columns: Sequence[str]) -> Residual:
    """Y as F and what each EPS adds, a part of F and a constant: variance σ² (a + b F)², one of the two a term."""
    sigma = _blocks(records, "SIGMA")
    if np.tril(sigma, -1).any():
        raise PharmacologyError("$SIGMA: errors that covary are not read")
    names = [f"EPS_{place + 1}" for place in range(len(sigma))]
    statements = [re.sub(r"\bERR\b", "EPS", each.upper()) for each in records["ERROR"]]
    lines = _assignments(statements, "ERROR", ["F", *names], columns)

    def y(f: float, drawn: Mapping[str, float]) -> float:
        values: dict[str, float] = {"F": f, **dict.fromkeys(names, 0.0), **drawn}
        for line in lines:
            values[line.name] = float(line.text({**values, **dict.fromkeys(line.properties, 1.0)}))
        return values.get("Y", math.nan)

    levels = (1.0, 2.0, 5.0)
    if not all(math.isclose(y(f, {}), f, rel_tol=1e-9) for f in levels):
        raise PharmacologyError("$ERROR: without errors Y is not F; a model of logarithms is not read")
    step, proportional, additive = 1e-5, 0.0, 0.0
    for place, name in enumerate(names):
        one, two, five = ((y(f, {name: step}) - y(f, {name: -step})) / (2 * step) for f in levels)
        part = two - one
        alone = one - part
        if not math.isclose(alone + 5 * part, five, rel_tol=1e-6, abs_tol=1e-9) or abs(part * alone) > 1e-9:
            raise PharmacologyError(f"$ERROR: {name} is neither a part of F nor a constant")
        proportional += sigma[place, place] * part**2
        additive += sigma[place, place] * alone**2
    return Residual(math.sqrt(proportional), math.sqrt(additive), source=SOURCE)
