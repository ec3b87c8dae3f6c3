"""Saved views: own and shared, named, deletable, and read anew each time they are opened."""

import pytest
from django.db import DatabaseError, transaction

from policies.models import Revision, SavedView
from tests.factories import make_license, make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, django_user_model, settings):
    """A reader without any right in the admin, logged in."""
    settings.PUBLIC_READ = True
    user = django_user_model.objects.create_user("reader", password="secret")
    client.force_login(user)
    return user


@pytest.fixture
def other(django_user_model):
    return django_user_model.objects.create_user("other", password="secret")


def saved(owner, name="Open models", query="status=allowed", list="models", **more):
    return SavedView.objects.create(owner=owner, list=list, name=name, query=query, **more)


def save(client, **fields):
    asked = {"list": "models", "query": "status=allowed&sort=-name", "name": "Open models"}
    return client.post("/saved/", asked | fields)


def test_it_keeps_a_list_under_a_name_and_leads_back_to_it(client, reader, visit):
    make_model()
    response = save(client)
    assert (response.status_code, response.url) == (302, "/models/?status=allowed&sort=-name")
    view = SavedView.objects.get()
    assert (view.owner, view.list, view.shared) == (reader, "models", False)
    assert visit("/models/").links()["Open models"] == "/models/?status=allowed&sort=-name"
    assert "Open models" not in visit("/routes/").main()


def test_it_offers_the_address_of_the_page_without_its_place_in_the_list(client, reader, visit):
    for n in range(30):
        make_model(f"lab/m-{n:02}", owner="Lab")
    first = visit("/models/?owner=Lab&size=25")
    page = visit(f"/models/{first.links()['Next 5 →']}")
    [query] = [e.get("value") for e in page.find("input") if e.get("name") == "query"]
    assert query == "owner=Lab&size=25"


def test_it_keeps_a_past_date_only_where_the_address_has_one(client, reader, visit):
    make_model()
    for address, expected in (
        ("/models/?sort=name", "sort=name"),
        ("/models/?as_of=r1", "as_of=r1"),
    ):
        values = [e.get("value") for e in visit(address).find("input") if e.get("name") == "query"]
        assert values == [expected]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "   "}, "This field is required."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "a\0b"}, "Null characters are not allowed."),
        ({"list": "users"}, "“users” is not a list. Accepted: models, routes, families"),
        ({"list": ""}, "This field is required."),
        ({"query": "q=" + "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_it_says_at_the_field_what_is_wrong_and_keeps_nothing(fields, sentence, client, reader):
    response = save(client, **fields)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert not SavedView.objects.exists()


def test_it_asks_before_it_replaces_a_view_of_the_same_name(client, reader, other):
    saved(other)
    save(client)
    response = save(client, query="status=unknown")
    assert response.status_code == 400
    assert "You have a view “Open models” of this list already." in response.content.decode()
    assert SavedView.objects.get(owner=reader).query == "status=allowed&sort=-name"
    assert save(client, query="status=unknown", replace="on", shared="on").status_code == 302
    view = SavedView.objects.get(owner=reader)
    assert (view.query, view.shared) == ("status=unknown", True)
    assert SavedView.objects.get(owner=other).query == "status=allowed"


def test_it_takes_the_same_name_for_another_list(client, reader):
    save(client)
    assert save(client, list="routes").url == "/routes/?status=allowed&sort=-name"
    assert SavedView.objects.count() == 2


def test_it_shows_what_others_share_and_nothing_else_of_theirs(client, reader, other, visit):
    saved(other, "Theirs alone")
    saved(other, "For all", "status=unknown", shared=True)
    for page in (visit("/models/"), _as_stranger(client, visit)):
        assert "For all by other" in page.main()
        assert "Theirs alone" not in page.main()
        assert page.links()["For all"] == "/models/?status=unknown"
        assert "Delete For all" not in page.main()


def _as_stranger(client, visit):
    client.logout()
    page = visit("/models/")
    assert "Log in to save this list" in page.main()
    return page


def test_it_forgets_a_view_and_returns_to_the_list_as_it_stood(client, reader, visit):
    view = saved(reader)
    page = visit("/models/?sort=name")
    [form] = [f for f in page.find("form") if f.get("action") == f"/saved/{view.pk}/delete/"]
    fields = {e.get("name"): e.get("value") for e in form.iter("input")}
    response = client.post(form.get("action"), fields)
    assert (response.status_code, response.url) == (302, "/models/?sort=name")
    assert not SavedView.objects.exists()


def test_it_deletes_nothing_of_others_but_for_superusers(client, reader, other, as_curator):
    shared, private = saved(other, "a", shared=True), saved(other, "b")
    assert client.post(f"/saved/{private.pk}/delete/").status_code == 404
    assert client.post(f"/saved/{shared.pk}/delete/").status_code == 302
    client.force_login(reader)
    again = saved(other, "c", shared=True)
    assert client.post(f"/saved/{again.pk}/delete/").status_code == 404
    assert set(SavedView.objects.all()) == {private, again}


def test_it_opens_a_view_that_has_become_wrong_as_an_error(client, reader, visit):
    saved(reader, query="license=gone")
    address = visit("/models/").links()["Open models"]
    page = visit(address, status=400)
    assert "License “gone” is not a value" in page.main()
    assert page.find("table") == []


def test_it_asks_strangers_to_log_in_before_they_save(client, settings):
    settings.PUBLIC_READ = True
    for address in ("/saved/", "/saved/1/delete/"):
        response = client.post(address, {"list": "models", "name": "x"})
        assert response.status_code == 302
        assert response.url.startswith("/login/")
    assert not SavedView.objects.exists()


def test_it_refuses_a_form_of_another_site(reader, django_user_model):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reader)
    assert save(strict).status_code == 403
    assert not SavedView.objects.exists()


def test_it_writes_no_revision_and_no_history(client, reader):
    make_license()
    save(client)
    assert Revision.objects.count() == 1
    assert not hasattr(SavedView, "history")


def test_it_holds_the_database_to_one_view_of_a_name(reader):
    saved(reader)
    for wrong in ({}, {"name": ""}, {"name": "long", "query": "x" * 2001}):
        with pytest.raises(DatabaseError), transaction.atomic():
            saved(reader, **wrong)
    assert SavedView.objects.count() == 1
