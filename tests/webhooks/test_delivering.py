"""Deliveries to a real server: signed, repeated with growing pauses, noted, and bounded in time."""

import os
import signal
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from policies.management.commands import deliver as command
from policies.models import Delivery, Webhook
from policies.webhooks import delivering, sending
from policies.webhooks.delivering import deliver, pause, prune
from tests.factories import make_license
from tests.webhooks.receiver import make_hook, verified

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def only() -> Delivery:
    return Delivery.objects.get()


def test_it_sends_a_message_that_its_receiver_can_verify(receiver):
    hook = make_hook(url=receiver.url)
    make_license()
    assert deliver() == {"delivered": 1}

    [(path, headers, body)] = receiver.requests
    assert path == "/hooks?from=nanopolicy"
    assert headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert headers["Content-Type"] == "application/json"
    assert headers["webhook-id"] == only().message
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert body.decode() == only().body
    assert verified(hook.secret, headers, body)
    assert not verified(hook.secret, headers, body + b" ")
    assert not verified(hook.secret, {**headers, "webhook-timestamp": "1"}, body)
    assert not verified(make_hook("other").secret, headers, body)


def test_it_sends_a_delivered_message_once(receiver):
    make_hook(url=receiver.url)
    make_license()
    deliver()

    assert deliver() == {}
    assert len(receiver.requests) == 1
    assert (only().attempts, only().last_status, only().last_error) == (1, 204, "")
    assert only().delivered_at is not None


def test_it_tries_again_after_a_pause_and_says_the_same(receiver):
    make_hook(url=receiver.url)
    receiver.status = 503
    with time_machine.travel(NOON, tick=False) as clock:
        make_license()
        assert deliver() == {"waiting": 1}
        assert only().last_error == "The receiver answered 503."
        assert deliver() == {}

        receiver.status = 200
        clock.shift(timedelta(minutes=2))
        assert deliver() == {"delivered": 1}
    first, second = receiver.requests
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]
    assert first[1]["webhook-signature"] != second[1]["webhook-signature"]  # of another time
    assert (only().attempts, only().last_status, only().last_error) == (2, 200, "")


def test_it_gives_up_after_the_last_attempt(receiver):
    make_hook(url=receiver.url)
    receiver.status = 500
    states = []
    with time_machine.travel(NOON, tick=False) as clock:
        make_license()
        for _ in range(delivering.MAX_ATTEMPTS + 1):
            states += deliver()
            clock.shift(timedelta(days=1))

    assert states == ["waiting"] * (delivering.MAX_ATTEMPTS - 1) + ["given up"]
    assert len(receiver.requests) == delivering.MAX_ATTEMPTS
    assert only().state == "given up"


def test_it_waits_longer_each_time_and_never_the_same():
    for attempts, minutes in ((1, 1), (2, 4), (3, 16), (4, 64), (7, 720), (8, 720)):
        pauses = {pause(attempts) for _ in range(50)}
        assert len(pauses) > 40
        assert min(pauses) >= timedelta(minutes=minutes) * 0.8
        assert max(pauses) <= timedelta(minutes=minutes) * 1.2


def test_it_lets_one_failure_hold_back_that_webhook_alone(receiver):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    make_hook("dead", url=dead)
    make_hook("alive", url=receiver.url)
    for _ in range(3):
        make_license()

    assert deliver() == {"delivered": 3, "waiting": 1}
    attempted = Delivery.objects.filter(webhook__name="dead", attempts=1)
    assert attempted.get().last_error == "The connection failed: Connection refused."


def test_it_follows_no_redirect(receiver):
    make_hook(url=receiver.url)
    make_license()
    receiver.status = 302

    assert deliver() == {"waiting": 1}
    assert len(receiver.requests) == 1
    assert only().last_error == "The receiver answered 302; redirects are not followed."


def test_it_refuses_loopback_when_the_setting_was_taken_back(receiver, settings):
    make_hook(url=receiver.url.replace("http:", "https:"))
    make_license()
    settings.WEBHOOK_ALLOW_PRIVATE = False

    assert deliver() == {"waiting": 1}
    assert receiver.requests == []
    assert "127.0.0.1 is no public address" in only().last_error


def test_it_connects_to_the_judged_address_and_not_to_what_the_name_means_then(
    receiver, monkeypatch
):
    """The name is looked up once; a second look-up would answer with another address."""
    asked = []

    def rebinding(host, port, *args, **kwargs):
        if host == "mirror.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return real(host, port, *args, **kwargs)

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    make_hook(url=f"http://mirror.example:{receiver.port}/")
    make_license()

    assert deliver() == {"delivered": 1}
    assert asked == ["mirror.example"]
    assert receiver.requests[0][1]["Host"] == f"mirror.example:{receiver.port}"


