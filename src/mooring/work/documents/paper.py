"""PDF documents for people and boards: tagged (PDF/UA-1), signed (PAdES), and checked again.

The signature is made by pyHanko with the site's own key and a certificate that the site issued to itself: a
reader's program says that the document is unchanged, and that it does not know the signer. Who wants to know
the signer compares the certificate's fingerprint with the one on the verification page.

Both libraries are imported inside the functions: together they take two seconds, which no other page should
wait for.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils.translation import gettext as _

from mooring.rules.verdict import Refused

LARGEST_PDF_BYTES = 2_000_000
FONT_PACKAGES = ("fonts-noto-core", "fonts-noto-cjk")
SCRIPTS = {
    "Latin": "ẞ", "Greek": "Ω", "Cyrillic": "Ж", "Armenian": "Ա", "Georgian": "გ", "Hebrew": "ש", "Arabic": "ع",
    "Devanagari": "प", "Bengali": "অ", "Tamil": "அ", "Thai": "ส", "Ethiopic": "አ", "Khmer": "ក", "Chinese": "山",
    "Japanese": "さ", "Korean": "김",
}  # fmt: skip
"""A letter of each script in which names are often written; the names are Unicode's, Chinese for Han."""
CERTIFICATE_YEARS = 10
"""How long a signing certificate holds: longer than certificates must be kept. No source; a design choice."""


@dataclass(frozen=True)
class PaperKey:
    """What signs a document: a private key (PKCS 8, DER) and the certificate that goes with it (DER)."""

    private: bytes
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in hexadecimal, as readers of PDF show it."""
        return fingerprint(self.certificate)


@dataclass(frozen=True)
class Checked:
    """What a look at a PDF's signature found. `says` is a sentence for a person."""

    genuine: bool
    says: str


class NoFont(Refused):
    """A paper with characters that no font here has is not drawn: on a signed paper they would be boxes."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(
            _(
                "This document cannot be made: no font on this server has the characters “{characters}”. Ask the "
                "administrator to install fonts for this script (on Debian: {packages}), then try again."
            ).format(characters=characters[:40], packages=" ".join(FONT_PACKAGES))
        )


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate (DER), in hexadecimal."""
    return x509.load_der_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex()


def sha256(pdf: bytes) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(pdf).hexdigest()


def make_key(*, organisation: str, at: datetime) -> PaperKey:
    """A new key (ECDSA, P-256) with a certificate that names the organisation and is signed by itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    words = organisation[:64]
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, words),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, words),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * CERTIFICATE_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    return PaperKey(
        private=private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        certificate=certificate.public_bytes(Encoding.DER),
    )


def render(html: str) -> bytes:
    """The page as a tagged PDF (PDF/UA-1). Nothing outside the HTML is fetched, not even a file."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    inside = URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
    document = weasyprint.HTML(string=html, url_fetcher=inside)
    with _missing_glyphs(weasyprint.LOGGER) as missing:
        pdf = bytes(document.write_pdf(pdf_variant="pdf/ua-1", font_config=_fonts()) or b"")
    if missing:
        raise NoFont("".join(dict.fromkeys(missing)))
    return pdf


def scripts_without_font() -> list[str]:
    """The scripts of which no font of this machine has a letter."""
    try:
        render(f'<html lang="en"><title>-</title><p>{" ".join(SCRIPTS.values())}</p></html>')
    except NoFont as lacking:
        return [name for name, letter in SCRIPTS.items() if letter in lacking.characters]
    return []


@contextmanager
def _missing_glyphs(logger: logging.Logger) -> Iterator[list[str]]:
    """Characters that no font of this machine has, as WeasyPrint reports them while it draws in this thread.

    The reports end here: letter by letter they would write the names of patients into the server's log.
    """
    missing: list[str] = []
    thread = threading.get_ident()

    def keep(record: logging.LogRecord) -> bool:
        if record.thread != thread or not str(record.msg).startswith(".notdef") or not record.args:
            return True
        missing.append(str(next(iter(record.args))))
        return False

    logger.addFilter(keep)
    try:
        yield missing
    finally:
        logger.removeFilter(keep)


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def sign(pdf: bytes, *, key: PaperKey, name: str, reason: str) -> bytes:
    """The PDF with an invisible signature (PAdES B-B) of `name`, for `reason`; later changes are forbidden."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key.private),
        cert_registry=SimpleCertificateStore.from_certs([]),  # type: ignore[no-untyped-call]
    )
    wanted = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=name,
        reason=reason,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signed = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), wanted, signer=signer)
    return bytes(signed.getvalue())


def check(pdf: bytes, *, certificates: list[bytes]) -> Checked:
    """Whether the PDF is unchanged since one of our `certificates` (DER) signed it. It never raises."""
    if len(pdf) > LARGEST_PDF_BYTES or not pdf.startswith(b"%PDF-"):
        return Checked(False, _("This file is not a certificate: it is no PDF, or too large for one."))
    try:
        return _check(pdf, certificates)
    except Exception:  # whatever a hostile file does to the parser, the answer is: not genuine
        return Checked(False, _("This PDF is damaged or was made to confuse; its signature cannot be read."))


def _check(pdf: bytes, certificates: list[bytes]) -> Checked:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    found = PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures
    if len(found) != 1:
        return Checked(False, _("This PDF carries no signature of ours."))
    signer = found[0].signer_cert.dump()
    if signer not in certificates:
        return Checked(False, _("This PDF was not signed by this academy."))
    trusted = ValidationContext(trust_roots=[asn1_x509.Certificate.load(signer)], allow_fetching=False)
    status = validate_pdf_signature(found[0], signer_validation_context=trusted)
    start, length = list(found[0].byte_range)[-2:]
    if not (status.intact and status.valid and status.bottom_line and start + length == len(pdf)):
        return Checked(False, _("This PDF was changed after it was signed."))
    return Checked(True, _("This PDF is exactly as it was signed."))
