"""How objects show themselves: one line in a console, a table in a notebook."""

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mooring.pharmacology.parameters import Parameter


def html_table(heads: list[str], rows: list[list[str]], *, caption: str) -> str:
    """A plain HTML table; every cell is escaped."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class ModelDisplay:
    """The faces of a `Model`."""

    id: str
    title: str
    parameters: "dict[str, Parameter]"
    outputs: tuple[str, ...]
    routes: dict[str, Any]

    def __repr__(self) -> str:
        return f"<Model {self.id}: {self.title}; outputs {', '.join(self.outputs)}; routes {', '.join(self.routes)}>"

    def _repr_html_(self) -> str:
        heads = ["symbol", "value", "unit", "between people", "source", "grade", "read"]
        return html_table(heads, self.table(), caption=f"{self.id}: {self.title}")

    def table(self) -> list[list[str]]:
        """One row a coefficient: symbol, value, unit, variability, source, grade, provenance tag."""
        return [
            [each.symbol, f"{each.value:g}", each.unit, each.variability, each.source, each.grade, each.tag]
            for each in self.parameters.values()
        ]
