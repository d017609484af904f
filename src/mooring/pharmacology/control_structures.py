"""The structures that NONMEM's ADVAN and TRANS name: compartments, and the flows in the coefficients of $PK.

ADVAN1 to ADVAN4, ADVAN11 and ADVAN12 are one to three compartments, with or without a depot; ADVAN10 is one with
saturable elimination; ADVAN5 and ADVAN7 are compartments of $MODEL with rate constants Kij of $PK.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mooring.pharmacology.errors import PharmacologyError

REFUSED = {
    6: "its $DES is Fortran",
    8: "its $DES is Fortran",
    9: "its $AES is Fortran",
    13: "its $DES is Fortran",
    14: "its $DES is Fortran",
    15: "its $AES is Fortran",
    16: "its $DES is Fortran",
    17: "its $AES is Fortran",
    18: "its $DES is Fortran",
}
GENERAL = (5, 7)


@dataclass(frozen=True)
class Structure:
    """Compartments in the stream's order, flows as text, what F is the amount of, and where a dose goes by default.

    `named`: the stream names its compartments itself.
    """

    compartments: tuple[str, ...]
    flows: Mapping[str, str]
    observed: str
    dosed: str
    named: bool = False


ONE: tuple[str, ...] = ("central",)
TWO: tuple[str, ...] = (*ONE, "peripheral")
THREE: tuple[str, ...] = (*TWO, "deep")
MICRO = {"central -> out": "K", "central -> peripheral": "K{c}{p}", "peripheral -> central": "K{p}{c}"}
# Of the hybrid constants of two compartments: what leaves, what goes over, by what comes back.
HYBRID = "ALPHA * BETA / {back}"
OVER = "ALPHA + BETA - {back} - ALPHA * BETA / {back}"
RATIO = "((AOB * BETA + ALPHA) / (AOB + 1))"
STEADY = {
    "central -> out": "CL / V",
    "central -> peripheral": "Q / V",
    "peripheral -> central": "Q / (VSS - V)",
}


def _hybrid(back: str) -> dict[str, str]:
    return {
        "central -> out": HYBRID.format(back=back),
        "central -> peripheral": OVER.format(back=back),
        "peripheral -> central": back,
    }


def _two(c: int, trans: int) -> dict[str, str]:
    """Two compartments, of which the central one has the number `c`."""
    p = c + 1
    volumes = {
        "central -> out": f"CL / V{c}",
        "central -> peripheral": f"Q / V{c}",
        "peripheral -> central": f"Q / V{p}",
    }
    micro = {name: text.format(c=c, p=p) for name, text in MICRO.items()}
    return {1: micro, 3: STEADY, 4: volumes, 5: _hybrid(RATIO), 6: _hybrid(f"K{p}{c}")}[trans]


def _three(c: int, trans: int) -> dict[str, str]:
    """Three compartments, of which the central one has the number `c`."""
    p, d = c + 1, c + 2
    if trans == 1:
        micro = {name: text.format(c=c, p=p) for name, text in MICRO.items()}
        return micro | {"central -> deep": f"K{c}{d}", "deep -> central": f"K{d}{c}"}
    return {
        "central -> out": f"CL / V{c}",
        "central -> peripheral": f"Q{p} / V{c}",
        "peripheral -> central": f"Q{p} / V{p}",
        "central -> deep": f"Q{d} / V{c}",
        "deep -> central": f"Q{d} / V{d}",
    }


def _library() -> dict[tuple[int, int], tuple[tuple[str, ...], dict[str, str]]]:
    one = {1: {"central -> out": "K"}, 2: {"central -> out": "CL / V"}}
    shapes = [(1, ONE, dict(one), 2)]
    shapes.append((3, TWO, {trans: _two(1, trans) for trans in (1, 3, 4, 5, 6)}, 4))
    shapes.append((11, THREE, {trans: _three(1, trans) for trans in (1, 4)}, 12))
    depots = {2: one, 4: {t: _two(2, t) for t in (1, 3, 4, 5, 6)}, 12: {t: _three(2, t) for t in (1, 4)}}
    known = {}
    for advan, compartments, by_trans, absorbed in shapes:
        for trans, flows in by_trans.items():
            known[advan, trans] = (compartments, flows)
        for trans, flows in depots[absorbed].items():
            known[absorbed, trans] = (("depot", *compartments), {"depot -> central": "KA"} | flows)
    known[10, 1] = (ONE, {"central -> out": "VM * central / (KM + central)"})
    return known


LIBRARY = _library()


def structure_of(subroutines: Sequence[str], model: Sequence[str], assigned: Sequence[str]) -> Structure:
    """The structure of $SUBROUTINES; of ADVAN5 and ADVAN7 from $MODEL and the rate constants that $PK assigns."""
    said = " ".join(subroutines).upper().replace("=", "")
    advan, trans = re.search(r"ADVAN(\d+)", said), re.search(r"TRANS?(\d+)", said)
    number = int(advan[1]) if advan else 0
    pair = (number, int(trans[1]) if trans else 1)
    if number in REFUSED:
        raise PharmacologyError(
            f"$SUBROUTINES: ADVAN{number} is not read, {REFUSED[number]}; write such a model with build(…), whose flows "
            "may be saturable"
        )
    if number in GENERAL and pair[1] == 1:
        return _general(" ".join(model).upper(), assigned)
    if pair not in LIBRARY:
        known = ", ".join(f"ADVAN{a} TRANS{t}" for a, t in sorted(LIBRARY))
        raise PharmacologyError(f"$SUBROUTINES: {said!r} is not read; there are {known}, ADVAN5 and ADVAN7")
    compartments, flows = LIBRARY[pair]
    return Structure(compartments, flows, "central", compartments[0])


def _general(model: str, assigned: Sequence[str]) -> Structure:
    """Compartments of $MODEL in their order; `K12` and `K1T2` go from the first to the second, `K20` leaves."""
    told = re.findall(r"\bCOMP(?:ARTMENT)?\s*=?\s*\(([^)]*)\)|\bCOMP(?:ARTMENT)?\s*=\s*(\w+)", model)
    words = [re.split(r"[\s,]+", (inside or alone).strip()) for inside, alone in told]
    names = tuple(each[0].lower() for each in words)
    if not names:
        raise PharmacologyError("$MODEL: there is no compartment, such as COMP=(CENTRAL)")

    def named(option: str, usual: str) -> str:
        marked = [
            name
            for name, each in zip(names, words, strict=True)
            if any(word.startswith(option) for word in each[1:])
        ]
        return marked[0] if marked else usual if usual in names else names[0]

    flows = {}
    for constant in assigned:
        ends = re.fullmatch(r"K(\d)(\d)|K(\d+)T(\d+)", constant)
        if ends is None:
            continue
        source, target = (int(each) for each in ends.groups() if each is not None)
        if not 1 <= source <= len(names) or target > len(names) + 1:
            raise PharmacologyError(f"$PK: {constant} names a compartment that $MODEL lacks")
        leaves = target in (0, len(names) + 1)
        flows[f"{names[source - 1]} -> {'out' if leaves else names[target - 1]}"] = constant
    observed = named("DEFOBS", "central")
    return Structure(names, flows, observed, named("DEFDOSE", "depot"), named=True)
