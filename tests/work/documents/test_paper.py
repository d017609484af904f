"""A signed PDF: tagged, unchanged or not, ours or not, and files that mean harm."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from weasyprint.urls import FatalURLFetchingError

from mooring.work.documents import paper

pytestmark = pytest.mark.pure
AT = datetime.now(UTC)
HTML = """<!doctype html><html lang="en"><head><title>Certificate</title></head>
<body><h1>Certificate</h1><p>Walter Brandt</p></body></html>"""


@pytest.fixture(scope="module")
def key() -> paper.PaperKey:
    return paper.make_key(organisation="Elm Quay", at=AT)


@pytest.fixture(scope="module")
def signed(key: paper.PaperKey) -> bytes:
    return paper.sign(paper.render(HTML), key=key, name="Elm Quay", reason="Certificate issued")


def test_the_pdf_is_tagged_and_says_its_language(signed: bytes) -> None:
    root = PdfFileReader(BytesIO(signed)).root
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part" in root["/Metadata"].data


def test_an_unchanged_pdf_is_genuine(signed: bytes, key: paper.PaperKey) -> None:
    other = paper.make_key(organisation="Elm Quay", at=AT)
    found = paper.check(signed, certificates=[other.certificate, key.certificate])
    assert found == paper.Checked(True, "This PDF is exactly as it was signed.")


def test_every_changed_byte_of_the_signed_ranges_is_noticed(signed: bytes, key: paper.PaperKey) -> None:
    ends = [int(each) for each in re.search(rb"/ByteRange\s*\[([^]]+)\]", signed).group(1).split()]  # type: ignore[union-attr]
    last = ends[2] + ends[3]
    for place in [*range(200, ends[1], ends[1] // 12), *range(ends[2] + 5, last - 2, ends[3] // 5)]:
        forged = bytearray(signed)
        forged[place] ^= 1
        assert not paper.check(bytes(forged), certificates=[key.certificate]).genuine, place


def test_what_was_put_behind_the_signature_is_noticed(signed: bytes, key: paper.PaperKey) -> None:
    assert not paper.check(signed + b"\n% a line more", certificates=[key.certificate]).genuine


def test_a_pdf_signed_by_somebody_else_is_not_ours(signed: bytes) -> None:
    other = paper.make_key(organisation="Elm Quay", at=AT)
    found = paper.check(signed, certificates=[other.certificate])
    assert not found.genuine
    assert "not signed by this academy" in found.says


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"%PDF-1.7", b"%PDF-1.7\n" + b"\0" * 5000, b"%PDF-" + b"9" * paper.LARGEST_PDF_BYTES],
    ids=["empty", "picture", "stump", "zeros", "large"],
)
def test_a_file_that_means_harm_gets_a_plain_answer(data: bytes, key: paper.PaperKey) -> None:
    found = paper.check(data, certificates=[key.certificate])
    assert not found.genuine
    assert found.says


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "https://example.org/a.png", "ftp://example.org/a"]
)
def test_nothing_outside_the_document_is_fetched(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        paper.render(HTML.replace("<p>", f'<p><img src="{address}" alt="a picture">'))
