"""Wrong environment variables stop the start, and the message says which, what and what instead."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from nanopolicy.env import HOST, Env


def refused(call, *arguments) -> str:
    """Return the message of the refusal that ``call`` ends in."""
    with pytest.raises(ImproperlyConfigured) as caught:
        call(*arguments)
    return str(caught.value)


@pytest.mark.parametrize("word", ["true", "1", "YES", "On", " true "])
def test_it_reads_yes(word):
    assert Env({"X": word}).flag("X", default=False) is True


@pytest.mark.parametrize("word", ["false", "0", "No", "OFF"])
def test_it_reads_no(word):
    assert Env({"X": word}).flag("X", default=True) is False


@pytest.mark.parametrize("word", ["", "   "])
def test_it_takes_blanks_for_not_set(word):
    env = Env({"X": word})
    assert env.flag("X", default=True) is True
    assert env.number("X", 7, 0, 9) == 7
    assert env.choice("X", "text", ("text", "json")) == "text"
    assert env.hosts("X", ["localhost"]) == ["localhost"]
    assert env.origins("X") == []


@pytest.mark.parametrize("word", ["ture", "2", "y", "none", "-"])
def test_it_refuses_a_flag_that_is_neither(word):
    message = refused(Env({"DEBUG": word}).flag, "DEBUG", False)
    assert message == f"DEBUG is {word!r}; accepted: true, 1, yes, on; false, 0, no, off."


@pytest.mark.parametrize("word", ["-1", "10", "1.5", "1e1", "٣", "0x1", "9" * 30, "+1", "1_0"])
def test_it_refuses_a_number_out_of_range_or_of_another_kind(word):
    message = refused(Env({"N": word}).number, "N", 1, 0, 9)
    assert message == f"N is {word!r}; accepted: a whole number from 0 to 9."


@pytest.mark.parametrize("number", [0, 9])
def test_it_reads_the_bounds_of_a_number(number):
    assert Env({"N": str(number)}).number("N", 1, 0, 9) == number


def test_it_reads_a_choice_whatever_its_case():
    assert Env({"L": "JSON"}).choice("L", "text", ("text", "json")) == "json"


def test_it_refuses_a_choice_that_is_not_offered():
    message = refused(Env({"L": "xml"}).choice, "L", "text", ("text", "json"))
    assert message == "L is 'xml'; accepted: text, json."


@pytest.mark.parametrize(
    "host", ["example.org", ".example.org", "a.b-c.org", "127.0.0.1", "localhost", "[::1]", "X1"]
)
def test_it_reads_hosts(host):
    assert Env({"H": f"{host}, other.org ,"}).hosts("H", []) == [host, "other.org"]


@pytest.mark.parametrize(
    "host",
    ["*", "https://a.org", "a.org:80", "a..org", "-a.org", "a.org/", "a b", "a_b.org", "..a"],
)
def test_it_refuses_what_is_not_a_host(host):
    message = refused(Env({"ALLOWED_HOSTS": f"good.org,{host}"}).hosts, "ALLOWED_HOSTS", [])
    assert message.startswith(f"ALLOWED_HOSTS is {host!r}; accepted: host names")


def test_it_refuses_a_long_host_in_no_time():
    assert HOST.fullmatch("a-" * 40 + "!") is None


@pytest.mark.parametrize(
    "origin", ["https://a.org", "http://localhost:8000", "https://*.a.org", "https://[::1]:8"]
)
def test_it_reads_origins(origin):
    assert Env({"O": origin}).origins("O") == [origin]


@pytest.mark.parametrize(
    "origin", ["a.org", "https://", "https://a.org/", "ftp://a.org", "*", "https://a.org:x"]
)
def test_it_refuses_what_is_not_an_origin(origin):
    message = refused(Env({"O": origin}).origins, "O")
    assert message.startswith(f"O is {origin!r}; accepted: origins")


def test_it_remembers_the_names_it_was_asked_for():
    env = Env({})
    env.text("A")
    env.flag("B", default=False)
    assert env.names == {"A", "B"}


@pytest.mark.parametrize(
    ("text", "rate"),
    [("600/min", (600, 60)), ("1/sec", (1, 1)), ("9000/hour", (9000, 3600)), ("off", None)],
)
def test_it_reads_a_rate(text, rate):
    assert Env({"R": text}).rate("R", "1/sec") == rate
    assert Env({}).rate("R", text) == rate


@pytest.mark.parametrize(
    "text", ["600", "0/min", "-1/min", "6e2/min", "600/minute", "600 /min", "600/", "OFF", "٣/min"]
)
def test_it_refuses_a_rate(text):
    message = refused(Env({"R": text}).rate, "R", "600/min")
    assert message.startswith(
        f"R is {text!r}; accepted: off, or a number and one of sec, min, hour"
    )


def test_it_reads_exact_origins():
    given = "https://app.example.org, http://localhost:5173"
    assert Env({"O": given}).exact_origins("O") == [
        "https://app.example.org",
        "http://localhost:5173",
    ]
    assert Env({}).exact_origins("O") == []


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*.example.org",
        "https://app.example.org/",
        "https://App.example.org",
        "https://app.example.org:443",
        "http://app.example.org:80",
        "app.example.org",
        "null",
    ],
)
def test_it_refuses_an_origin_that_no_browser_sends(text):
    assert f"O is {text!r}; accepted: origins" in refused(Env({"O": text}).exact_origins, "O")
