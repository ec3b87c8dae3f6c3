"""``make run``: wrong ports are told in words, and the server is the one for production."""

import socket

import pytest

from nanopolicy import serve


@pytest.mark.parametrize("value", ["", "  "])
def test_it_serves_on_8000_unless_told(value):
    assert serve.port_of({"PORT": value}) == serve.port_of({}) == 8000


@pytest.mark.parametrize("value", ["1", "8001", " 65535 "])
def test_it_takes_the_port_it_is_told(value):
    assert serve.port_of({"PORT": value}) == int(value)


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "80.5", "٨٠", "9" * 5000])
def test_it_refuses_what_is_not_a_port(value):
    with pytest.raises(SystemExit) as stopped:
        serve.port_of({"PORT": value})
    assert stopped.value.code == f"PORT is {value!r}; accepted: a whole number from 1 to 65535."


def test_it_says_that_a_port_is_taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            serve.refuse_taken(port)
    assert stopped.value.code == (
        f"Port {port} cannot be used (Address already in use); "
        f"choose another: make run PORT={port % 65535 + 1}"
    )
    serve.refuse_taken(port)  # free again


def test_it_binds_to_loopback_alone():
    command = serve.granian(8123)
    assert command[0].endswith("/granian")
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "8123"
