"""Certificates are checked against the name, though the connection goes to an address."""

import shutil
import ssl
import subprocess

import pytest

from polybooru.fetch.errors import HostUnreachable, RedirectRefused

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"
PUBLIC, INNER = "127.0.0.2", "127.0.0.1"


@pytest.fixture
def tls(tmp_path_factory, monkeypatch) -> ssl.SSLContext:
    """A server's context with a certificate for pictures.example, which the fetcher is made to trust."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
        f"-addext subjectAltName=DNS:pictures.example -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_tls_is_asked_for_and_checked_by_name_at_the_checked_address(tls, serve, fetcher, names, tmp_path):
    asked_for = []
    tls.sni_callback = lambda _connection, name, _context: asked_for.append(name)
    host = serve(OK, tls=tls)
    known = fetcher(names(pictures=[[PUBLIC]], other=[[PUBLIC]]))
    fetched = known.fetch(f"https://pictures.example:{host.port}/cat.png", into=tmp_path)
    assert fetched.path.read_bytes() == b"cat"
    assert asked_for == ["pictures.example"]
    for wrong in ("other.example", PUBLIC):
        with pytest.raises(HostUnreachable):
            known.fetch(f"https://{wrong}:{host.port}/cat.png", into=tmp_path)
    assert len(host.requests) == 1


def test_a_certificate_nobody_vouches_for_is_refused(tls, serve, fetcher, names, monkeypatch, tmp_path):
    monkeypatch.delenv("SSL_CERT_FILE")
    host = serve(OK, tls=tls)
    with pytest.raises(HostUnreachable):
        fetcher(names(pictures=[[PUBLIC]])).fetch(f"https://pictures.example:{host.port}/", into=tmp_path)
    assert host.requests == []


def test_a_downgrade_is_refused_on_the_wire(tls, serve, canary, fetcher, names, tmp_path):
    host = serve(f"HTTP/1.1 302 Found\r\nLocation: http://{INNER}:{canary()}/\r\n\r\n".encode(), tls=tls)
    trusting = fetcher(names(pictures=[[PUBLIC]]), admits=lambda _: True)
    with pytest.raises(RedirectRefused):
        trusting.fetch(f"https://pictures.example:{host.port}/", into=tmp_path)
