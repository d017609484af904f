"""The documentation site: docs/*.md as they are, and the numerical library's reference from its docstrings."""

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

project = "Mooring"
author = "The Mooring contributors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["site/README.md", "notebooks/*", "screens/*", "_build"]
root_doc = "index"
html_theme = "furo"
html_title = "Mooring"
html_show_sphinx = False
html_copy_source = False
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "description"
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing", "myst.header", "autosummary", "toc.not_included", "ref.python"]
nitpicky = False
html_math_renderer = "mathml"

CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
INLINE, DISPLAYED = re.compile(r"\\\((.+?)\\\)", re.DOTALL), re.compile(r"\\\[(.+?)\\\]", re.DOTALL)


def setup(app: Sphinx) -> None:
    """Formulas are written \\(…\\) and \\[…\\] in pages and docstrings, and shown as MathML: nothing is fetched."""
    app.add_html_math_renderer("mathml", (_inline, None), (_displayed, None))
    app.connect("source-read", _formulas_of_page)
    app.connect("autodoc-process-docstring", _formulas_of_docstring)


def _inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(convert(node.astext()))
    raise nodes.SkipNode


def _displayed(writer: Any, node: nodes.math_block) -> None:
    writer.body.append(convert(node.astext(), display="block"))
    raise nodes.SkipNode


def _one_line(found: re.Match[str]) -> str:
    return " ".join(found[1].split())


def _formulas_of_page(app: Sphinx, page: str, source: list[str]) -> None:
    parts = CODE.split(source[0])
    for place in range(0, len(parts), 2):  # every second part is code
        text = DISPLAYED.sub(lambda found: f"\n```{{math}}\n{_one_line(found)}\n```\n", parts[place])
        parts[place] = INLINE.sub(lambda found: f"{{math}}`{_one_line(found)}`", text)
    source[0] = "".join(parts)


def _formulas_of_docstring(
    app: Sphinx, what: str, name: str, it: object, options: Any, lines: list[str]
) -> None:
    text = DISPLAYED.sub(lambda found: f":math:`{_one_line(found)}`", "\n".join(lines))
    lines[:] = INLINE.sub(lambda found: f":math:`{_one_line(found)}`", text).split("\n")
