"""``manage.py token`` makes a token that works, and tells what is wrong in words."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from policies.models import ApiToken
from tests.api.tokens import bearer, make_token

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def run(*arguments):
    """What the command wrote to standard output, and to standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("token", *arguments, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_it_makes_a_token_that_is_admitted(client):
    out, err = run("create", "mirror", "--scope", "read", "--expires", "90d")

    assert client.get("/api/v1/models", headers=bearer(out.strip())).status_code == 200
    assert out.count("\n") == 1
    assert out.strip() not in err
    assert "not shown again" in err


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("expires", "at"),
    [
        ([], NOW + timedelta(days=90)),
        (["--expires", "12h"], NOW + timedelta(hours=12)),
        (["--expires", "never"], None),
    ],
)
def test_it_expires_as_told(expires, at):
    run("create", "mirror", *expires)

    assert ApiToken.objects.get().expires_at == at


@pytest.mark.parametrize("text", ["", "90", "0d", "-1d", "1w", "90 d", "9999d", "soon", "1d2h"])
def test_it_refuses_an_expiry_that_is_none(text):
    with pytest.raises(CommandError, match=r"accepted: days or hours from now"):
        run("create", "mirror", f"--expires={text}")
    assert not ApiToken.objects.exists()


def test_it_takes_several_scopes():
    run("create", "mirror", "--scope", "export", "--scope", "read")

    assert ApiToken.objects.get().scopes == ["export", "read"]
    with pytest.raises(CommandError, match="invalid choice: 'write'"):
        run("create", "other", "--scope", "write")


@pytest.mark.parametrize(
    ("name", "told"), [("mirror", "of this name already"), (" ", "blank"), (81 * "n", "80")]
)
def test_it_refuses_a_name(name, told):
    make_token("mirror")

    with pytest.raises(CommandError, match=told):
        run("create", name)
    assert ApiToken.objects.count() == 1


def test_it_lists_tokens_without_their_texts():
    assert run("list") == ("", "There are no tokens.\n")
    _, text = make_token("mirror", expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    out, _ = run("list")

    assert text[:12] in out
    assert text[13:] not in out
    for word in ("expired", "read", "2020-01-01", "used never", "mirror"):
        assert word in out


@pytest.mark.parametrize("by", ["name", "prefix"])
def test_it_revokes(client, by):
    token, text = make_token("mirror")
    _, err = run("revoke", getattr(token, by))

    assert "is revoked" in err
    assert client.get("/api/v1/models", headers=bearer(text)).status_code == 401
    with pytest.raises(CommandError, match="was revoked on"):
        run("revoke", "mirror")


def test_it_says_which_tokens_there_are():
    with pytest.raises(CommandError, match="There are none"):
        run("revoke", "mirror")
    make_token("other")
    with pytest.raises(CommandError, match="There are: other"):
        run("revoke", "mirror")
