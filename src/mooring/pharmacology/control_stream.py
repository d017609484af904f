"""Models written for NONMEM: control streams of the models that need no differential equations of their own.

A stream becomes a `Model` like any other: the structure of its ADVAN, $PK line by line as formulas of THETA, ETA and
columns of the data, $OMEGA as the covariance of the ETAs, $ERROR as a residual error, worked out from how Y depends
on each EPS. What is not read is refused by name, never passed over: $DES, mixtures, priors, errors of logarithms.
Decision: docs/decisions/0017-control-streams-by-a-reader-of-our-own.md.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mooring.pharmacology.building import Entry, build
from mooring.pharmacology.control_code import Line, assignments, columns_of
from mooring.pharmacology.control_structures import Structure, structure_of
from mooring.pharmacology.errors import PharmacologyError
from mooring.pharmacology.model import Covariate, Model, Residual
from mooring.pharmacology.parameters import Parameter

SOURCE = "the control stream"
IGNORED = (
    "PROBLEM", "INPUT", "DATA", "ESTIMATION", "COVARIANCE", "TABLE", "SUBROUTINES", "SCATTERPLOT", "ABBREVIATED", "SIZES",
    "MODEL",
)  # fmt: skip
READ = ("PK", "ERROR", "THETA", "OMEGA", "SIGMA")
# Why a record that an analyst may well have is not read.
REFUSED = {
    "DES": "differential equations are Fortran; write the flows with build(…), saturable ones too",
    "AES": "algebraic equations are Fortran",
    "PRED": "a model without compartments is not simulated here",
    "MIX": "mixtures of people are not simulated here",
    "PRIOR": "priors belong to an estimation",
    "SIMULATION": "seeds and replicates are asked of simulate(…)",
    "MSFI": "a model file of NONMEM cannot be opened",
}
REFERENCE = {"weight_kg": 70.0, "age_years": 40.0}
# Predictions at which the error's variance is looked at.
LEVELS = (1.0, 2.0, 5.0)
STEP = 1e-5


def read_control_stream(text: str, *, drug: str, id: str = "control_stream", unit: str = "mg/L") -> Model:
    """The model of a NONMEM control stream.

    Times of the stream are hours and amounts mg; `unit` is that of its predictions. Where there is a depot, doses by
    "oral" enter it and doses by "iv" the central compartment; compartments of $MODEL are ways in by their names.
    Columns of the data that $PK reads are properties of people of that name in lower case; WT and AGE are weight and
    age, and codes under a name that means something else here end in "_code": SEX is `sex_code`. Raises `PharmacologyError` that names the record of what is not read.
    """
    records = _records(text)
    thetas = _thetas(records)
    etas, covariances = _etas(_blocks(records, "OMEGA"), "ETA")
    columns = columns_of(records.get("INPUT", []))
    lines = assignments(records["PK"], "PK", [*thetas, *etas], columns)
    structure = structure_of(records["SUBROUTINES"], records.get("MODEL", []), [each.name for each in lines])
    properties = tuple(dict.fromkeys(name for line in lines for name in line.properties))
    known = {**thetas, **etas} | _individual(lines, thetas, etas, properties)
    output, scale = f"{drug}.plasma", _scale(known, structure)
    title = " ".join(records.get("PROBLEM", [])).strip()
    model = build(
        id=id,
        drug=drug,
        compartments=structure.compartments,
        parameters=known,
        flows=structure.flows,
        outputs={output: structure.observed + (f" / {scale}" if scale else "")},
        routes=_routes(known, structure),
        residuals={output: _residual(records, columns, known, structure)},
        covariances=covariances,
        properties=[name for name in properties if name not in REFERENCE],
        title=title or f"{drug}, a control stream",
        citation=f"a NONMEM control stream: {title}".strip(),
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
            name = _record_name(word.upper())
            current = records.setdefault(name, [])
            if name in ("OMEGA", "SIGMA"):
                current.append("|")
        if current is None:
            raise PharmacologyError("a control stream begins with a record, such as $PROBLEM")
        if line.strip():
            _append(current, line.strip())
    for name in ("PK", "ERROR", "THETA", "SUBROUTINES"):
        if not records.get(name):
            raise PharmacologyError(f"${name} is missing")
    return records


def _record_name(word: str) -> str:
    for name in (*READ, *IGNORED):
        if word[:3] == name[:3]:
            return name
    for name, why in REFUSED.items():
        if word[:3] == name[:3]:
            raise PharmacologyError(f"${word} is not read: {why}")
    raise PharmacologyError(f"${word} is not read; there are {', '.join('$' + n for n in READ)}")


def _append(lines: list[str], line: str) -> None:
    """One more line of a record; "&" at the end of a line joins the next one to it."""
    if lines and lines[-1].endswith("&"):
        lines[-1] = f"{lines[-1][:-1].rstrip()} {line}"
    else:
        lines.append(line)


def _scale(known: Mapping[str, Parameter], structure: Structure) -> str | None:
    """What divides the amount of the observed compartment."""
    number = structure.compartments.index(structure.observed) + 1
    return next((name for name in (f"S{number}", "SC", "S0") if name in known), None)


def _routes(known: Mapping[str, Parameter], structure: Structure) -> dict[str, Entry]:
    """Ways in: by the names of the compartments of $MODEL, "oral" into a depot, "iv" into what is observed."""
    ways = {name: name for name in structure.compartments if structure.named} | {"iv": structure.observed}
    if structure.dosed != structure.observed:
        ways = {"oral": structure.dosed} | ways
    return {name: _entry(known, structure.compartments, into) for name, into in ways.items()}


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
    """The covariance matrix of $OMEGA or $SIGMA: diagonal values and BLOCK(n) triangles, in their order.

    SAME is the block above once more, SAME(m) m times; SD, CORRELATION and CHOLESKY say how a block is written.
    """
    blocks: list[np.ndarray] = []
    for part in " ".join(records.get(name, [])).upper().split("|")[1:]:
        same = re.search(r"\bSAME\b\s*(?:\((\d+)\))?", part)
        if same:
            if not blocks:
                raise PharmacologyError(f"${name}: SAME stands below no block")
            blocks += [blocks[-1]] * int(same[1] or 1)
            continue
        size = re.search(r"BLOCK\s*\((\d+)\)", part)
        if size is None:
            _check_sds(name, part)
        numbers = re.sub(r"BLOCK\s*\(\d+\)|DIAGONAL\s*\(\d+\)|\bFIX(ED)?\b|[(),]", " ", part)
        options = {word[:2] for word in re.findall(r"\b(?:STANDARD|SD|CORRELATION|CHOLESKY)\b", numbers)}
        numbers = re.sub(r"\b(STANDARD|SD|VARIANCE|CORRELATION|COVARIANCE|CHOLESKY)\b", " ", numbers)
        try:
            values = [_number(each) for each in numbers.split()]
            if size:
                blocks.append(_covariance(_triangle(values, int(size[1])), options))
            else:
                blocks += [_covariance(np.array([[each]]), options) for each in values]
        except ValueError:
            raise PharmacologyError(f"${name}: {part.strip()!r} is not read as variances") from None
    whole = np.zeros((sum(map(len, blocks)),) * 2)
    at = 0
    for block in blocks:
        whole[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    return whole


def _check_sds(name: str, part: str) -> None:
    """SD stands beside every value of a diagonal; beside some alone it is not read."""
    values = len(
        re.findall(r"(?<![\w.])[\d.]+(?:[ED][+-]?\d+)?(?![\w.])", re.sub(r"DIAGONAL\s*\(\d+\)", "", part))
    )
    if len(re.findall(r"\b(?:STANDARD|SD)\b", part)) not in (0, values):
        raise PharmacologyError(f"${name}: write all of {part.strip()!r} as variances, or all with SD")


def _covariance(block: np.ndarray, options: set[str]) -> np.ndarray:
    """A block as it is written, as variances and covariances."""
    if "CH" in options:
        factor = np.tril(block)
        return np.asarray(factor @ factor.T)
    diagonal = np.diag(block) if "SD" in options or "ST" in options else np.sqrt(np.diag(block))
    if "CO" in options:
        ones = block - np.diag(np.diag(block)) + np.eye(len(block))
        return np.asarray(ones * np.outer(diagonal, diagonal))
    return np.asarray(block - np.diag(np.diag(block)) + np.diag(diagonal**2))


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


def _residual(
    records: Mapping[str, list[str]],
    columns: Sequence[str],
    known: Mapping[str, Parameter],
    structure: Structure,
) -> Residual:
    """The variance of Y where F is predicted, as (proportional × F)² + additive², at the typical coefficients."""
    sigma = _blocks(records, "SIGMA")
    if np.tril(sigma, -1).any():
        raise PharmacologyError("$SIGMA: errors that covary are not read")
    names = [f"EPS_{place + 1}" for place in range(len(sigma))]
    scale = _scale(known, structure)
    amount = f"A_{structure.compartments.index(structure.observed) + 1}"
    typical = {name: each.value for name, each in known.items()} | dict.fromkeys(names, 0.0)
    statements = [re.sub(r"\bERR\b", "EPS", each.upper()) for each in records["ERROR"]]
    lines = _reaching("Y", assignments(statements, "ERROR", [*typical, "F", amount], columns))
    of_data = [name for line in lines for name in line.properties]
    if of_data:
        raise PharmacologyError(
            f"$ERROR: Y depends on {of_data[0].upper()}; one error for all measurements is read"
        )

    def y(f: float, drawn: Mapping[str, float]) -> float:
        values = {**typical, "F": f, amount: f * (known[scale].value if scale else 1.0), **drawn}
        for line in lines:
            values[line.name] = float(line.text(values))
        return values.get("Y", math.nan)

    def variance(f: float) -> float:
        slopes = [(y(f, {name: STEP}) - y(f, {name: -STEP})) / (2 * STEP) for name in names]
        return float(sum(sigma[place, place] * slope**2 for place, slope in enumerate(slopes)))

    if not all(math.isclose(y(f, {}), f, rel_tol=1e-9) for f in LEVELS):
        raise PharmacologyError("$ERROR: without errors Y is not F; a model of logarithms is not read")
    one, two, five = (variance(f) for f in LEVELS)
    proportional = (two - one) / 3
    additive = one - proportional
    fits = math.isclose(additive + 25 * proportional, five, rel_tol=1e-6, abs_tol=1e-12)
    if not fits or min(proportional, additive) < -1e-6 * one:
        raise PharmacologyError("$ERROR: the variance of Y is not a part that grows with F² and a constant")
    return Residual(math.sqrt(max(proportional, 0.0)), math.sqrt(max(additive, 0.0)), source=SOURCE)


def _reaching(name: str, lines: Sequence[Line]) -> list[Line]:
    """The lines that `name` depends on, and no other: what is worked out for tables does not matter."""
    wanted, kept = {name}, list[Line]()
    for line in reversed(lines):
        if line.name in wanted:
            kept.append(line)
            wanted |= set(line.text.names)
    return kept[::-1]
