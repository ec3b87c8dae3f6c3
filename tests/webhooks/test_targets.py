"""Where messages may go: public addresses over https, and nowhere inside unless allowed."""

import ipaddress
import socket

import pytest

from policies.webhooks.targets import Refused, is_public, parse, resolve

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


def leads_to(monkeypatch, *addresses):
    """Make every name resolve to these addresses."""

    def found(host, port, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize("address", PUBLIC)
def test_it_takes_a_public_address(address, monkeypatch):
    assert is_public(ipaddress.ip_address(address))
    leads_to(monkeypatch, address)

    target = resolve("https://mirror.example:8443/hook?a=b")
    assert target == ("https", "mirror.example", 8443, "/hook?a=b", (address,))


@pytest.mark.parametrize("address", INSIDE)
def test_it_refuses_an_inside_address(address, monkeypatch):
    assert not is_public(ipaddress.ip_address(address))
    leads_to(monkeypatch, address)
    with pytest.raises(Refused, match="no public address"):
        resolve("https://mirror.example/")

    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Refused, match="no public address"):
        parse(f"https://{host}/")


def test_it_refuses_a_name_of_which_one_address_is_inside(monkeypatch):
    leads_to(monkeypatch, PUBLIC[0], "10.0.0.1")
    with pytest.raises(Refused, match=r"mirror\.example is 10\.0\.0\.1"):
        resolve("https://mirror.example/")


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
def test_it_refuses_loopback_however_it_is_written(host):
    """These are no addresses to Python but are to the system's resolver, which is what is judged."""
    with pytest.raises(Refused):
        resolve(f"https://{host}/")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://mirror.example/", "must start with https"),
        ("ftp://mirror.example/", "must start with https"),
        ("https:///path", "name a host"),
        ("mirror.example", "must start with https"),
        ("https://user:secret@mirror.example/", "user name or password"),
        ("https://@mirror.example/", "user name or password"),
        ("https://mirror.example:99999/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://mirror.example/a b", "no blank"),
        ("https://mirror.example/\r\nHost: other", "no blank"),
        ("https://mirrör.example/", "ASCII"),
    ],
)
def test_it_refuses_an_address_that_is_not_plain(url, why):
    with pytest.raises(Refused, match=why):
        parse(url)


def test_it_says_so_where_a_name_leads_nowhere(monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Refused, match=r"mirror\.example cannot be resolved"):
        resolve("https://mirror.example/")


def test_it_takes_http_and_inside_addresses_where_the_installation_allows_them(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True

    assert resolve("http://127.0.0.1:8000").addresses == ("127.0.0.1",)
    assert parse("http://127.0.0.1").path == "/"
    with pytest.raises(Refused, match="user name"):
        parse("http://user@127.0.0.1/")