def test_it_tries_the_next_address_where_the_first_takes_no_connection(receiver, monkeypatch):
    def two(host, port, *args, **kwargs):
        names = ["::1", "127.0.0.1"] if host == "mirror.example" else [host]
        return [found for name in names for found in real(name, port, *args, **kwargs)]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", two)
    make_hook(url=f"http://mirror.example:{receiver.port}/")
    make_license()

    assert deliver() == {"delivered": 1}


def test_it_sends_nothing_to_a_receiver_that_speaks_no_tls(receiver):
    make_hook(url=receiver.url.replace("http:", "https:"))
    make_license()

    assert deliver() == {"waiting": 1}
    assert receiver.requests == []
    assert only().last_error.startswith("The connection failed")


def drip(handler):
    """An answer that never ends: a header a moment."""
    for _ in range(100):
        handler.wfile.write(b"X")
        handler.wfile.flush()
        time.sleep(0.05)


def test_it_gives_a_dripping_receiver_no_more_than_its_time(receiver, monkeypatch):
    monkeypatch.setattr(sending, "WHOLE_TIMEOUT", 0.3)
    receiver.behave = drip
    make_hook(url=receiver.url)
    make_license()
    started = time.monotonic()

    assert deliver() == {"waiting": 1}
    assert time.monotonic() - started < 3
    assert only().last_error == "No answer came in time."


def test_it_gives_a_silent_receiver_no_more_than_its_time(receiver, monkeypatch):
    monkeypatch.setattr(sending, "CONNECT_TIMEOUT", 0.2)
    over = threading.Event()
    receiver.behave = lambda handler: over.wait(5)
    make_hook(url=receiver.url)
    make_license()

    assert deliver() == {"waiting": 1}
    assert only().last_error == "No answer came in time."
    over.set()


def test_it_repeats_nothing_of_an_answer_that_is_no_http(receiver):
    receiver.behave = lambda handler: handler.wfile.write(b"root:secret of the inside\r\n\r\n")
    make_hook(url=receiver.url)
    make_license()
    deliver()

    assert only().last_error == "The connection failed: no HTTP answer (BadStatusLine)."


def test_it_leaves_alone_what_another_sender_claimed(receiver, monkeypatch):
    make_hook(url=receiver.url)
    make_license()
    mine, theirs = only(), only()

    assert delivering._claim(theirs)
    assert not delivering._claim(mine)
    assert deliver() == {}
    assert receiver.requests == []
    with time_machine.travel(datetime.now(UTC) + delivering.CLAIMED_FOR * 2):
        assert deliver() == {"delivered": 1}


def test_it_sends_nothing_to_a_webhook_that_was_switched_off(receiver):
    make_hook(url=receiver.url)
    make_license()
    Webhook.objects.update(active=False)

    assert deliver() == {}
    assert receiver.requests == []


def test_it_survives_a_webhook_that_is_deleted_while_it_sends(receiver, monkeypatch):
    make_hook(url=receiver.url)
    make_license()

    def post(*args):
        Webhook.objects.all().delete()
        return 200

    monkeypatch.setattr(delivering, "post", post)
    assert deliver() == {"delivered": 1}
    assert not Delivery.objects.exists()


def test_it_forgets_old_deliveries_and_no_waiting_one(receiver):
    make_hook(url=receiver.url)
    with time_machine.travel(NOON):
        make_license()
        deliver()
        make_license()
    with time_machine.travel(NOON + timedelta(days=29)):
        assert prune() == 0
    with time_machine.travel(NOON + timedelta(days=31)):
        assert prune() == 1
    assert only().state == "waiting"


def test_it_reports_a_pass_of_the_command(receiver, capsys):
    make_hook(url=receiver.url)
    make_license()
    call_command("deliver")
    call_command("deliver")

    said = capsys.readouterr().out.splitlines()
    assert said == [
        "1 delivered, 0 waiting, 0 given up.",
        "0 delivered, 0 waiting, 0 given up.",
    ]


def test_it_stays_until_it_is_asked_to_end(receiver, monkeypatch, capsys):
    """The second pass finds what was recorded after the first, then the signal ends the loop."""
    make_hook(url=receiver.url)
    passes = []

    def counting():
        passes.append(1)
        make_license()
        if len(passes) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return deliver()

    monkeypatch.setattr(command, "deliver", counting)
    monkeypatch.setattr(command, "close_old_connections", lambda: None)
    before = signal.getsignal(signal.SIGTERM)
    call_command("deliver", loop=1)

    assert capsys.readouterr().out == "1 delivered, 0 waiting, 0 given up.\n" * 2
    assert len(receiver.requests) == len(passes) == 2
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("loop", ["0", "-1", "x", "3601", "1.5"])
def test_it_refuses_a_pause_that_makes_no_sense(loop):
    with pytest.raises(CommandError, match="a whole number from 1 to 3600"):
        call_command("deliver", f"--loop={loop}")
