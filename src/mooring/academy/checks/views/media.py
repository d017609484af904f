"""Media of a course, as they were published. They can do nothing but be shown."""

from pathlib import PurePosixPath

from django.http import Http404, HttpResponse
from django.utils.safestring import mark_safe

from mooring.academy.checks.access import get_study_for
from mooring.academy.courses.models import VersionFile
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
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt; charset=utf-8",
}
INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
A_WEEK_S = 7 * 24 * 3600


def transcript(request: SignedInRequest, pk: int, medium_id: str) -> HttpResponse:
    """What is said in a recording, as text; hostile Markdown comes out inert."""
    study = get_study_for(request.user, pk)
    found = study.course.media.get(medium_id)
    if found is None or not found.transcript:
        raise Http404
    path = f"media/{found.transcript}"
    stored = VersionFile.objects.filter(version=study.enrolment.version, path=path).first()
    if stored is None:
        raise Http404
    said = bytes(stored.body).decode("utf-8", "replace")
    html = mark_safe(to_html(said, cite=lambda keys: ""))  # noqa: S308 - cleaned by to_html
    context = {"enrolment": study.enrolment, "course": study.course, "medium": found, "html": html}
    return page(request, "academy/checks/transcript.html", context)


def medium(request: SignedInRequest, pk: int, medium_id: str, part: str = "file") -> HttpResponse:
    """A media file or its captions; a type that is not on the list is only downloaded."""
    study = get_study_for(request.user, pk)
    found = study.course.media.get(medium_id)
    name = {"file": found.file, "captions": found.captions}.get(part, "") if found else ""
    if not name:
        raise Http404
    stored = VersionFile.objects.filter(version=study.enrolment.version, path=f"media/{name}").first()
    if stored is None:
        raise Http404
    kind = CONTENT_TYPES.get(PurePosixPath(name).suffix.lower())
    answer = HttpResponse(bytes(stored.body), content_type=kind or "application/octet-stream")
    if kind is None:
        answer["Content-Disposition"] = "attachment"
    answer["Content-Security-Policy"] = INERT
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = f"private, max-age={A_WEEK_S}, immutable"
    answer["ETag"] = f'"{found.sha256 if found and part == "file" else stored.pk}"'
    return answer
