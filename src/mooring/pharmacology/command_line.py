"""`mooring simulate` and `mooring models`: the library from a shell, without a database."""

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

from mooring.pharmacology import units
from mooring.pharmacology.errors import PharmacologyError, RangeWarning
from mooring.pharmacology.models import model, models
from mooring.pharmacology.notes import NOTES
from mooring.pharmacology.population import population
from mooring.pharmacology.provenance import DISCLAIMER
from mooring.pharmacology.regimen import Regimen
from mooring.pharmacology.result import Result
from mooring.pharmacology.sessions import chosen, session_regimen
from mooring.pharmacology.simulation import simulate
from mooring.pharmacology.subject import Subject

Subparsers = Any
VALUES_AT_MOST = 20_000_000
"""160 MB an output; beyond it a machine of a clinic has no room for the answer."""
IN_A_SHELL = (
    ("give Subject(weight_kg=…)", "give --weight, in kg"),
    ('for decimal commas say decimal=","', "write the decimals with a point"),
)


def add_simulate(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Adds `simulate`; its `run` answers the exit status."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "simulate", help="from a dose to a curve", description=DISCLAIMER
    )
    parser.add_argument("--drug", default="ketamine", choices=["ketamine", "esketamine", "arketamine"])
    parser.add_argument("--route", required=True, help="iv, im, nasal_spray, sublingual, oral, …")
    parser.add_argument("--dose", required=True, help='such as "0.5 mg/kg" or "28 mg"')
    parser.add_argument("--over", help='for an infusion, such as "40 min"')
    parser.add_argument("--salt", default="base", choices=["base", "hcl"])
    parser.add_argument("--every", help='repeat after, such as "3 d"')
    parser.add_argument("--times", type=int, default=1, help="how often in all")
    parser.add_argument("--weight", type=float, help="kg")
    parser.add_argument("--age", type=float, help="years")
    parser.add_argument("--sex", choices=["female", "male"])
    parser.add_argument("--ancestry", choices=["asian", "japanese"])
    parser.add_argument("--until", default="6h", help='such as "6h" or "21 d"')
    parser.add_argument("--step", default="1 min", help="between the times")
    parser.add_argument("--model", help="instead of the one that is chosen for drug and route")
    parser.add_argument(
        "--population", type=int, default=0, help="virtual people; the answer is 5, 50 and 95 %%"
    )
    parser.add_argument("--seed", type=int, default=7)
    answer = parser.add_mutually_exclusive_group()
    answer.add_argument("--plot", help="write a picture to this .svg file")
    answer.add_argument("--csv", action="store_true")
    answer.add_argument("--json", action="store_true")
    parser.set_defaults(run=run_simulate)
    return parser


def add_models(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Adds `models` and `models show ID`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "models", help="the models, their sources and grades"
    )
    parser.add_argument("action", nargs="?", choices=["show"], help="show one model whole")
    parser.add_argument("id", nargs="?", choices=models(), help="which")
    parser.set_defaults(run=run_models)
    return parser


