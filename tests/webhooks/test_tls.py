"""Over https the certificate must be of the name in the address, whatever address that led to."""

import shutil
import socket
import ssl
import subprocess

import pytest

from policies.models import Delivery
from policies.webhooks import sending
from policies.webhooks.delivering import deliver
from tests.factories import make_license
from tests.webhooks.receiver import make_hook, running

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make certificates"),
]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of mirror.example that signs itself, and its key, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    name = ("-subj", "/CN=mirror.example", "-addext", "subjectAltName=DNS:mirror.example")
    files = ("-keyout", folder / "key.pem", "-out", folder / "cert.pem")
    subprocess.run(["openssl", "req", *kind, *name, *files], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return both


@pytest.fixture
def secured(settings, monkeypatch, certificate):
    """A receiver that speaks TLS, to which every name of .example leads."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    real = socket.getaddrinfo

    def here(host, *args, **kwargs):
        return real("127.0.0.1" if host.endswith(".example") else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running(tls=context) as receiver:
        yield receiver


@pytest.fixture
def trusted(monkeypatch, certificate):
    """The sender trusts whoever shows that certificate."""
    real = ssl.create_default_context
    monkeypatch.setattr(
        sending.ssl, "create_default_context", lambda: real(cafile=str(certificate))
    )


@pytest.mark.usefixtures("trusted")
def test_it_delivers_to_whoever_shows_a_certificate_of_that_name(secured):
    make_hook(url=f"https://mirror.example:{secured.port}/hook")
    make_license()

    assert deliver() == {"delivered": 1}
    [(path, headers, _)] = secured.requests
    assert (path, headers["Host"]) == ("/hook", f"mirror.example:{secured.port}")


@pytest.mark.usefixtures("trusted")
def test_it_sends_nothing_to_another_name_at_the_same_address(secured):
    make_hook(url=f"https://other.example:{secured.port}/hook")
    make_license()

    assert deliver() == {"waiting": 1}
    assert "Hostname mismatch" in Delivery.objects.get().last_error
    assert secured.requests == []


def test_it_sends_nothing_where_nobody_vouches_for_the_certificate(secured):
    make_hook(url=f"https://mirror.example:{secured.port}/hook")
    make_license()

    assert deliver() == {"waiting": 1}
    assert (
        Delivery.objects.get().last_error
        == "The certificate is not valid: self-signed certificate."
    )
    assert secured.requests == []
