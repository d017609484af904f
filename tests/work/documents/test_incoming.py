"""Hostile files: polyglots, bombs, scripts, scanners that find something or fall silent."""

import struct
import zlib

import pytest
from django.test import override_settings

from mooring.rules.verdict import Refused
from mooring.work.documents.incoming import (
    JPEG,
    LARGEST_BYTES,
    LARGEST_OBJECTS_BYTES,
    PDF,
    PNG,
    PNG_HEAD,
    read_incoming,
)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 2, height: int = 2, body: bytes = b"\x00" * 14) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return PNG_HEAD + head + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 2) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x12\x34"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"JF" + frame + scan + b"\xff\xd9"


PLAIN_PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def packed_pdf(objects: bytes, filter_name: bytes = b"/FlateDecode") -> bytes:
    """A PDF whose objects stand in a packed stream, as most programs write it."""
    described = b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter" + filter_name + b">>stream\n"
    return PLAIN_PDF.replace(b"trailer", described + objects + b"\nendstream endobj\ntrailer")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_each_kind_is_read_by_its_content() -> None:
    packed = packed_pdf(zlib.compress(b"1 0 <</Type/Font>>"))
    assert [read_incoming(each).media_type for each in (png(), jpeg(), PLAIN_PDF, packed)] == [
        PNG, JPEG, PDF, PDF,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n" + b" " * LARGEST_BYTES, "larger"),
        (SVG, "no PDF"),
        (b"<html><script>alert(1)</script></html>", "no PDF"),
        (b"PK\x03\x04 a zip", "no PDF"),
        (b"GIF89a" + SVG, "no PDF"),
        (b"junk before " + PLAIN_PDF, "no PDF"),
        (png() + b"PK\x03\x04 an archive behind it", "behind its end"),
        (jpeg() + SVG, "behind its end"),
        (jpeg() + SVG + b"\xff\xd9", "behind its end"),
        (png(60_000, 60_000), "too many pixels"),
        (png(0, 5), "too many pixels"),
        (jpeg(65_000, 65_000), "too many pixels"),
        (PNG_HEAD + chunk(b"IDAT", b"x"), "behind its end"),
        (png()[:-14], "behind its end"),
        (b"\xff\xd8\xff\xe0\x00\x01", "behind its end"),
        (PLAIN_PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "script"),
        (PLAIN_PDF.replace(b"/Catalog", b"/Catalog/X<</S/J#61vaScript>>"), "script"),
        (PLAIN_PDF.replace(b"/Catalog", b"/Catalog/X<</S/Launch>>"), "script"),
        (packed_pdf(zlib.compress(b"1 0 <</S/JavaScript/JS(app.alert(1))>>")), "script"),
        (packed_pdf(zlib.compress(b"1 0 <</S/J#53>>")), "script"),
        (packed_pdf(zlib.compress(b" " * (LARGEST_OBJECTS_BYTES + 1))), "too much"),
        (packed_pdf(b"no stream at all"), "cannot be read"),
        (packed_pdf(b"1 0 <</S/Launch>>", b"/ASCIIHexDecode"), "cannot be read|script"),
        (PLAIN_PDF[:-8], "cut off"),
    ],
)
def test_hostile_and_broken_files_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_incoming(data)


def test_the_scanner_decides_and_its_silence_lets_nothing_in() -> None:
    with override_settings(UPLOAD_SCAN="true"):
        assert read_incoming(png()).scanned == "true"
    with override_settings(UPLOAD_SCAN="false"), pytest.raises(Refused, match="something harmful"):
        read_incoming(png())
    for broken in ("sh -c 'exit 2'", "/no/such/scanner"):
        with override_settings(UPLOAD_SCAN=broken), pytest.raises(Refused, match="could not be scanned"):
            read_incoming(png())
