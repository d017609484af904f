"""Formulas as text: "CL / V", read once into a function of coefficients and properties of people.

Only arithmetic and a few functions are read, so that a model can be stored, compared and sent elsewhere as the
text that it is. Every name must be known when the model is made.
"""

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from mooring.pharmacology.errors import PharmacologyError

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "min": np.minimum,
    "max": np.maximum,
    "where": np.where,
}
OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
JOINED: Mapping[type, Callable[[Any, Any], Any]] = {ast.And: np.logical_and, ast.Or: np.logical_or}


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@dataclass(frozen=True)
class TextFormula:
    """A formula and the names that it reads. `what` is whose it is, for errors."""

    text: str
    what: str

    @property
    def tree(self) -> ast.expr:
        try:
            return _parsed(self.text)
        except SyntaxError:
            raise PharmacologyError(f"{self.what}: cannot read the formula {self.text!r}") from None

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the formula reads, in the order in which they stand."""
        called = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        found = [n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name) and id(n) not in called]
        return tuple(dict.fromkeys(found))

    def check(self, known: Collection[str]) -> None:
        """Raises `PharmacologyError` for a name that is not known, or for anything that is no arithmetic."""
        for name in self.names:
            if name not in known:
                near = get_close_matches(name, list(known), 1)
                hint = f"; is it {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"
                raise PharmacologyError(f"{self.what}: {name!r} in {self.text!r} is not known{hint}")
        with np.errstate(all="ignore"):  # what is divided by a difference is no slip
            self._worked(self.tree, dict.fromkeys(known, np.float64(1.0)))

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The formula's value where names have these values."""
        return self._worked(self.tree, values)

    def _worked(self, node: ast.expr, values: Mapping[str, Any]) -> Any:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return float(node.value)
        if isinstance(node, ast.Name) and node.id in values:
            return values[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._worked(node.operand, values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return np.logical_not(self._worked(node.operand, values))
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](self._worked(node.left, values), self._worked(node.right, values))
        if isinstance(node, ast.BoolOp):
            return reduce(JOINED[type(node.op)], (self._worked(each, values) for each in node.values))
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OPERATORS:
            right = self._worked(node.comparators[0], values)
            return OPERATORS[type(node.ops[0])](self._worked(node.left, values), right)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            return FUNCTIONS[node.func.id](*(self._worked(each, values) for each in node.args))
        raise PharmacologyError(
            f"{self.what}: {ast.unparse(node)!r} in {self.text!r} is not arithmetic; there are + - * / ** and "
            f"{', '.join(FUNCTIONS)}"
        )


@dataclass(frozen=True)
class OfValues:
    """A formula of the coefficients alone, as flows, outputs and routes use it."""

    formula: TextFormula
    scale: float = 1.0

    def __call__(self, values: Any, given: Any = None) -> Any:
        return self.scale * self.formula(vars(values))


@dataclass(frozen=True)
class OfState:
    """What one compartment adds to an output: the formula with that amount 1 and all others 0."""

    formula: TextFormula
    state: str
    states: tuple[str, ...]
    scale: float = 1.0

    def __call__(self, values: Any) -> Any:
        amounts = {name: float(name == self.state) for name in self.states}
        return self.scale * self.formula({**vars(values), **amounts})


@dataclass(frozen=True)
class OfPeople:
    """A covariate's formula: coefficients and properties of people."""

    formula: TextFormula
    properties: tuple[str, ...]

    def __call__(self, values: Any, people: Any) -> Any:
        own = {name: getattr(people, name) for name in self.properties}
        return self.formula({**vars(values), **own})
