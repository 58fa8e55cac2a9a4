"""A host of an organisation's own, over TLS: its start URL leads to AWS's portal, or elsewhere."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Vanity:
    """What it answers; tests set that."""

    url: str
    """The start URL that is configured."""
    certificate: Path
    """What a client has to trust."""
    status: int = 302
    location: str | None = None
    methods_refused: tuple[str, ...] = ()
    """Answered with 405."""
    asked: list[str] = field(default_factory=list)
    """The methods of the requests, in order."""

    @property
    def environ(self) -> dict[str, str]:
        """Variables that let an AWS client reach it, and trust it."""
        hosts = "localhost,127.0.0.1"
        return {
            "AWS_CA_BUNDLE": str(self.certificate),
            "NO_PROXY": hosts,
            "no_proxy": hosts,
        }


@contextmanager
def vanity(folder: Path) -> Iterator[Vanity]:
    """Such a host while it is needed; its certificate is written to *folder*."""
    certificate, key = certificate_for_localhost(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    host = Vanity(f"https://localhost:{server.server_port}/start", certificate)

    class Answers(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            host.asked.append(self.command)
            is_refused = self.command in host.methods_refused
            self.send_response(405 if is_refused else host.status)
            if host.location is not None and not is_refused:
                self.send_header("Location", host.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = _answer  # noqa: N815 (the library's names)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.RequestHandlerClass = Answers
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate_for_localhost(folder: Path) -> tuple[Path, Path]:
    """A certificate for ``localhost`` that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "vanity.pem", folder / "vanity.key"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret
