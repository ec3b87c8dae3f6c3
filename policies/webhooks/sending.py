"""One POST to an address that was resolved and judged before: no redirect, no proxy, bounded time."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic

from nanopolicy import __version__
from policies.webhooks.targets import Target

CONNECT_TIMEOUT = 5.0
"""Seconds for the connection to one address, and for each piece that is awaited."""
WHOLE_TIMEOUT = 15.0
"""Seconds for all of it: a receiver that sends a byte at a time must not hold the queue."""
ADDRESSES_TRIED = 3


class NotSent(Exception):
    """No answer came; the text says why, in words that name no content of the answer."""


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send ``body`` and return the status; raises ``NotSent``. The answer's body is not read."""
    started = monotonic()
    try:
        with closing(_connected(target)) as sock, _cut_off(sock, WHOLE_TIMEOUT):
            return _exchange(sock, target, body, headers)
    except ssl.SSLCertVerificationError as error:
        raise NotSent(f"The certificate is not valid: {error.verify_message}.") from None
    except (OSError, HTTPException) as error:
        if isinstance(error, TimeoutError) or monotonic() - started >= WHOLE_TIMEOUT:
            raise NotSent("No answer came in time.") from None
        raise NotSent(f"The connection failed: {_reason(error)}.") from None


def _exchange(sock: socket.socket, target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Ask over the open socket, under the name that the certificate must carry."""
    connection: HTTPConnection
    if target.scheme == "https":
        context = ssl.create_default_context()
        connection = HTTPSConnection(target.host, target.port, context=context)
        connection.sock = context.wrap_socket(sock, server_hostname=target.host)
    else:
        connection = HTTPConnection(target.host, target.port)
        connection.sock = sock
    with closing(connection):
        connection.request("POST", target.path, body, {**_own_headers(), **headers})
        return connection.getresponse().status


def _connected(target: Target) -> socket.socket:
    """A connection to the first judged address that takes one, whatever the name means by now."""
    failure: OSError = OSError("no address")
    for address in target.addresses[:ADDRESSES_TRIED]:
        try:
            return socket.create_connection((address, target.port), CONNECT_TIMEOUT)
        except OSError as error:
            failure = error
    raise failure


@contextmanager
def _cut_off(sock: socket.socket, after: float) -> Iterator[None]:
    """End the connection after so many seconds, whatever is being waited for."""
    twin = sock.dup()  # TLS takes the socket itself over

    def cut() -> None:
        with suppress(OSError):
            twin.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(after, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        twin.close()


def _own_headers() -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": f"nanopolicy/{__version__}",
        "Connection": "close",
    }


def _reason(error: Exception) -> str:
    """What the system calls it; of an answer that is no HTTP only the kind, never its bytes."""
    if isinstance(error, HTTPException):
        return f"no HTTP answer ({type(error).__name__})"
    return getattr(error, "strerror", None) or type(error).__name__