def run_simulate(options: argparse.Namespace) -> int:
    """Works out and prints; 2 and a sentence on stderr for what cannot be simulated."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RangeWarning)
        try:
            result = simulated(options)
            if options.plot:
                Path(options.plot).write_text(result.to_svg(), encoding="utf-8")
        except (PharmacologyError, OSError) as refused:
            print(f"mooring simulate: {_in_a_shell(str(refused))}", file=sys.stderr)
            return 2
    said = [str(each.message) for each in caught]
    for each in said:
        print(f"mooring simulate: note: {each}", file=sys.stderr)
    if options.plot:
        print(f"{options.plot}: {result.outputs[0]} by {result.model.id}")
    elif options.csv:
        print(as_csv(result), end="")
    elif options.json:
        print(json.dumps(as_data(result) | {"warnings": said}))
    else:
        print(as_text(result))
    return 0


def _in_a_shell(refusal: str) -> str:
    """What the library says to a notebook, as it is done here."""
    for in_python, here in IN_A_SHELL:
        refusal = refusal.replace(in_python, here)
    return refusal


def refuse_too_much(options: argparse.Namespace) -> None:
    """Refuse what would fill the memory before anything is said."""
    people = max(1, options.population)
    step_h = units.hours(options.step)
    values = people * units.hours(options.until) / step_h if step_h > 0 else 0
    if values > VALUES_AT_MOST:
        raise PharmacologyError(
            f"{people} people at these times are {values:.2g} values an output, more than the {VALUES_AT_MOST:.2g} "
            "that one command works out; give fewer people or a longer --step"
        )


def simulated(options: argparse.Namespace) -> Result:
    """The simulation that the options describe."""
    refuse_too_much(options)
    choice = chosen(drug=options.drug, route=options.route, age_years=options.age)
    picked = model(options.model or choice.model_id)
    regimen = regimen_of(options, drug_named=picked.drug == "ketamine" and options.drug != "ketamine")
    who: Any = Subject(
        weight_kg=options.weight, age_years=options.age, sex=options.sex, ancestry=options.ancestry
    )
    if options.population:
        who = population(picked, n=options.population, seed=options.seed, covariates=who)
    return simulate(picked, regimen, who, until=options.until, every=options.step)


def regimen_of(options: argparse.Namespace, *, drug_named: bool) -> Regimen:
    """The doses; a nasal spray above 28 mg is given device by device."""
    drug = options.drug if drug_named else None
    dose = units.amount(options.dose)
    if options.over:
        regimen = Regimen().infuse(
            options.dose, over=options.over, route=options.route, salt=options.salt, drug=drug
        )
    elif options.route == "nasal_spray" and not dose.per_kg:
        regimen = session_regimen(drug=options.drug, route=options.route, dose_mg=dose.mg, salt=options.salt)
    else:
        regimen = Regimen().dose(options.dose, route=options.route, salt=options.salt, drug=drug)
    return regimen.repeat(every=options.every or "7 d", n=options.times) if options.times > 1 else regimen


def rows_of(result: Result, name: str) -> list[tuple[str, list[float]]]:
    """The curves of one output: itself, or its 5, 50 and 95 %."""
    if len(result) == 1:
        return [(name, [float(each) for each in result[name].ravel()])]
    levels = result.quantiles(name)
    return [
        (f"{name} {label}", [float(v) for v in row])
        for label, row in zip(("5%", "50%", "95%"), levels, strict=True)
    ]


def as_csv(result: Result) -> str:
    columns = [row for name in result.outputs for row in rows_of(result, name)]
    lines = [",".join(["time_h", *(f"{name} ng/mL" for name, _ in columns)])]
    for index, time_h in enumerate(result.times_h):
        lines.append(",".join([f"{time_h:.6g}", *(f"{values[index]:.6g}" for _, values in columns)]))
    return "\n".join(lines) + "\n"


def as_data(result: Result) -> dict[str, Any]:
    return {
        "model": result.model.id,
        "grades": {name: result.grade(name) for name in result.outputs},
        "regimen": str(result.regimen),
        "times_h": [float(each) for each in result.times_h],
        "ng_per_ml": {label: values for name in result.outputs for label, values in rows_of(result, name)},
        "sources": result.cite().splitlines(),
        "note": DISCLAIMER,
    }


def as_text(result: Result) -> str:
    lines = [f"{result.model.id}: {result.model.title}", f"{result.regimen}", ""]
    lines.append(f"{'output':32} {'peak ng/mL':>11} {'at':>9} {'area ng·h/mL':>13}  grade")
    for name in result.outputs:
        metrics = result.metrics(name)
        peak, at, area = (
            median(each) for each in (metrics.cmax_ng_per_ml, metrics.tmax_h, metrics.auc_ng_h_per_ml)
        )
        grade = result.grade(name)
        lines.append(f"{name:32} {peak:11.4g} {units.in_words(round(at * 60) / 60):>9} {area:13.4g}  {grade}")
    if len(result) > 1:
        lines.append(f"medians of {len(result)} virtual people")
    return "\n".join([*lines, "", *(f"Source: {each}" for each in result.cite().splitlines()), DISCLAIMER])


def median(values: Any) -> float:
    ordered = sorted([values] if isinstance(values, float) else values.tolist())
    middle = len(ordered) // 2
    return float(ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)


def run_models(options: argparse.Namespace) -> int:
    """A line a model, or one model whole."""
    if options.action == "show" and options.id is None:
        print(f"mooring models show needs an id: {', '.join(models())}", file=sys.stderr)
        return 2
    if options.action != "show":
        for id in models():
            each = model(id)
            print(f"{id:18} grade {each.grade}  {each.title}; {', '.join(each.routes)}")
        return 0
    print(described(options.id))
    return 0


def described(id: str) -> str:
    """A model whole: people, outputs, routes, coefficients with source, grade and provenance, notes, references."""
    each = model(id)
    lines = [f"{each.id}: {each.title}", each.population, "", "Outputs"]
    lines += [f"  {output.name} (grade {output.grade}) {output.note}".rstrip() for output in each.responses]
    lines += ["", "Routes"]
    lines += [
        f"  {way.name} (grade {way.grade}) {way.source}; {NOTES.get(way.note, '')}".rstrip("; ")
        for way in each.routes_table
    ]
    lines += ["", "Coefficients", *(f"  {coefficient}" for coefficient in each.coefficients)]
    lines += ["", *(NOTES[code] for code in each.notes), "", each.cite()]
    return "\n".join(lines)
