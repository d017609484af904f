"""Pages for everybody: checking a certificate by its code or file; what machines ask for."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mooring.academy.credits.forms import SecondCodeForm, VerifyForm
from mooring.academy.credits.models import Certificate, Paper, SigningKeys
from mooring.academy.credits.queries.badges import issuer_profile
from mooring.academy.credits.queries.certificates import (
    certificate_by_code,
    ended_places,
    opens_licence,
    paper_certificates,
    public_address,
)
from mooring.identity.models import Organisation
from mooring.rules.verdict import Refused
from mooring.work.documents import badge, paper
from mooring.work.pages import page, typed


@login_not_required
def verify(request: HttpRequest) -> HttpResponse:
    """Check a certificate: by the code on it, or by the file itself."""
    form = typed(request, VerifyForm, files=request.FILES or None)
    checked: paper.Checked | None = None
    found: Certificate | None = None
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["file"]:
            checked, found = _check_file(form.cleaned_data["file"])
        else:
            found = certificate_by_code(form.cleaned_data["code"])
            if found is not None:
                return redirect("certificate-shown", found.code)
            form.add_error(
                "code",
                _("No certificate has this number. Check it: it has 16 characters, as on the certificate."),
            )
    return page(
        request,
        "academy/credits/verify.html",
        {"form": form, "checked": checked, "certificate": found},
    )


def _check_file(file: "File[bytes]") -> tuple[paper.Checked, Certificate | None]:
    data = file.read(paper.LARGEST_PDF_BYTES + 1)
    if data.startswith(b"%PDF-"):
        checked = paper.check(data, certificates=paper_certificates())
        stored = Paper.objects.filter(sha256=paper.sha256(data)).select_related("certificate").first()
        return checked, stored.certificate if stored and checked.genuine else None
    try:
        document = badge.read(data)
        issuer = badge.check(document)
    except badge.NotGenuine as fault:
        return paper.Checked(False, str(fault)), None
    if not SigningKeys.objects.filter(badge_issuer=issuer).exists():
        return paper.Checked(False, _("This badge is genuine, but of another issuer.")), None
    code = str(document.get("id", "")).removesuffix("/badge.json").rpartition("/")[2]
    return paper.Checked(True, _("This badge is exactly as it was signed.")), certificate_by_code(code)


@login_not_required
def shown(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper of this code says, and whether it stands; the licence number with the second code."""
    found = certificate_by_code(code)
    if found is None:
        return page(request, "academy/credits/no_certificate.html", {"code": code[:40]}, status=404)
    form = typed(request, SecondCodeForm)
    opened = False
    if request.method == "POST" and form.is_valid():
        try:
            opened = opens_licence(found, form.cleaned_data["second_code"])
            if not opened:
                form.add_error("second_code", _("This is not the holder's second code."))
        except Refused as refused:
            form.add_error(None, str(refused))
    return page(
        request,
        "academy/credits/shown.html",
        {
            "certificate": found,
            "said": found.says,
            "form": form,
            "opened": opened,
            "fingerprints": [paper.fingerprint(each) for each in paper_certificates()],
        },
    )


@login_not_required
@require_GET
def badge_file(request: HttpRequest, code: str) -> HttpResponse:
    """The signed badge of a certificate (Open Badges 3.0)."""
    found = certificate_by_code(code)
    if found is None:
        raise Http404
    return HttpResponse(found.snapshot.badge, content_type="application/vc+ld+json")


@login_not_required
@require_GET
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """Which badges were revoked or replaced: a signed Bitstring Status List."""
    keys = SigningKeys.objects.filter(retired_at__isnull=True).first()
    newest = Certificate.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if keys is None or number > newest // badge.STATUS_LIST_BITS:
        raise Http404
    at = timezone.now()
    unsigned = badge.status_list(
        address=public_address("status-list", number),
        revoked=ended_places(number),
        issuer=issuer_profile(keys.badge_issuer, _organisation()),
        valid_from=datetime(at.year, at.month, at.day, tzinfo=UTC),
    )
    key = Ed25519PrivateKey.from_private_bytes(bytes(keys.badge_key))
    return HttpResponse(
        badge.as_text(badge.sign(unsigned, key=key, created=at)), content_type="application/vc+ld+json"
    )


@login_not_required
@require_GET
def issuer(request: HttpRequest) -> HttpResponse:
    """Who issues badges here: the profile, with every key that ever signed."""
    keys = list(SigningKeys.objects.order_by("-made_at", "-pk"))
    if not keys:
        raise Http404
    return JsonResponse(
        {
            **issuer_profile(keys[0].badge_issuer, _organisation()),
            "alsoKnownAs": [each.badge_issuer for each in keys[1:]],
            "paperFingerprints": [paper.fingerprint(bytes(each.paper_certificate)) for each in keys],
        }
    )


def _organisation() -> str:
    return str(Organisation.objects.first() or "")
