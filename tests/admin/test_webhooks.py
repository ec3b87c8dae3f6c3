"""Webhooks in the admin: made with a secret that is shown once, watched, and told again."""

from __future__ import annotations

import base64

import pytest

from policies.models import Delivery, Revision, Webhook
from policies.webhooks.delivering import deliver
from tests.admin.conftest import staff
from tests.admin.pages import address, fields_of, list_address
from tests.factories import make_license
from tests.webhooks.receiver import make_hook, running

pytestmark = pytest.mark.django_db
NEW = {"name": "mirror", "url": "https://mirror.example/hook", "event": "answers", "active": "on"}


def act(browser, model, action, *records):
    """Choose rows in a list and do something with them."""
    chosen = {"action": action, "_selected_action": [record.pk for record in records]}
    return browser.post(list_address(model), chosen, follow=True)


def test_it_shows_the_secret_on_the_page_that_follows_and_nowhere_else(curating, curator):
    response = curating.post(list_address(Webhook, "add"), NEW)

    hook = Webhook.objects.get()
    assert (hook.name, hook.event, hook.created_by) == ("mirror", "answers", curator.username)
    assert response.status_code == 200
    assert response.content.decode().count(hook.secret) == 1
    assert "no-store" in response["Cache-Control"]
    assert len(base64.b64decode(hook.secret.removeprefix("whsec_"))) == 32
    for page in (address(hook), address(hook, "history"), list_address(Webhook), "/admin/"):
        assert hook.secret not in curating.get(page).content.decode()


def test_it_writes_no_revision(curating):
    curating.post(list_address(Webhook, "add"), NEW)

    assert Webhook.objects.exists()
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://mirror.example/", "must start with https"),
        ("https://127.0.0.1/", "no public address"),
        ("https://[::1]/", "no public address"),
        ("https://169.254.169.254/latest/meta-data", "no public address"),
        ("https://user:pw@mirror.example/", "user name or password"),
        ("javascript:alert(1)", "valid URL"),
    ],
)
def test_it_refuses_an_address_in_words(curating, url, why):
    response = curating.post(list_address(Webhook, "add"), {**NEW, "url": url})

    assert response.status_code == 200
    assert any(why in error for error in response.context["adminform"].form.errors["url"])
    assert not Webhook.objects.exists()


def test_it_keeps_the_secret_when_something_else_is_edited(curating):
    hook = make_hook()
    page = curating.get(address(hook))
    fields = fields_of(page, "webhook_form")
    assert set(fields) == {"name", "url", "event", "active"}

    assert curating.post(address(hook), {**fields, "name": "Another"}).status_code == 302
    stored = Webhook.objects.get()
    assert (stored.name, stored.secret, stored.created_by) == ("Another", hook.secret, "tester")


def test_it_gives_one_webhook_a_new_secret(curating):
    hook, other = make_hook("one"), make_hook("two")
    response = act(curating, Webhook, "renew", hook)

    renewed = Webhook.objects.get(pk=hook.pk).secret
    assert renewed != hook.secret
    assert renewed in response.content.decode()
    assert Webhook.objects.get(pk=other.pk).secret == other.secret

    response = act(curating, Webhook, "renew", hook, other)
    assert "Choose one webhook" in response.content.decode()
    assert Webhook.objects.get(pk=hook.pk).secret == renewed


def test_it_leads_from_a_webhook_to_what_it_was_not_told(curating):
    hook = make_hook()
    make_hook("other")
    make_license()
    make_license()
    Delivery.objects.filter(webhook=hook, revision=1).update(next_attempt_at=None, attempts=8)
    page = curating.get(list_address(Webhook)).content.decode()

    for state in ("waiting", "given-up"):
        link = f"/admin/policies/delivery/?webhook__id__exact={hook.pk}&state={state}"
        assert link.replace("&", "&amp;") in page
        [row] = curating.get(link).context["cl"].result_list
        assert (row.webhook, row.state) == (hook, state.replace("-", " "))


def test_it_sends_again_what_was_delivered(curating, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with running() as receiver:
        make_hook(url=receiver.url)
        make_license()
        deliver()
        delivered = Delivery.objects.get()
        assert "message waits" in act(curating, Delivery, "send_again", delivered).content.decode()
        assert Delivery.objects.get().state == "waiting"
        deliver()

    first, second = receiver.requests
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert Delivery.objects.get().attempts == 1


def test_it_lets_only_those_who_may_change_webhooks_send_again(client):
    make_hook()
    make_license()
    Delivery.objects.update(next_attempt_at=None)
    client.force_login(staff("reader", "view"))
    act(client, Delivery, "send_again", Delivery.objects.get())

    assert Delivery.objects.get().state == "given up"
    assert 'name="action"' not in client.get(list_address(Delivery)).content.decode()
