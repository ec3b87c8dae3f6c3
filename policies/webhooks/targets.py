"""Where a message may go: a public address over https, unless the installation allows its own network.

A name is resolved once, every address that it has is judged, and the connection goes to one of those
(``Target.addresses``): a second look-up could answer with another, inside address.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

PORTS = {"https": 443, "http": 80}
CARRYING_IPV4 = [
    ipaddress.IPv6Network(net) for net in ("::/96", "64:ff9b::/32", "2002::/16", "2001::/32")
]
"""IPv6 networks whose addresses lead to an IPv4 address that they contain."""


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """The message may not be sent there; the text says why."""


class Target(NamedTuple):
    """An address taken apart: what to connect to, and what to ask there."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...] = ()


def parse(url: str) -> Target:
    """Take ``url`` apart without any look-up; raises ``Refused``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("The address cannot be read.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise Refused("The address must start with https:// and name a host.")
    if parts.scheme == "http" and not settings.WEBHOOK_ALLOW_PRIVATE:
        raise Refused("The address must start with https://: http would send it readable.")
    if parts.username is not None or parts.password is not None:
        raise Refused("The address must not contain a user name or password.")
    if not url.isascii() or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise Refused("The address may hold ASCII characters alone, and no blank.")
    path = parts.path or "/"
    path = f"{path}?{parts.query}" if parts.query else path
    target = Target(parts.scheme, parts.hostname, port or PORTS[parts.scheme], path)
    if literal := _literal(target.host):
        _judge(target.host, literal)
    return target


def resolve(url: str) -> Target:
    """The target of ``url`` with the addresses to connect to; raises ``Refused``."""
    target = parse(url)
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(f"The name {target.host} cannot be resolved.") from None
    addresses = tuple(dict.fromkeys(str(info[4][0]) for info in found))
    for address in addresses:
        _judge(target.host, ipaddress.ip_address(address.partition("%")[0]))
    return target._replace(addresses=addresses)


def is_public(address: Address) -> bool:
    """Whether the address belongs to somebody on the internet, and to no network of one's own."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in CARRYING_IPV4):
            return False
    return address.is_global and not address.is_multicast


def _judge(host: str, address: Address) -> None:
    if not settings.WEBHOOK_ALLOW_PRIVATE and not is_public(address):
        at = "" if host == str(address) else f" is {address}, which"
        raise Refused(
            f"{host}{at} is no public address; WEBHOOK_ALLOW_PRIVATE=true would allow it."
        )


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
