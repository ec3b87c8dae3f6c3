"""Local serving, from nothing to a dashboard: ``python -m nanopolicy.serve`` (which is ``make run``).

A production server runs the same steps by itself: migrate, collectstatic, granian (see docs/operations.md).
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import MutableMapping
from pathlib import Path

HOST = "127.0.0.1"
STEPS = {
    "Updating the database": ("migrate", "--verbosity=0"),
    "Collecting static files": ("collectstatic", "--noinput", "--verbosity=0"),
    "Looking whether anything is there yet": ("first_run",),
}


def port_of(environ: MutableMapping[str, str]) -> int:
    """Return the port of ``PORT``, or exit in words."""
    value = environ.get("PORT", "").strip() or "8000"
    if not (re.fullmatch(r"[0-9]{1,5}", value) and 1 <= int(value) <= 65535):
        sys.exit(f"PORT is {value!r}; accepted: a whole number from 1 to 65535.")
    return int(value)


def refuse_taken(port: int) -> None:
    """Exit in words when somebody listens on ``port`` already, before anything is changed."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            sys.exit(
                f"Port {port} cannot be used ({error.strerror}); "
                f"choose another: make run PORT={port % 65535 + 1}"
            )


def granian(port: int) -> list[str]:
    """Return the command line of the server."""
    program = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1"]
    return [program, *options, "--blocking-threads", "4", "--no-ws", "nanopolicy.wsgi:application"]


def main() -> None:
    """Prepare the database and the static files, then become the server."""
    port = port_of(os.environ)
    refuse_taken(port)
    # On loopback whoever reaches the port uses this computer; PUBLIC_READ=false brings the login wall.
    os.environ.setdefault("PUBLIC_READ", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanopolicy.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting: {error}")
    for told, command in STEPS.items():
        print(f"{told} …", flush=True)
        call_command(*command)
    print(f"Serving http://{HOST}:{port} (Ctrl-C stops)", flush=True)
    os.execv(granian(port)[0], granian(port))


if __name__ == "__main__":
    main()
