"""Files that come in from outside: what they are by their content, and a hook for a scanner.

Three kinds are taken: PDF, PNG, JPEG. The sender's name and media type are never looked at. A picture is walked through
to its end, without decoding it, so that a bomb costs nothing: what stands behind the end (an archive, a page with a
script) makes it another kind of file as well, and it is refused. A PDF with active content is refused, in its packed
objects too; what cannot be looked into is not taken. What is taken is never executed here: pictures are shown under a sandbox, everything else is handed out as a download.
"""

import re
import shlex
import subprocess
import zlib
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from mooring.rules.verdict import Refused

LARGEST_BYTES = 10_000_000
LARGEST_PIXELS = 60_000_000
"""A camera of 48 megapixels passes; a picture that unfolds to gigabytes does not. A design default without a source."""
LARGEST_OBJECTS_BYTES = 50_000_000
"""So much the packed objects of a PDF may unfold to together. A design default without a source."""
SCAN_SECONDS = 60
PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"
SHOWN_INLINE = frozenset({PNG, JPEG})
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA", b"/Encrypt")
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers that carry the size of the picture."""


@dataclass(frozen=True)
class Incoming:
    """A file that was taken: its kind by content, and what the scanner said (empty: there is none)."""

    media_type: str
    scanned: str


def read_incoming(data: bytes) -> Incoming:
    """What a file is; `Refused` with the reason for anything that is not plainly one PDF, PNG or JPEG."""
    if not data:
        raise Refused(_("The file is empty."))
    if len(data) > LARGEST_BYTES:
        raise Refused(_("The file is larger than {mb} MB.").format(mb=LARGEST_BYTES // 1_000_000))
    return Incoming(_kind_of(data), _scanned(data))


def _kind_of(data: bytes) -> str:
    if data.startswith(PNG_HEAD):
        _walk_png(data)
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        _walk_jpeg(data)
        return JPEG
    if data.startswith(b"%PDF-"):
        _look_into_pdf(data)
        return PDF
    raise Refused(_("This is no PDF, PNG or JPEG. Photograph or print it as one of these."))


def _broken() -> Refused:
    return Refused(_("The picture is damaged or holds something else behind its end. Photograph it again."))


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= LARGEST_PIXELS:
        raise Refused(_("The picture has too many pixels. Photograph it in a smaller size."))


def _walk_png(data: bytes) -> None:
    """Chunk by chunk to the end; the first one says how large the picture is."""
    place, first = len(PNG_HEAD), True
    while place + 12 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        if first:
            if kind != b"IHDR" or length != 13:
                raise _broken()
            body = data[place + 8 : place + 16]
            _check_size(int.from_bytes(body[:4], "big"), int.from_bytes(body[4:], "big"))
            first = False
        place += 12 + length
        if kind == b"IEND":
            if place != len(data):
                raise _broken()
            return
    raise _broken()


def _walk_jpeg(data: bytes) -> None:
    """Segment by segment to the picture itself, then to its end mark, with nothing behind it."""
    place, sized = 2, False
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            raise _broken()
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if length < 2:
            raise _broken()
        if marker in FRAMES:
            body = data[place + 5 : place + 9]
            _check_size(int.from_bytes(body[2:4], "big"), int.from_bytes(body[:2], "big"))
            sized = True
        place += 2 + length
        if marker == 0xDA:
            if not sized or data.rfind(b"\xff\xd9") != len(data.rstrip(b"\x00")) - 2:
                raise _broken()
            if b"\xff\xd9" in data[place:-2].rstrip(b"\x00")[:-2]:
                raise _broken()
            return
    raise _broken()


def _look_into_pdf(data: bytes) -> None:
    if b"%%EOF" not in data[-1024:]:
        raise Refused(_("The PDF is cut off or damaged. Ask for it again."))
    _refuse_active(data)
    left = LARGEST_OBJECTS_BYTES
    for stream in re.finditer(rb"stream\r?\n", data):
        described = data[data.rfind(b"obj", 0, stream.start()) : stream.start()]
        if b"/ObjStm" in described:
            packed = data[stream.end() : data.find(b"endstream", stream.end())]
            objects = _unpacked(described, packed, left)
            left -= len(objects)
            _refuse_active(objects)


def _refuse_active(body: bytes) -> None:
    """Refuse names of what acts by itself, also where a name is written with escapes (`/J#61vaScript`)."""
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), body)
    for name in ACTIVE:
        if re.search(re.escape(name) + rb"(?![A-Za-z])", plain):
            raise Refused(
                _(
                    "The PDF holds a script, an attachment or a lock ({name}). Print it as a plain PDF."
                ).format(name=name.decode())
            )


def _unpacked(described: bytes, packed: bytes, most: int) -> bytes:
    """The objects of one packed stream; refused where they cannot be read, or unfold to more than `most` bytes."""
    try:
        if b"/FlateDecode" not in described or b"/DecodeParms" in described:
            raise zlib.error
        objects = zlib.decompressobj().decompress(packed, most + 1)
    except zlib.error as error:
        raise Refused(_("Parts of the PDF cannot be read here. Print it as a plain PDF.")) from error
    if len(objects) > most:
        raise Refused(_("The PDF unfolds to too much. Print it as a plain PDF."))
    return objects


def _scanned(data: bytes) -> str:
    """Ask the site's scanner (`MOORING_UPLOAD_SCAN`): it reads the file on its input; 0 is clean, 1 is not.

    A scanner that fails or does not answer lets nothing in.
    """
    if not settings.UPLOAD_SCAN:
        return ""
    command = shlex.split(settings.UPLOAD_SCAN)
    try:
        found = subprocess.run(command, input=data, capture_output=True, timeout=SCAN_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(
            _("The file could not be scanned. Nothing was saved; tell the administrator.")
        ) from error
    if found.returncode == 1:
        raise Refused(_("The scanner found something harmful in this file. Nothing was saved."))
    if found.returncode != 0:
        raise Refused(_("The file could not be scanned. Nothing was saved; tell the administrator."))
    return command[0].rpartition("/")[2][:80]
