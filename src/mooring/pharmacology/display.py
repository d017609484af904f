"""How objects show themselves: one line in a console, a table in a notebook."""

from html import escape


def html_table(heads: list[str], rows: list[list[str]], *, caption: str) -> str:
    """A plain HTML table; every cell is escaped."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
