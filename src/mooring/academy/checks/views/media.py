"""Media of a course, as they were published. They can do nothing but be shown or heard."""

import re
from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe

from mooring.academy.checks.access import get_lesson_for, get_study_for
from mooring.academy.courses.models import CourseVersion, VersionFile
from mooring.content.course.schema import Medium
from mooring.content.course.text import to_html
from mooring.work.pages import SignedInRequest, page

CONTENT_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt; charset=utf-8",
}
INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
A_WEEK_S = 7 * 24 * 3600
BYTES = "bytes"
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
"""One range of bytes, as a player asks when somebody goes to another moment (RFC 9110, 14.2)."""


def transcript(request: SignedInRequest, pk: int, medium_id: str) -> HttpResponse:
    """What is said in a recording, as text; hostile Markdown comes out inert."""
    study = get_study_for(request.user, pk)
    found = study.course.media.get(medium_id)
    if found is None or not found.transcript:
        raise Http404
    html = transcript_of(study.enrolment.version, found)
    context = {"enrolment": study.enrolment, "course": study.course, "medium": found, "html": html}
    return page(request, "academy/checks/transcript.html", context)


def transcript_of(version: CourseVersion, medium: Medium) -> SafeString:
    """The transcript of a medium as safe HTML; 404 when the version lacks it."""
    said = _stored(version, medium.transcript).decode("utf-8", "replace")
    return mark_safe(to_html(said, cite=lambda keys: ""))  # noqa: S308 - cleaned by to_html


def medium(request: SignedInRequest, pk: int, medium_id: str, part: str = "file") -> HttpResponse:
    """A media file or its captions; a type that is not on the list is only downloaded."""
    study = get_study_for(request.user, pk)
    found = study.course.media.get(medium_id)
    name = {"file": found.file, "captions": found.captions}.get(part, "") if found else ""
    if found is None or not name:
        raise Http404
    version = study.enrolment.version
    tag = found.sha256 if part == "file" else f"{version.pk}/{name}"
    return _served(request, name, _stored(version, name), tag)


def narration(request: SignedInRequest, pk: int, lesson_id: str, part: str = "file") -> HttpResponse:
    """A lesson read aloud, or the captions of it; 404 for a lesson that nobody has read."""
    study, lesson = get_lesson_for(request.user, pk, lesson_id)
    found = study.course.narration.get(lesson.head.id)
    if found is None:
        raise Http404
    name = found.file if part == "file" else found.captions
    version = study.enrolment.version
    tag = found.sha256 if part == "file" else f"{version.pk}/{name}"
    return _served(request, name, _stored(version, name), tag)


def _stored(version: CourseVersion, name: str) -> bytes:
    stored = VersionFile.objects.filter(version=version, path=f"media/{name}").first()
    if stored is None:
        raise Http404
    return bytes(stored.body)


def _served(request: HttpRequest, name: str, body: bytes, tag: str) -> HttpResponse:
    kind = CONTENT_TYPES.get(PurePosixPath(name).suffix.lower())
    answer = _ranged(request, body, kind or "application/octet-stream")
    if kind is None:
        answer["Content-Disposition"] = "attachment"
    answer["Content-Security-Policy"] = INERT
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = f"private, max-age={A_WEEK_S}, immutable"
    answer["ETag"] = f'"{tag}"'
    answer["Accept-Ranges"] = BYTES
    return answer


def _ranged(request: HttpRequest, body: bytes, kind: str) -> HttpResponse:
    """The whole, or the one range that was asked for; 416 for a range behind the end."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]):
        return HttpResponse(body, content_type=kind)
    if asked[1]:
        first = int(asked[1])
        last = min(int(asked[2]), len(body) - 1) if asked[2] else len(body) - 1
    else:
        first, last = max(0, len(body) - int(asked[2])), len(body) - 1
    if first > last:
        answer = HttpResponse(status=416, content_type=kind)
        answer["Content-Range"] = f"{BYTES} */{len(body)}"
        return answer
    answer = HttpResponse(body[first : last + 1], status=206, content_type=kind)
    answer["Content-Range"] = f"{BYTES} {first}-{last}/{len(body)}"
    return answer
