"""A server whose certificate is trusted by whoever is told to, and which damages its answers."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAMAGED = b"\x17\x03\x03\x00\x20" + b"x" * 32  # a record that was changed on the way


def certificate(folder: Path) -> Path:
    """A certificate for localhost, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(begins).not_valid_after(begins + timedelta(days=2))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = folder / "localhost.pem"
    path.write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@contextmanager
def damaging(path: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and the requests that it read; it serves one call."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    read: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, context, read), daemon=True)
        thread.start()
        yield f"https://localhost:{server.getsockname()[1]}", read
        thread.join(5)


def _serve(server: socket.socket, context: ssl.SSLContext, read: list[bytes]) -> None:
    raw, _ = server.accept()
    with raw:
        raw.settimeout(5)
        try:
            wrapped = context.wrap_socket(raw.dup(), server_side=True)
        except OSError:  # the client hung up: it does not trust us
            return
        with wrapped:
            said = b""
            while b"\r\n\r\n" not in said or not said.endswith(b"}"):
                said += wrapped.recv(65536)
            read.append(said)
            raw.sendall(DAMAGED)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(65536):  # until the client hung up
                pass
