"""Equations of a lesson: LaTeX between dollar signs, as MathML that browsers and screen readers read.

`$C = D/V$` stands in a line, `$$ … $$` on lines of its own. The conversion is the library `latex2mathml`'s; this
module only says where an equation cannot be read. A price such as `$5` is no equation.
"""

from __future__ import annotations

import re

from latex2mathml import converter

MATHML_TAGS = {
    *("math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mfenced"),
}
MATHML_ATTRIBUTES = {
    "math": {"display"},
    "mo": {"stretchy", "fence", "form", "separator", "accent", "movablelimits", "minsize", "maxsize"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mi": {"mathvariant"},
    "mfrac": {"linethickness"},
    "mtable": {"columnalign", "rowspacing", "columnspacing"},
}
UNKNOWN_COMMAND = re.compile(r"\\[A-Za-z]+")
STRAY = re.compile(r"(?<![\\\w$])\$(?=[A-Za-z\\])|\\(?:frac|sqrt|cdot|times|left|right|mathrm|text)\b")
"""A dollar sign that opens and does not close, or a command of LaTeX outside an equation."""


class BadEquation(ValueError):
    """An equation that cannot be read; the message says why, in an author's words."""


def to_mathml(latex: str, *, block: bool) -> str:
    """The equation as MathML.

    Raises:
        BadEquation: for unbalanced brackets or a command that the converter does not know.
    """
    if latex.count("{") != latex.count("}"):
        raise BadEquation(f"the braces of the equation ${latex}$ do not balance")
    try:
        mathml = converter.convert(latex, display="block" if block else "inline")
    except Exception as fault:  # the library raises a family of its own and bare StopIteration
        raise BadEquation(f"the equation ${latex}$ cannot be read as LaTeX") from fault
    if unknown := UNKNOWN_COMMAND.search(mathml):
        raise BadEquation(f"the equation ${latex}$ uses {unknown[0]}, which is not known here")
    return mathml
