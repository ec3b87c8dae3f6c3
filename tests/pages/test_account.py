"""Logging in and out, the page about the data, and pages for what went wrong."""

import pytest
from django.template import loader
from django.test import Client

from tests.factories import make_license, make_model, make_route, make_terms
from tests.pages.page import ReadPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(django_user_model):
    return django_user_model.objects.create_user("alice", password="correct horse")


def log_in(client, password, **fields):
    return client.post("/login/", {"username": "alice", "password": password, **fields})


def test_it_sends_strangers_to_the_login_and_back(client, alice):
    response = client.get("/rules/")
    assert response["Location"] == "/login/?next=/rules/"

    page = ReadPage(client.get(response["Location"]))
    (target,) = [e.get("value") for e in page.find("input") if e.get("name") == "next"]
    assert log_in(client, "correct horse", next=target)["Location"] == "/rules/"


def test_it_says_what_the_statuses_mean_before_the_login(client):
    page = ReadPage(client.get("/login/"))

    assert page.texts("h1") == ["Log in"]
    for word in ("Allowed", "Disallowed", "Unknown"):
        assert word in page.main()
    assert page.find("nav") == []


def test_it_opens_the_login_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/login/")


def test_it_keeps_the_name_and_names_the_limit_after_a_wrong_password(client, alice):
    page = ReadPage(log_in(client, "wrong"))
    names = [e.get("value") for e in page.find("input") if e.get("name") == "username"]

    assert names == ["alice"]
    assert "User name and password do not match. After 10 failed attempts" in page.main()
    assert "pauses there for 15 minutes" in page.main()
    assert "wrong" not in page.html


def test_it_never_sends_anybody_to_another_site(client, alice):
    assert log_in(client, "correct horse", next="https://evil.example/")["Location"] == "/"


def test_it_sends_who_is_logged_in_past_the_login(client, alice):
    client.force_login(alice)
    assert client.get("/login/")["Location"] == "/"


def test_it_pauses_after_too_many_failures_in_words(client, alice, settings):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 2
    log_in(client, "wrong")
    response = log_in(client, "wrong")

    assert response.status_code == 429
    page = ReadPage(response)
    assert page.texts("h1") == ["Too many failed attempts"]
    assert "paused for 15 minutes" in page.main()
    assert log_in(client, "correct horse").status_code == 429


def test_it_logs_out_by_post_alone(client, alice):
    client.force_login(alice)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/rules/").status_code == 302


def test_it_explains_a_form_without_its_token(alice):
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "alice"})

    assert response.status_code == 403
    page = ReadPage(response)
    assert page.texts("h1") == ["The form was not accepted"]
    assert "Nothing was changed" in page.main()


def test_it_says_where_the_data_comes_from(visit):
    make_route(make_model(license=make_license()))
    make_terms()
    page = visit("/about/")

    assert "1 text model and 1 route, decided by 1 license and 1 provider terms" in page.main()
    assert "models.dev, published under the MIT License" in page.main()
    assert page.links()["rules"] == "/rules/"


@pytest.mark.parametrize("extra", [0, 2])
def test_it_tells_about_the_data_in_constant_queries(extra, visit, django_assert_num_queries):
    for _ in range(1 + extra):
        make_route(make_model(license=make_license()))

    with django_assert_num_queries(4):
        visit("/about/")


def test_it_does_not_let_an_error_read_as_permission(visit):
    page = visit("/no-such-page/", status=404)

    assert page.texts("h1") == ["Not found"]
    assert "That says nothing about permission." in page.main()
    assert page.links()["All models"] == "/models/"


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_it_has_a_page_for_every_error_that_needs_no_request(code):
    """Django renders the page of a 500 without a request or a context."""
    html = loader.get_template(f"{code}.html").render()

    assert "<h1>" in html
    assert "Informational, not legal advice." in html
    assert ("no answer follows from this error" in html) is (code == 500)
