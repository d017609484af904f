"""A certificate as paper: the frozen words laid out, tagged, with a QR code, signed."""

from datetime import date

import segno
from django.template.loader import render_to_string

from mooring.academy.credits.models import Certificate, SigningKeys
from mooring.academy.credits.queries.certificates import public_address
from mooring.work.documents import paper


def drawn_paper(certificate: Certificate) -> bytes:
    """The signed PDF of a certificate; about a third of a second. It writes nothing."""
    keys = SigningKeys.objects.get(retired_at__isnull=True)
    key = paper.PaperKey(private=bytes(keys.paper_key), certificate=bytes(keys.paper_certificate))
    said = certificate.says
    pdf = paper.render(paper_html(certificate, fingerprint=key.fingerprint))
    return paper.sign(pdf, key=key, name=said["provider"]["name"], reason=f"Certificate {certificate.code}")


def paper_html(certificate: Certificate, *, fingerprint: str) -> str:
    """The paper as HTML, with everything that it shows inside it."""
    address = public_address("certificate-shown", certificate.code)
    said = certificate.says
    context = {
        "certificate": certificate,
        "said": said,
        "started": date.fromisoformat(said["started"]),
        "completed": date.fromisoformat(said["completed"]),
        "digest": certificate.snapshot.digest,
        "address": address,
        "fingerprint": fingerprint,
        "qr": segno.make(address, error="m").svg_data_uri(border=0, dark="#23211c"),
    }
    return render_to_string("academy/credits/paper.html", context)
