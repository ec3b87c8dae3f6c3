"""A revision and the messages that tell of it are written together or not at all."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.models import Delivery, Revision, Webhook
from policies.webhooks import outbox
from tests.factories import CLOSED, editing, make_license, make_model, save
from tests.webhooks.receiver import make_hook

pytestmark = pytest.mark.django_db


def test_it_writes_one_message_for_each_active_webhook():
    first, second = make_hook("one"), make_hook("two")
    make_hook("off", active=False)
    make_license()

    revision = Revision.objects.current()
    messages = Delivery.objects.order_by("webhook__name")
    assert [message.webhook for message in messages] == [first, second]
    assert {message.revision for message in messages} == {revision}
    assert len({message.message for message in messages}) == 2
    assert all(message.state == "waiting" for message in messages)


def test_it_tells_the_revision_and_nothing_of_its_content():
    make_hook()
    with editing(reason="A reason that is nobody else's business"):
        make_model("owner/model", make_license())

    revision = Revision.objects.current()
    told = json.loads(Delivery.objects.get().body)
    at = revision.at.isoformat().replace("+00:00", "Z")
    assert told == {
        "type": "revision.created",
        "timestamp": at,
        "data": {
            "revision": revision.number,
            "generatedAt": at,
            "rulesVersion": revision.rules_version,
            "answersChanged": True,
        },
    }


def test_it_tells_of_answers_alone_where_that_was_asked():
    with editing():
        license = make_license()
        make_model(license=license)
    make_hook("all")
    make_hook("answers", event="answers")
    save(license, internal_note="Read again.")
    assert [message.webhook.name for message in Delivery.objects.all()] == ["all"]
    assert json.loads(Delivery.objects.get().body)["data"]["answersChanged"] is False

    save(license, basis=CLOSED)
    names = Delivery.objects.filter(revision=Revision.objects.current())
    assert sorted(message.webhook.name for message in names) == ["all", "answers"]


def test_it_tells_nothing_of_a_change_that_was_rolled_back():
    make_hook()
    license = make_license()
    waiting = Delivery.objects.count()

    def refuse(plan):
        assert Delivery.objects.count() == waiting
        raise RuntimeError("something failed after the edit")

    license.name = "Another name"
    with pytest.raises(RuntimeError), editing(check=refuse) as opened:
        opened.save(license)

    assert Delivery.objects.count() == waiting == 1


def test_it_tells_nothing_where_nothing_was_changed():
    license = make_license()
    make_hook()
    save(license)

    assert not Delivery.objects.exists()


def test_it_undoes_the_edit_where_the_message_cannot_be_written(monkeypatch):
    make_hook()
    license = make_license()
    before = Revision.objects.current_number()

    def broken(*args):
        raise RuntimeError("the outbox failed")

    monkeypatch.setattr(outbox, "notice", broken)
    with pytest.raises(RuntimeError):
        save(license, name="Another name")

    license.refresh_from_db()
    assert license.name != "Another name"
    assert Revision.objects.current_number() == before


def test_it_asks_one_query_where_no_webhook_is_active():
    license = make_license()
    license.name = "Another name"
    with (
        CaptureQueriesContext(
            connection,
        ) as captured,
        editing() as opened,
    ):
        opened.save(license)

    table = Webhook._meta.db_table
    assert [query["sql"] for query in captured if table in query["sql"]] != []
    assert len([query for query in captured if table in query["sql"]]) == 1
