"""Every figure of a bench has the yardstick of its moment beside it."""

import io

import pytest

from bench._yardstick import Beside

pytestmark = pytest.mark.pure


def test_each_row_of_a_table_gets_the_yardstick() -> None:
    out = io.StringIO()
    print("about\n\n| what | ms |\n| --- | ---: |\n| a page | 12.1 |\nafter", file=Beside(out))
    about, empty, head, rule, row, after, _end = out.getvalue().split("\n")
    assert (about, empty, after) == ("about", "", "after")
    assert head == "| what | ms | yardstick, ms |"
    assert rule == "| --- | ---: | ---: |"
    assert row.startswith("| a page | 12.1 | ")
    assert float(row.split("|")[3]) > 0
