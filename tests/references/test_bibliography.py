"""The bibliography: read once, every record whole, AMA style, faults named."""

from collections import Counter
from pathlib import Path

import pytest

from mooring.references.bibliography import BadRecord, Reference, ama, bibliography, read_records, reference


def test_every_record_has_what_a_reader_needs():
    for record in bibliography().values():
        found = record.link or record.pmid or record.container_title or record.publisher
        assert found or (not record.opened and record.note), record.id


def test_no_work_is_recorded_twice():
    works = bibliography().values()
    dois = Counter(work.doi.lower() for work in works if work.doi)
    titles = Counter(
        (
            "".join(filter(str.isalpha, work.title.lower())),
            work.author[:1] or work.container_title,
            work.issued,
        )
        for work in works
    )
    assert not {each for counted in (dois, titles) for each, times in counted.items() if times > 1}


def test_ama():
    full = Reference(
        id="x", type="article-journal", title="Title.", issued=2014, container_title="Br J Clin Pharmacol",
        author=(("Rolan", "Paul"), ("Lim", "S-J")), volume="77", issue="6", page="1011-1016", doi="10.1111/bcp.12264",
    )  # fmt: skip
    assert ama(full) == (
        "Rolan P, Lim SJ. Title. Br J Clin Pharmacol. 2014;77(6):1011-1016. doi:10.1111/bcp.12264"
    )


def test_ama_shortens_seven_authors_to_three():
    many = Reference(
        id="x", type="book", title="T", author=tuple((f"A{n}", "B") for n in range(7)), issued=2000
    )
    assert ama(many) == "A0 B, A1 B, A2 B, et al. T. 2000."


def test_ama_says_et_al_where_only_the_first_is_known():
    first = Reference(
        id="x", type="book", title="T", author=(("Loo", "Colleen"), ("and others", "")), issued=2023
    )
    assert ama(first) == "Loo C, et al. T. 2023."


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"id": "a", "type": "book"}, "title is missing"),
        ({"id": "a", "type": "book", "title": "T", "yaer": 1}, "unknown yaer"),
        ({"id": "a", "type": "book", "title": "T", "kind": "rumour"}, "kind 'rumour'"),
        ({"id": "a", "type": "book", "title": "T", "issued": "soon"}, "expected a year"),
    ],
)
def test_bad_records_are_refused(record: dict[str, object], expected: str):
    with pytest.raises(BadRecord, match=expected):
        reference(record, "file.yaml")


def test_a_doubled_id_is_refused(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("- {id: a, type: book, title: T}\n" * 2)
    with pytest.raises(BadRecord, match="a is given twice"):
        read_records(tmp_path)


@pytest.mark.parametrize("issued", [2022, "2022-03-01", {"date-parts": [[2022, 3]]}])
def test_years_come_in_several_forms(issued: object):
    assert reference({"id": "a", "type": "book", "title": "T", "issued": issued}).issued == 2022


def test_a_record_that_supersedes_no_other_is_refused(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("- {id: new, type: book, title: New, supersedes: old}\n", "utf-8")
    with pytest.raises(BadRecord, match="supersedes old"):
        read_records(tmp_path)
    (tmp_path / "b.yaml").write_text("- {id: old, type: book, title: Old}\n", "utf-8")
    assert read_records(tmp_path)["new"].supersedes == "old"
