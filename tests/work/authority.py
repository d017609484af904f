"""A time stamp authority (RFC 3161) for tests: openssl makes each answer, behind a real server of this machine."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Where it answers, and whose certificate stands behind it; `mode` is how it answers the next question."""

    folder: Path
    address: str = ""
    mode: str = "honest"

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The answer (DER) to a question; in the mode "replayed", always to the first one."""
        question = self.folder / "question.tsq"
        if self.mode != "replayed" or not question.exists():
            question.write_bytes(query)
        if self.mode == "damaged":
            return b"this is no answer"
        return openssl(
            *("-reply", "-queryfile", question, "-config", self.folder / "tsa.cnf", "-section", "one"),
            *("-inkey", self.folder / "tsa.key", "-signer", self.folder / "tsa.pem"),
        )


def openssl(*words: object) -> bytes:
    ran = subprocess.run(["openssl", "ts", *map(str, words)], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


def make_authority(folder: Path) -> Authority:
    """A root, and an authority's certificate by it that is good for time stamps alone."""
    folder.mkdir()
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, words)]) for words in ("A root", "A clock")
    )
    root = _certificate(root_name, root_name, root_key, root_key, stamps=False)
    own = _certificate(name, root_name, key, root_key, stamps=True)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "tsa.pem").write_bytes(own.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")
    return Authority(folder)


def _certificate(
    name: x509.Name,
    by: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by_key: ec.EllipticCurvePrivateKey,
    *,
    stamps: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
        .add_extension(_usage(signs=stamps), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False
        )
    )
    if stamps:
        only = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        built = built.add_extension(only, critical=True)
    return built.sign(by_key, hashes.SHA256())


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


@contextmanager
def answering(authority: Authority) -> Iterator[Authority]:
    """The authority behind an address of this machine."""

    class Clock(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if authority.mode == "closed" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Clock)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.address = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
